package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.RebuildReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.runtime.EngineAssembly;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedCrash;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedEntropy;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A store without metadata on a disk that stops in the middle of a rebuild, wherever that is. */
class RebuildCrashTest {
    private static final int EXTENTS = 24;
    private static final int OPERATIONS_MAX = 20_000;

    private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
    private final SplittableRandom random = new SplittableRandom(17);
    private final Map<ExtentId, byte[]> contents = new LinkedHashMap<>();

    private static EngineSettings settings() {
        return EngineSettings.defaults()
                .withExtentPageBytes(512)
                .withInlineThresholdBytes(400)
                .withJournalSegmentBytes(16 << 10)
                .withCheckpointJournalBytes(16 << 10)
                .withJournalMaxBytes(640 << 10)
                .withMemoryBudgetBytes(1 << 16)
                .withGcGraceMillis(0)
                .withOrphanGraceMillis(0)
                .withMaintenanceIntervalMillis(0);
    }

    private EngineAssembly assembly(SimulatedDisk disk) {
        EngineAssembly assembly = new EngineAssembly(SimulatedEngine.DIRECTORY);
        assembly.settings(settings());
        assembly.backend(URI.create("file:///store/extents"));
        assembly.seams(disk, clock, new SimulatedThreads(clock, () -> {}), new SimulatedEntropy(random.nextLong()));
        return assembly;
    }

    private RebuildReport rebuild(SimulatedDisk disk) {
        return assembly(disk).rebuild((phase, done, total) -> true);
    }

    /** Makes a store, and takes its metadata away. */
    private SimulatedDisk store() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(random.nextLong(), clock, 512);
        SimulatedEngine[] opened = new SimulatedEngine[1];
        SimulatedThreads threads = new SimulatedThreads(clock, () -> {
            if (opened[0] != null) {
                step(opened[0]);
            }
        });
        SimulatedEngine engine = SimulatedEngine.open(
                disk, clock, settings(), new History(), new Figures(), 5, threads, backend -> backend);
        opened[0] = engine;
        for (int i = 0; i < EXTENTS; i++) {
            byte[] content = new byte[i % 3 == 0 ? 3_000 + i : 20 + i];
            random.nextBytes(content);
            ExtentId id = engine.extents.put(content);
            contents.put(id, content);
            if (i % 2 == 0) {
                engine.extents.bind("name-" + i, id);
            }
            if (i == EXTENTS / 2) {
                engine.checkpoint();
            }
        }
        engine.checkpoint();
        engine.extents.retain(contents.keySet().iterator().next());
        engine.checkpoint();
        engine.close();
        disk.delete(SimulatedEngine.SUPERBLOCK);
        disk.delete(SimulatedEngine.DIRECTORY.resolve("superblock-b"));
        Path journal = SimulatedEngine.DIRECTORY.resolve("journal");
        for (DirectoryEntry file : disk.list(journal, "", 1_000)) {
            disk.delete(journal.resolve(file.name()));
        }
        disk.forceDirectory(journal);
        disk.forceDirectory(SimulatedEngine.DIRECTORY);
        return disk.processKilled();
    }

    private static void step(SimulatedEngine engine) {
        engine.driver.stepPuts();
        engine.driver.stepCommit(Integer.MAX_VALUE);
    }

    private void check(SimulatedDisk disk, long point) throws IOException {
        EngineAssembly assembly = assembly(disk);
        assembly.readOnly(true);
        try (StorageEngine engine = assembly.open()) {
            assertThat(engine.extents().names("", 1_000))
                    .as("names, crash %d", point)
                    .hasSize(EXTENTS / 2);
            int at = 0;
            for (Map.Entry<ExtentId, byte[]> each : contents.entrySet()) {
                assertThat(engine.extents().get(each.getKey())).isEqualTo(each.getValue());
                assertThat(engine.extents().stat(each.getKey()).orElseThrow().references())
                        .as("references of extent %d, crash %d", at, point)
                        .isEqualTo(1 + (at == 0 ? 1 : 0) + (at % 2 == 0 ? 1 : 0));
                at++;
            }
        }
    }

    @Test
    void shouldComeToTheSameWhereverItWasInterrupted() throws IOException {
        SimulatedDisk lost = store();
        SimulatedDisk whole = lost.fork();
        long before = whole.operations();
        RebuildReport report = rebuild(whole);
        assertThat(report.findings()).isEmpty();
        assertThat(report.recovered()).isZero();
        check(whole, -1);
        long operations = whole.operations() - before;
        assertThat(operations).isBetween(20L, (long) OPERATIONS_MAX);
        long finished = 0;
        for (long point = 1; point <= operations; point++) {
            SimulatedDisk disk = lost.fork();
            disk.crashAfter(disk.operations() + point);
            try {
                rebuild(disk);
            } catch (SimulatedCrash | StorageException e) {
                assertThat(disk.isDead()).as("crash %d: %s", point, e).isTrue();
            }
            for (SimulatedDisk left : List.of(disk.afterCrash(random), disk.processKilled())) {
                finished += again(left, point) ? 0 : 1;
                check(left, point);
            }
        }
        assertThat(finished).as("crashes after it was done").isPositive().isLessThan(operations);
    }

    /** Rebuilds, unless that was done. */
    private boolean again(SimulatedDisk disk, long point) {
        try {
            RebuildReport report = rebuild(disk);
            assertThat(report.clean()).as("crash %d: %s", point, report).isTrue();
            assertThat(report.recovered()).as("crash %d: %s", point, report).isZero();
            return true;
        } catch (StorageException e) {
            assertThat(e).as("crash %d", point).hasMessageContaining("has its superblocks");
            return false;
        }
    }
}
