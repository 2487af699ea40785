package io.ashlar.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ashlar.ExtentStore;
import io.ashlar.ExtentStore.NamedExtent;
import io.ashlar.ObjectReader;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.cli.tree.TreeEntry;
import io.ashlar.cli.tree.TreeObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists names, or what a stored tree holds. */
@Command(
        name = "ls",
        description = {
            "Lists the names in the store, or the entries of a stored tree.",
            "With --json, one JSON object a line. Control characters are printed escaped, as \\n or \\u001B."
        })
final class LsCommand extends StoreCommand {
    private static final int PAGE = 1000;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME|ID", description = "A tree to list.")
    private @Nullable String name;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.READ);
                JsonGenerator lines = new JsonFactory().createGenerator(out())) {
            lines.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            lines.setRootValueSeparator(null);
            if (name == null) {
                listNames(engine.extents(), lines);
            } else {
                listTree(engine, name, lines);
            }
        }
        out().flush();
        return ExitCode.OK;
    }

    private void listNames(ExtentStore store, JsonGenerator lines) throws IOException {
        String after = "";
        List<NamedExtent> page;
        do {
            page = store.names(after, PAGE);
            for (NamedExtent named : page) {
                goOn();
                listName(store, named, lines);
                after = named.name();
            }
        } while (page.size() == PAGE);
    }

    private void listName(ExtentStore store, NamedExtent named, JsonGenerator lines) throws IOException {
        long bytes = -1;
        String problem = "";
        try (ObjectReader object = store.openObject(named.id())) {
            bytes = object.length();
        } catch (StorageException e) {
            // One damaged object must not hide the others.
            problem = String.valueOf(e.getMessage());
        }
        if (json()) {
            lines.writeStartObject();
            lines.writeStringField("name", named.name());
            lines.writeStringField("id", named.id().toString());
            lines.writeNumberField("bytes", bytes);
            if (!problem.isEmpty()) {
                lines.writeStringField("problem", problem);
            }
            endLine(lines);
        } else {
            out().printf(
                            "%12s  %s  %s%n",
                            problem.isEmpty() ? Quantity.bytes(bytes) : "unreadable",
                            named.id(),
                            SafeText.of(named.name()));
        }
    }

    private void listTree(StorageEngine engine, String called, JsonGenerator lines) {
        try (TreeObject tree = new TreeObject(engine.extents(), find(engine, called))) {
            tree.forEach(entry -> {
                goOn();
                try {
                    listEntry(entry, lines);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private void listEntry(TreeEntry entry, JsonGenerator lines) throws IOException {
        if (json()) {
            lines.writeStartObject();
            lines.writeStringField("kind", entry.kind().name().toLowerCase(Locale.ROOT));
            lines.writeStringField("path", entry.path().text());
            lines.writeStringField("mode", Integer.toOctalString(entry.mode()));
            lines.writeStringField(
                    "modified",
                    Instant.ofEpochSecond(entry.mtimeSeconds(), entry.mtimeNanos())
                            .toString());
            lines.writeNumberField("bytes", entry.length());
            if (entry.kind() == TreeEntry.Kind.SYMLINK) {
                lines.writeStringField("target", entry.target().text());
            }
            endLine(lines);
        } else {
            out().println(EntryLine.of(entry));
        }
    }

    private void endLine(JsonGenerator lines) throws IOException {
        lines.writeEndObject();
        lines.writeRaw('\n');
    }

    private void goOn() {
        if (interrupt().asked()) {
            throw new Interrupted("the listing was interrupted");
        }
    }
}
