package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.BackPressureException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.FsckReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.FaultyBackend.Fault;
import io.ashlar.testkit.FaultyBackend.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is full: who waits, who is refused, and that room comes back. */
class BackPressureTest {
    @TempDir
    Path directory;

    private static EngineSettings settings() {
        return Stores.settings()
                .withInlineThresholdBytes(2048)
                .withJournalSegmentBytes(16 << 10)
                .withWriteTimeoutMillis(1000);
    }

    private StorageEngine open(ExtentBackend backend) throws IOException {
        return StorageEngine.builder(directory)
                .settings(settings())
                .backend(backend)
                .open();
    }

    private static List<ExtentId> fill(ExtentStore extents) {
        List<ExtentId> ids = new ArrayList<>();
        assertThatExceptionOfType(BackPressureException.class)
                .isThrownBy(() -> {
                    while (true) {
                        ids.add(extents.put(Stores.bytes(ids.size(), 2000)));
                    }
                })
                .withMessageContaining("journal")
                .withMessageContaining("nothing was written");
        return ids;
    }

    /** A checkpoint that has failed is tried again after a second, which is as long as a put waits here for room. */
    private static ExtentId putPatiently(ExtentStore extents, byte[] content) {
        for (int refused = 0; ; refused++) {
            try {
                return extents.put(content);
            } catch (BackPressureException e) {
                if (refused == 30) {
                    throw e;
                }
            }
        }
    }

    /** Neither the failed attempts nor the journal's fullness may use up what a checkpoint needs to make room. */
    @Test
    void shouldMakeRoomAgainAfterCheckpointsHaveFailedForLong() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = open(backend)) {
            backend.setRate(Operation.PUT, Fault.FAIL, 1);
            List<ExtentId> ids = fill(engine.extents());
            for (int i = 0; i < 10; i++) {
                assertThatExceptionOfType(StorageException.class).isThrownBy(engine::checkpoint);
            }
            backend.heal();
            for (int i = 0; i < 50; i++) {
                ids.add(putPatiently(engine.extents(), Stores.bytes(ids.size(), 2000)));
            }
            for (int i = 0; i < ids.size(); i++) {
                assertThat(engine.extents().get(ids.get(i))).isEqualTo(Stores.bytes(i, 2000));
            }
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    @Test
    void shouldLetReleasesThroughButLeaveTheEngineItsReserve() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = open(backend)) {
            ExtentStore extents = engine.extents();
            ExtentId much = extents.put(Stores.bytes(-1, 100));
            CompletableFuture<Void> retained = CompletableFuture.completedFuture(null);
            for (int i = 0; i < 1000; i++) {
                retained = extents.retain(much, Durability.BUFFERED);
            }
            retained.join();
            backend.setRate(Operation.PUT, Fault.FAIL, 1);
            List<ExtentId> ids = fill(extents);
            extents.release(ids.remove(0));
            AtomicLong released = new AtomicLong();
            assertThatExceptionOfType(BackPressureException.class)
                    .isThrownBy(() -> {
                        while (released.incrementAndGet() < 1000) {
                            extents.release(much);
                        }
                    })
                    .withMessageContaining("reserve");
            assertThat(released).hasValueGreaterThan(50);
            backend.heal();
            putPatiently(extents, Stores.bytes(-2, 2000));
            extents.release(ids.get(0));
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    /**
     * Nobody waits for room here: releases do not, and those that the reserve has no room for are refused at once. Each life
     * begins a segment, whatever the journal may hold.
     */
    @Test
    void shouldMakeRoomByItselfInAStoreThatIsOpenedWithAFullJournal() throws IOException {
        long full = 0;
        for (int life = 0; life < 5; life++) {
            FaultyBackend backend = new FaultyBackend(Stores.file(directory), 1, nanos -> {});
            StorageEngine engine = open(backend);
            backend.setRate(Operation.PUT, Fault.FAIL, 1);
            List<ExtentId> ids = fill(engine.extents());
            try {
                for (ExtentId id : ids) {
                    engine.extents().release(id);
                }
            } catch (BackPressureException reserveUsedUp) {
                assertThat(reserveUsedUp).hasMessageContaining("reserve");
            }
            full = engine.statistics().journalBytes();
            assertThatExceptionOfType(StorageException.class).isThrownBy(engine::close);
        }
        long fullBytes = full;
        try (StorageEngine engine =
                StorageEngine.builder(directory).settings(settings()).open()) {
            assertThat(Stores.eventually(() -> engine.statistics().journalBytes() < fullBytes / 4 * 3))
                    .isTrue();
            engine.extents().put(Stores.bytes(-1, 2000));
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }

    /** An extent that cannot be moved out of the journal must not keep its segment, and with it all later ones, for ever. */
    @Test
    void shouldNotLetDamageHoldTheJournalBack() throws IOException {
        FaultyBackend backend = new FaultyBackend(Stores.memory(), 1, nanos -> {});
        try (StorageEngine engine = open(backend)) {
            ExtentStore extents = engine.extents();
            byte[] content = Stores.bytes(-1, 1500);
            ExtentId damaged = extents.put(content);
            for (Path segment : Stores.files(directory.resolve("journal"), ".seg")) {
                Stores.flipInside(segment, content);
            }
            assertThatExceptionOfType(DamagedException.class).isThrownBy(() -> extents.get(damaged));
            backend.setRate(Operation.PUT, Fault.FAIL, 1);
            fill(extents);
            backend.heal();
            // How many it takes depends on how full the journal is: each packs as much as the reserve has room to
            // record.
            for (int i = 0; i < 10 && engine.statistics().journalBytes() > 100_000; i++) {
                engine.checkpoint();
                try {
                    extents.put(Stores.bytes(-10 - i, 10));
                } catch (BackPressureException stillFull) {
                    assertThat(stillFull).hasMessageContaining("nothing was written");
                }
            }
            assertThat(engine.statistics().journalBytes()).isLessThanOrEqualTo(100_000);
            assertThatExceptionOfType(DamagedException.class).isThrownBy(() -> extents.get(damaged));
            assertThat(Stores.fsck(engine).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(FsckReport.Kind.DAMAGED);
                assertThat(finding.object()).contains(damaged.toString());
            });
            assertThat(extents.put(content)).isEqualTo(damaged);
            assertThat(extents.get(damaged)).isEqualTo(content);
            assertThat(Stores.fsck(engine).findings()).isEmpty();
        }
    }
}
