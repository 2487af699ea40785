package io.ashlar.formal.graph;

import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.Pins;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.pipeline.Commit;
import io.ashlar.pipeline.PutStages;
import io.ashlar.pipeline.PutTask;
import io.ashlar.runtime.EngineAssembly;
import io.ashlar.runtime.EngineCore;
import io.ashlar.runtime.Resources;
import io.ashlar.spi.Probe;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedEntropy;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The real engine without threads, and beside it only what it does not know itself: which writer, handle and copy of the
 * specification stands for what, and which records a crash may cut.
 */
final class World {
    private static final Path DIRECTORY = Path.of("/store");
    private static final int CONTENT_BYTES = 48;
    private static final EngineSettings SETTINGS = EngineSettings.defaults()
            .withExtentPageBytes(512)
            .withInlineThresholdBytes(0)
            .withJournalSegmentBytes(1 << 16)
            .withDiskReserveBytes(0)
            .withMemoryBudgetBytes(1 << 18)
            .withGcGraceMillis(0)
            .withOrphanGraceMillis(0);
    private static final ExtentEncoder ENCODER = new ExtentEncoder();

    /** A writer's work. The task is missing where a retain or bind has found the extent. */
    static final class Work {
        final String extent;
        String stage;
        String copy = "";
        long counter;

        @Nullable
        PutTask task;

        Work(String extent, String stage) {
            this.extent = extent;
            this.stage = stage;
        }
    }

    /** A reader, the epoch it came in, and what it may read. */
    record Reading(Pins.Pin pin, long epoch, List<String> seen) {}

    /** What a record says; an extent of none means that no home changes. */
    record Applied(Map<String, String> sets, String extent, String copy) {}

    final SimulatedDisk disk;
    final LooseBackend backend;
    final EngineCore core;
    final PutStages stages;

    final Map<String, Work> work = new TreeMap<>();
    final Map<String, Reading> readers = new TreeMap<>();

    /** What each reference names after the last force, and which copy of each extent is in force. */
    final Map<String, String> refs;

    final Map<String, String> homes;

    final List<Applied> tail = new ArrayList<>();

    /** The disk after the last force, and after each record behind it. */
    final List<SimulatedDisk> images = new ArrayList<>();

    /** The copies by the names of their objects, as "extent copy". */
    final Map<String, String> copies;

    private final Map<String, ExtentId> ids = new HashMap<>();
    private long lastEpoch;

    World() throws IOException {
        this(
                new SimulatedDisk(1, new SimulatedClock(1_700_000_000_000L)),
                new LooseBackend(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    World(
            SimulatedDisk disk,
            LooseBackend backend,
            Map<String, String> refs,
            Map<String, String> homes,
            Map<String, String> copies)
            throws IOException {
        this.disk = disk;
        this.backend = backend;
        this.refs = new TreeMap<>(refs);
        this.homes = new TreeMap<>(homes);
        this.copies = new HashMap<>(copies);
        disk.createDirectories(DIRECTORY);
        SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
        EngineAssembly assembly = new EngineAssembly(DIRECTORY);
        assembly.settings(SETTINGS);
        assembly.seams(disk, clock, new SimulatedThreads(clock, () -> {}), new SimulatedEntropy(1));
        assembly.backend(backend);
        assembly.probe(new Probe() {
            @Override
            public void pinned(long epoch) {
                lastEpoch = epoch;
            }
        });
        core = assembly.openCore(new Resources(), AtOnce::new);
        stages = core.putStages(core.driver());
        forced();
    }

    /** Commits each record by itself, at once. */
    private static final class AtOnce implements EngineCore.Driver {
        private final EngineCore core;

        AtOnce(EngineCore core) {
            this.core = core;
        }

        @Override
        public CompletableFuture<ExtentId> put(PutTask task) {
            throw new UnsupportedOperationException("puts are taken apart");
        }

        @Override
        public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
            Commit commit = Commit.record(command.type(), command.encode(), durability, reserved);
            return run(commit);
        }

        @Override
        public CompletableFuture<Void> control(Control control) {
            return run(Commit.control(control)).thenApply(outcome -> null);
        }

        private CompletableFuture<Catalog.Outcome> run(Commit commit) {
            core.commitStage().accept(commit);
            core.commitStage().endBatch();
            return commit.done();
        }

        @Override
        public boolean hasFailed() {
            return core.latch().hasFailed();
        }
    }

    Catalog catalog() {
        return core.catalog();
    }

    static byte[] content(String extent) {
        byte[] content = new byte[CONTENT_BYTES];
        Arrays.fill(content, (byte) extent.hashCode());
        return content;
    }

    ExtentId id(String extent) {
        return ids.computeIfAbsent(extent, key -> task(key, true).id());
    }

    /** A put that is encoded. */
    PutTask task(String extent, boolean explicit) {
        PutTask task = PutTask.dense(
                ExtentKind.DATA, 512, ByteBuffer.wrap(content(extent)), List.of(), explicit, Durability.BUFFERED);
        try {
            stages.encode(task, ENCODER, ByteBuffer.allocate(task.maxImageBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return task;
    }

    /** Takes a pin; its epoch is what the probe heard. */
    Reading pin(List<String> seen) {
        Pins.Pin pin = core.pins().pin(0);
        return new Reading(pin, lastEpoch, seen);
    }

    /** Commits a record that is not forced, and remembers what the disk would show after it. */
    Catalog.Outcome commit(Command command, Applied applied) {
        Catalog.Outcome outcome =
                core.driver().submit(command, Durability.BUFFERED, false).join();
        if (outcome == Catalog.Outcome.DONE) {
            applied(applied);
        }
        return outcome;
    }

    void applied(Applied applied) {
        tail.add(applied);
        images.add(disk.processKilled());
    }

    /** Everything is durable. */
    void forced() {
        tail.forEach(this::keep);
        tail.clear();
        images.clear();
        images.add(disk.processKilled());
    }

    void keep(Applied applied) {
        applied.sets().forEach((ref, extent) -> {
            if (extent.isEmpty()) {
                refs.remove(ref);
            } else {
                refs.put(ref, extent);
            }
        });
        if (!applied.extent().isEmpty()) {
            if (applied.copy().isEmpty()) {
                homes.remove(applied.extent());
            } else {
                homes.put(applied.extent(), applied.copy());
            }
        }
    }

    /** What the references and homes are with everything applied. */
    Map<String, String> refsNow() {
        Map<String, String> now = new TreeMap<>(refs);
        for (Applied applied : tail) {
            applied.sets().forEach((ref, extent) -> {
                if (extent.isEmpty()) {
                    now.remove(ref);
                } else {
                    now.put(ref, extent);
                }
            });
        }
        return now;
    }

    Map<String, String> homesNow() {
        Map<String, String> now = new TreeMap<>(homes);
        for (Applied applied : tail) {
            if (!applied.extent().isEmpty()) {
                if (applied.copy().isEmpty()) {
                    now.remove(applied.extent());
                } else {
                    now.put(applied.extent(), applied.copy());
                }
            }
        }
        return now;
    }
}
