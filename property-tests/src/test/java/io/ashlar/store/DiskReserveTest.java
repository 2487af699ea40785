package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.StorageEngine;
import io.ashlar.StoreFullException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When only the reserve of the disk is free, users are refused, and the engine makes room with it. */
class DiskReserveTest {
    private static final long RESERVE_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final GatedDisk disk = new GatedDisk();

    @Test
    void shouldLeaveTheReserveToTheEngine() {
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings().withDiskReserveBytes(RESERVE_BYTES))
                .seams(disk, null, null, null)
                .open()) {
            ExtentStore extents = engine.extents();
            disk.usableBytes = RESERVE_BYTES + 300_000;
            ExtentId large = extents.put(Stores.bytes(1, 200_000));
            ExtentId small = extents.put(Stores.bytes(2, 100));

            disk.usableBytes = RESERVE_BYTES + 50;
            for (int length : new int[] {100, 200_000}) {
                // What was allowed when more was free may still pass, and is soon used up.
                assertThatExceptionOfType(StoreFullException.class)
                        .isThrownBy(() -> {
                            for (int i = 0; i < 500; i++) {
                                extents.put(Stores.bytes(1_000 + i, length));
                            }
                        })
                        .withMessageContaining("diskReserveBytes");
            }
            assertThat(extents.put(Stores.bytes(2, 100)))
                    .as("a hit takes no room")
                    .isEqualTo(small);
            extents.bind("small", small);
            engine.checkpoint();
            extents.release(large);
            engine.collect(false, Stores.QUIET);
            assertThat(extents.exists(large)).isFalse();
            assertThat(extents.get(small)).isEqualTo(Stores.bytes(2, 100));
            assertThat(Stores.fsck(engine).findings()).isEmpty();

            disk.usableBytes = RESERVE_BYTES + 300_000;
            assertThat(extents.put(Stores.bytes(1, 200_000))).isEqualTo(large);
        }
    }

    @Test
    void shouldNotAskTheDiskWithoutAReserve() {
        disk.usableBytes = 0;
        try (StorageEngine engine = StorageEngine.builder(directory)
                .settings(Stores.settings().withDiskReserveBytes(0))
                .seams(disk, null, null, null)
                .open()) {
            assertThat(engine.extents().get(engine.extents().put(Stores.bytes(1, 200_000))))
                    .isEqualTo(Stores.bytes(1, 200_000));
        }
    }
}
