package io.ashlar.cli;

import io.ashlar.ExtentId;
import io.ashlar.NameNotFoundException;
import io.ashlar.StorageEngine;
import io.ashlar.StoreNotFoundException;
import io.ashlar.spi.KeyProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that works on a store. */
abstract class StoreCommand extends BaseCommand {
    static final String STORE_VARIABLE = "ASHLAR_STORE";
    static final String KEYS_VARIABLE = "ASHLAR_KEYS";

    @Option(
            names = "--store",
            paramLabel = "DIR|URI",
            description = "The store: a directory or a file: URI. Default: the variable " + STORE_VARIABLE + ".")
    private @Nullable String store;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description =
                    "The keys of what is encrypted; see 'ashlar keys'. Default: the variable " + KEYS_VARIABLE + ".")
    private @Nullable Path keys;

    @Option(names = "--json", description = "Print facts as JSON.")
    private boolean json;

    boolean json() {
        return json;
    }

    /** Progress on standard error, where somebody looks. */
    Progress progress(boolean bytes) {
        return new Progress(interrupt(), !json && Terminal.onStandardError(), bytes);
    }

    void print(Facts facts) {
        facts.print(out(), json);
    }

    StorageEngine open(StoreOpener.Mode mode) throws IOException {
        Path directory = directory();
        if (mode != StoreOpener.Mode.CREATE && empty(directory)) {
            throw new StoreNotFoundException(
                    "there is no store in " + SafeText.of(directory.toString()) + "; 'ashlar import' creates one");
        }
        KeyProvider given = keys();
        return given == null
                ? context().opener().open(directory, mode)
                : context().opener().open(directory, mode, given);
    }

    /** The keys that were given; null if there are none. */
    @Nullable
    KeyProvider keys() throws IOException {
        Path file = keys != null
                ? keys
                : context()
                        .environment()
                        .apply(KEYS_VARIABLE)
                        .filter(value -> !value.isEmpty())
                        .map(Path::of)
                        .orElse(null);
        return file == null ? null : KeyFile.read(file);
    }

    Path directory() {
        String where = store != null
                ? store
                : context()
                        .environment()
                        .apply(STORE_VARIABLE)
                        .filter(value -> !value.isEmpty())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "which store? Give --store DIR, or set " + STORE_VARIABLE));
        if (where.contains("://") && !where.startsWith("file:")) {
            throw new IllegalArgumentException("'" + SafeText.of(where)
                    + "' is neither a directory nor a file: URI; the files of a store are local");
        }
        try {
            return where.startsWith("file:") ? Path.of(URI.create(where)) : Path.of(where);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IllegalArgumentException(
                    "'" + SafeText.of(where) + "' is neither a directory nor a file: URI: " + e.getMessage(), e);
        }
    }

    private static boolean empty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return true;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            return !files.iterator().hasNext();
        }
    }

    /** Finds what a name or id of the command line stands for; a name that looks like an id is a name. */
    static ExtentId find(StorageEngine engine, String nameOrId) {
        return engine.extents().resolve(nameOrId).orElseGet(() -> {
            try {
                return ExtentId.parse(nameOrId);
            } catch (IllegalArgumentException e) {
                throw new NameNotFoundException(
                        "the store has no name '" + SafeText.of(nameOrId)
                                + "', and it is no id either; 'ashlar ls' lists the names",
                        e);
            }
        });
    }
}
