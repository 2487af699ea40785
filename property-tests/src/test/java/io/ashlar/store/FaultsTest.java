package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.BackendException;
import io.ashlar.CollectReport;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectWriter;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.StoreFailedException;
import io.ashlar.StoreFullException;
import io.ashlar.spi.DiskFullException;
import io.ashlar.store.GatedDisk.Operation;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.FaultyBackend.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks and backends that fail: what is refused and how, what goes on, and that nothing acknowledged is lost. */
class FaultsTest {
    private static final int LARGE = 100_000;

    @TempDir
    Path directory;

    private final GatedDisk disk = new GatedDisk();
    private final Map<ExtentId, byte[]> acknowledged = new LinkedHashMap<>();

    private StorageEngine open() {
        return StorageEngine.builder(directory)
                .settings(Stores.settings())
                .seams(disk, null, null, null)
                .open();
    }

    private ExtentId put(StorageEngine engine, int seed, int length) {
        byte[] content = Stores.bytes(seed, length);
        ExtentId id = engine.extents().put(content);
        acknowledged.put(id, content);
        return id;
    }

    private void checkAcknowledged(StorageEngine engine) {
        acknowledged.forEach(
                (id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
        assertThat(Stores.fsck(engine).findings()).isEmpty();
    }

    private void reopenAndCheck() {
        disk.gate = (operation, path) -> {};
        try (StorageEngine engine = open()) {
            checkAcknowledged(engine);
            put(engine, 4711, 10);
        }
    }

    private static boolean isJournal(Path path) {
        return path.toString().contains("journal");
    }

    /** The active segment of a new store is a file that was made under this name. */
    private static boolean isSegment(Path path) {
        return isJournal(path) && path.getFileName().toString().startsWith("spare-0000000000000001");
    }

    /** After a failed force nobody knows what the disk holds: the first failure is the last, and says why. */
    @Test
    void shouldLatchOnAFailedForceOfTheJournalAndRecover() {
        IOException cause = new IOException("the cable is loose");
        StorageEngine engine = open();
        ExtentId before = put(engine, 1, 50);
        AtomicInteger forces = new AtomicInteger();
        disk.gate = (operation, path) -> {
            if (operation == Operation.FORCE && isSegment(path) && forces.getAndIncrement() == 0) {
                throw cause;
            }
        };
        for (int i = 0; i < 3; i++) {
            int seed = 100 + i;
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> engine.extents().put(Stores.bytes(seed, 50)))
                    .withRootCauseInstanceOf(IOException.class)
                    .havingRootCause()
                    .isSameAs(cause);
        }
        assertThat(forces).as("a force is never tried again").hasValue(1);
        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> engine.extents().release(before));
        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> engine.extents().put(Stores.bytes(5, LARGE)));
        assertThatExceptionOfType(StoreFailedException.class).isThrownBy(engine::checkpoint);
        assertThatExceptionOfType(StoreFailedException.class).isThrownBy(() -> engine.collect(false, Stores.QUIET));
        assertThat(engine.extents().get(before)).as("reads go on").isEqualTo(Stores.bytes(1, 50));
        engine.close();
        assertThat(forces).hasValue(1);
        reopenAndCheck();
    }

    @Test
    void shouldFailEveryWaitingCallerWhenTheJournalFails() {
        StorageEngine engine = open();
        put(engine, 1, 50);
        disk.gate = (operation, path) -> {
            if (operation == Operation.WRITE && isJournal(path)) {
                throw new IOException("no more writes");
            }
        };
        List<CompletableFuture<ExtentId>> futures = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                futures.add(
                        engine.extents().put(ByteBuffer.wrap(Stores.bytes(1000 + i, i * 1000)), Durability.GROUPED));
            }
        } catch (StoreFailedException e) {
            assertThat(futures).isNotEmpty();
        }
        assertThat(futures)
                .allSatisfy(future -> assertThat(future)
                        .failsWithin(java.time.Duration.ofSeconds(20))
                        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                        .withCauseInstanceOf(StoreFailedException.class));
        engine.close();
        reopenAndCheck();
    }

    @Test
    void shouldRefuseOnlyTheWriteThatTheBackendFails() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings())
                .backend(backend)
                .open()) {
            for (Map.Entry<FaultyBackend.Operation, Fault> fault : List.of(
                    Map.entry(FaultyBackend.Operation.PUT, Fault.FAIL),
                    Map.entry(FaultyBackend.Operation.PUT, Fault.FAIL_AFTER),
                    Map.entry(FaultyBackend.Operation.SYNC, Fault.FAIL),
                    Map.entry(FaultyBackend.Operation.SYNC, Fault.FAIL_AFTER),
                    Map.entry(FaultyBackend.Operation.SYNC, Fault.VANISH))) {
                byte[] content = Stores.bytes(acknowledged.size(), LARGE);
                backend.failNext(fault.getKey(), fault.getValue());
                assertThatExceptionOfType(BackendException.class)
                        .isThrownBy(() -> engine.extents().put(content))
                        .withMessageContaining("simulated");
                put(engine, acknowledged.size(), LARGE);
            }
            backend.failNext(FaultyBackend.Operation.PUT, Fault.FULL);
            assertThatExceptionOfType(StoreFullException.class)
                    .isThrownBy(() -> engine.extents().put(Stores.bytes(99, LARGE)));
            put(engine, 99, LARGE);
            checkAcknowledged(engine);
            assertThat(engine.collect(false, Stores.QUIET).orphans())
                    .as("left by failed puts")
                    .isZero();
            assertThat(backend.list("", "", 1000))
                    .as("objects: extents, and what checkpoints need")
                    .filteredOn(object ->
                            object.name().startsWith("e") || object.name().startsWith("d"))
                    .hasSize(acknowledged.size());
        }
    }

    @Test
    void shouldLeaveNoPartOfAnObjectWhoseWriteFailed() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings())
                .backend(backend)
                .open()) {
            ExtentId before = put(engine, 1, 10);
            engine.extents().bind("name", before);
            ObjectWriter writer = engine.extents().newObject();
            writer.write(ByteBuffer.wrap(Stores.bytes(2, 5 << 20)));
            backend.setRate(FaultyBackend.Operation.PUT, Fault.FAIL, 1);
            assertThatExceptionOfType(StorageException.class).isThrownBy(() -> {
                writer.write(ByteBuffer.wrap(Stores.bytes(3, 5 << 20)));
                writer.finish("name");
            });
            backend.heal();
            org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(() -> writer.finish("name"));
            writer.close();
            assertThat(engine.extents().resolve("name")).contains(before);
            assertThat(Stores.eventually(() -> {
                        engine.collect(false, Stores.QUIET);
                        return engine.statistics().plainBytes() == 10;
                    }))
                    .as("parts that were on their way are garbage once they arrive")
                    .isTrue();
            checkAcknowledged(engine);
        }
    }

    /** Whatever a checkpoint does, its n-th operation may fail; the last one stays in force, or the store says it failed. */
    @Test
    void shouldSurviveAFailureAtEveryStepOfACheckpoint() {
        int failures = 0;
        for (int step = 0; step < 400; step++) {
            StorageEngine engine = open();
            for (int i = 0; i < 20; i++) {
                put(engine, 1000 * step + i, 500);
            }
            engine.extents().bind("step", put(engine, 1000 * step + 20, LARGE));
            AtomicInteger left = new AtomicInteger(step);
            disk.gate = (operation, path) -> {
                if (operation != Operation.READ && operation != Operation.OPEN && left.getAndDecrement() == 0) {
                    throw new IOException("step " + operation + " of " + path.getFileName());
                }
            };
            boolean failed = false;
            try {
                engine.checkpoint();
            } catch (StorageException e) {
                failed = true;
            }
            boolean reached = left.get() < 0;
            disk.gate = (operation, path) -> {};
            try {
                put(engine, 1000 * step + 21, 500);
                engine.checkpoint();
                if (step % 7 == 0) {
                    checkAcknowledged(engine);
                }
            } catch (StoreFailedException e) {
                assertThat(failed).isTrue();
            }
            try {
                engine.close();
            } catch (StorageException e) {
                assertThat(failed).isTrue();
            }
            if (!reached) {
                break;
            }
            failures++;
        }
        reopenAndCheck();
        assertThat(failures).isBetween(20, 399);
    }

    /** A full disk refuses users, and nothing else: releases and the collector make room, and then writes go on. */
    @Test
    void shouldNotLatchOnAFullDiskAndRecoverWhatIsReleased() {
        StorageEngine engine = open();
        ExtentStore extents = engine.extents();
        List<ExtentId> large = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            large.add(put(engine, i, LARGE));
        }
        disk.gate = (operation, path) -> {
            if (operation == Operation.CREATE) {
                throw new DiskFullException("no space for " + path);
            }
        };
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(() -> extents.put(Stores.bytes(100, LARGE)));
        AtomicInteger small = new AtomicInteger();
        assertThatExceptionOfType(StoreFullException.class)
                .as("the journal has spares, but not for ever, and the last ones are not for users")
                .isThrownBy(() -> {
                    while (true) {
                        put(engine, 1000 + small.incrementAndGet(), 10_000);
                    }
                });
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(engine::checkpoint);
        for (ExtentId id : large.subList(0, 3)) {
            extents.release(id);
            acknowledged.remove(id);
        }
        CollectReport report = engine.collect(false, Stores.QUIET);
        assertThat(report.sweptExtents()).isEqualTo(3);
        checkReads(engine);
        disk.gate = (operation, path) -> {};
        put(engine, 2000, LARGE);
        put(engine, 2001, 10_000);
        checkAcknowledged(engine);
        engine.close();
        reopenAndCheck();
    }

    private void checkReads(StorageEngine engine) {
        acknowledged.forEach(
                (id, content) -> assertThat(engine.extents().get(id)).isEqualTo(content));
    }

    @Test
    void shouldLeaveNoThreadBehindWhenOpeningFails() {
        disk.gate = (operation, path) -> {
            if (operation == Operation.CREATE && path.toString().contains("extents")) {
                throw new IOException("no objects today");
            }
        };
        for (int i = 0; i < 3; i++) {
            StorageEngine.Builder builder = StorageEngine.builder(directory.resolve("store" + i))
                    .settings(Stores.settings())
                    .seams(disk, null, null, null);
            assertThatExceptionOfType(BackendException.class).isThrownBy(builder::open);
        }
        assertThat(Stores.eventually(() -> Stores.threads("ashlar").isEmpty()))
                .as("threads: %s", Stores.threads("ashlar"))
                .isTrue();
        reopenAndCheck();
    }

    /** What cannot be deleted now is found as an orphan later. */
    @Test
    void shouldGoOnWhenBytesCannotBeDeleted() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings())
                .backend(backend)
                .open()) {
            ExtentId id = engine.extents().put(Stores.bytes(1, LARGE));
            put(engine, 2, LARGE);
            engine.extents().release(id);
            backend.failNext(FaultyBackend.Operation.DELETE, Fault.FAIL);
            CollectReport report = engine.collect(false, Stores.QUIET);
            assertThat(report.sweptExtents()).isEqualTo(1);
            assertThat(report.orphans()).isEqualTo(1);
            assertThat(engine.extents().put(Stores.bytes(1, LARGE))).isEqualTo(id);
            assertThat(engine.extents().get(id)).isEqualTo(Stores.bytes(1, LARGE));
            checkAcknowledged(engine);
        }
    }

    /** Younger orphans may be of a put that is under way in a way that this process cannot know. */
    @Test
    void shouldDeleteOrphansOnlyWhenTheyAreOldAndNobodysOwn() throws IOException {
        io.ashlar.spi.ExtentBackend backend = Stores.memory();
        ExtentId id;
        String orphan;
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings().withOrphanGraceMillis(60_000))
                .backend(backend)
                .open()) {
            id = engine.extents().put(Stores.bytes(1, LARGE));
            String name = backend.list("", "", 1000).stream()
                    .map(io.ashlar.spi.ObjectStat::name)
                    .filter(object -> object.contains(id.toString()))
                    .findFirst()
                    .orElseThrow();
            orphan = name.substring(0, name.length() - 4) + "ffff";
            backend.put(orphan, ByteBuffer.wrap(Stores.bytes(1, LARGE)));
            backend.put("a-foreign-object", ByteBuffer.wrap(Stores.bytes(1, 10)));
            backend.sync(List.of(orphan, "a-foreign-object"));
            CollectReport report = engine.collect(false, Stores.QUIET);
            assertThat(report.orphans()).isZero();
            assertThat(report.youngOrphans()).isEqualTo(1);
            assertThat(backend.stat(orphan)).isPresent();
            assertThat(engine.extents().get(id)).isEqualTo(Stores.bytes(1, LARGE));
        }
    }
}
