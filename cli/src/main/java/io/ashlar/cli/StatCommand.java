package io.ashlar.cli;

import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.StoreStatistics;
import io.ashlar.cli.tree.TreeFormatException;
import io.ashlar.cli.tree.TreeObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows figures of the store, or of one object. */
@Command(name = "stat", description = "Shows figures of the store, or of one object or extent in it.")
final class StatCommand extends StoreCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME|ID", description = "An object or extent.")
    private @Nullable String name;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.READ)) {
            print(name == null ? store(engine) : object(engine.extents(), find(engine, name)));
        }
        return ExitCode.OK;
    }

    private static Facts store(StorageEngine engine) {
        StoreStatistics figures = engine.statistics();
        RecoveryReport recovery = engine.recovery();
        return new Facts()
                .count("names", "names", figures.names())
                .count("extents", "extents", figures.extents())
                .bytes("plainBytes", "  logical bytes", figures.plainBytes())
                .bytes("storedBytes", "  stored bytes", figures.storedBytes())
                .bytes("referencedBytes", "  without dedup", figures.referencedBytes())
                .ratio("dedupRatio", "  dedup ratio", figures.dedupRatio(), "")
                .count("packs", "packs of small extents", figures.packs())
                .count("inlineExtents", "extents in the journal", figures.inlineExtents())
                .count("garbageExtents", "garbage extents", figures.garbageExtents())
                .bytes("garbageBytes", "  their bytes", figures.garbageBytes())
                .bytes("catalogBytes", "catalog", figures.catalogBytes())
                .count("catalogTables", "  its tables", figures.catalogTables())
                .bytes("journalBytes", "journal", figures.journalBytes())
                .bytes("journalMaxBytes", "  at most", figures.journalMaxBytes())
                .count("durableSequence", "  durable up to record", figures.durableSequence())
                .count("appliedSequence", "  applied up to record", figures.appliedSequence())
                .count("pins", "pins", figures.pins())
                .bytes("backendWritableBytes", "room on the disk", figures.backendWritableBytes())
                .flag("cleanShutdown", "was closed cleanly", recovery.cleanShutdown())
                .count("recordsReplayed", "records replayed", recovery.recordsReplayed())
                .lines("problems", "put right at opening", recovery.problems());
    }

    private static Facts object(ExtentStore store, ExtentId id) {
        ExtentInfo info = store.stat(id)
                .orElseThrow(() -> new ExtentNotFoundException(
                        "the store has no extent " + id + ", or nothing refers to it any more"));
        Facts facts = new Facts()
                .text("id", "id", info.id().toString())
                .text("home", "home", info.home().name().toLowerCase(Locale.ROOT))
                .count("references", "references", info.references())
                .bytes("rootLengthBytes", "its extent", info.lengthBytes())
                .bytes("rootStoredBytes", "  as stored", info.storedBytes());
        try (ObjectReader object = store.openObject(id)) {
            facts.bytes("bytes", "object", object.length());
        }
        try (TreeObject tree = new TreeObject(store, id)) {
            facts.count("entries", "entries of the tree", tree.entryCount());
            facts.bytes("contentBytes", "contents of its files", tree.contentBytes());
        } catch (TreeFormatException e) {
            // An object of another kind; nothing to tell of it.
            facts.flag("tree", "a tree of files", false);
        }
        return facts;
    }
}
