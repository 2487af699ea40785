package io.ashlar.cli.trial;

import io.ashlar.ExtentId;
import io.ashlar.ProgressListener;
import io.ashlar.StorageEngine;
import io.ashlar.StoreStatistics;
import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.ChildJvm;
import io.ashlar.cli.Directories;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.Facts;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a store of very many small extents takes: heap, catalog, time to open. */
@Command(
        name = "million",
        hidden = true,
        description = "Fills a store with small extents; measures heap, catalog and the time to open it.")
public final class MillionCommand extends BaseCommand {
    private static final int AFTER_CRASH = 20_000;

    @Option(names = "--count", paramLabel = "N", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}.")
    private long count;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the store is made. Default: a temporary directory.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Print figures as JSON.")
    private boolean json;

    private MillionCommand() {}

    @Override
    protected ExitCode run() throws Exception {
        Path base =
                directory != null ? Files.createDirectories(directory) : Files.createTempDirectory("ashlar-million");
        Path store = base.resolve("store");
        Facts facts = new Facts().count("count", "extents put", count);
        try {
            fill(store, facts);
            long clean = open(store, facts, "Clean", "after a clean close");
            try (ChildJvm child = ChildJvm.start(List.of(
                    "million-child",
                    "--store",
                    store.toString(),
                    "--from",
                    String.valueOf(count),
                    "--count",
                    String.valueOf(AFTER_CRASH)))) {
                if (child.read() == null) {
                    throw new IllegalStateException("the second process ended before it was killed");
                }
            }
            long crashed = open(store, facts, "Killed", "after a SIGKILL");
            boolean complete = clean == count && crashed == count + AFTER_CRASH;
            facts.flag("complete", "all extents there", complete);
            facts.print(out(), json);
            return complete ? ExitCode.OK : ExitCode.PROBLEMS;
        } finally {
            Directories.delete(store);
            if (directory == null) {
                Directories.delete(base);
            }
        }
    }

    private void fill(Path store, Facts facts) {
        long before = heap();
        long start = System.nanoTime();
        try (StorageEngine engine = StorageEngine.open(store)) {
            SmallExtents.put(engine.extents(), 0, count);
            facts.seconds("putSeconds", "time to put them", System.nanoTime() - start);
            engine.checkpoint();
            engine.collect(false, ProgressListener.NONE);
            engine.checkpoint();
            StoreStatistics figures = engine.statistics();
            facts.bytes("heapBytes", "heap after them", heap() - before)
                    .bytes("storedBytes", "stored bytes", figures.storedBytes())
                    .bytes("catalogBytes", "catalog", figures.catalogBytes())
                    .ratio("catalogBytesPerExtent", "  an extent", (double) figures.catalogBytes() / count, " bytes")
                    .count("packs", "packs", figures.packs())
                    .count("inlineExtents", "still in the journal", figures.inlineExtents());
        }
    }

    /** Opens the store, and returns how many of the first and last extents and of all in the catalog are right. */
    private long open(Path store, Facts facts, String key, String label) {
        long start = System.nanoTime();
        try (StorageEngine engine = StorageEngine.open(store)) {
            facts.seconds("open" + key + "Seconds", "open " + label, System.nanoTime() - start)
                    .count(
                            "records" + key,
                            "  records replayed",
                            engine.recovery().recordsReplayed());
            ExtentId again = engine.extents().put(SmallExtents.extent(0));
            boolean right = Arrays.equals(engine.extents().get(again), SmallExtents.extent(0));
            engine.extents().release(again);
            facts.bytes("heap" + key + "Bytes", "  heap", heap());
            StoreStatistics figures = engine.statistics();
            return right ? figures.extents() - figures.packs() : -1;
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
