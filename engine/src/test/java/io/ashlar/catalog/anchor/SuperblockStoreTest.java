package io.ashlar.catalog.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.format.Crc32c;
import io.ashlar.format.SuperblockLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SuperblockStoreTest {
    private static final Path DIRECTORY = Path.of("store");
    private static final Path A = DIRECTORY.resolve("superblock-a");
    private static final Path B = DIRECTORY.resolve("superblock-b");
    private static final Path[] FILES = {A, B};
    private static final Superblock FIRST =
            new Superblock(0x1122334455667788L, -2, 0, 1, 1000, 4096, ExtentId.Hash.XXH3_128, null);

    private final MemoryDisk disk = new MemoryDisk();

    private static StoredObject manifest(long counter) {
        byte[] digest = new byte[16];
        Arrays.fill(digest, (byte) counter);
        return new StoredObject("m-" + counter, ExtentId.of(ExtentId.Hash.XXH3_128, digest, 3), 4096);
    }

    private SuperblockStore written(int count) throws IOException {
        SuperblockStore store = SuperblockStore.create(disk, DIRECTORY, FIRST);
        for (int i = 1; i < count; i++) {
            store.write(store.newest().next(manifest(i)));
        }
        return store;
    }

    @Test
    void shouldAlternateAndFindTheNewestAgain() throws IOException {
        assertThat(SuperblockStore.load(disk, DIRECTORY)).isNull();
        SuperblockStore store = SuperblockStore.create(disk, DIRECTORY, FIRST);
        SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
        assertThat(loaded.newest()).isEqualTo(FIRST);
        assertThat(loaded.older()).isNull();
        assertThat(loaded.problems()).isEmpty();
        for (int i = 1; i < 6; i++) {
            Superblock before = store.newest();
            byte[] keptFile = disk.bytes(FILES[(i - 1) % 2]).clone();
            store.write(before.next(manifest(i)));
            assertThat(disk.bytes(FILES[(i - 1) % 2])).isEqualTo(keptFile);
            loaded = SuperblockStore.load(disk, DIRECTORY);
            assertThat(loaded.newest()).isEqualTo(before.next(manifest(i)));
            assertThat(loaded.older()).isEqualTo(before);
            assertThat(loaded.problems()).isEmpty();
            if (i % 2 == 0) {
                store = loaded.store();
            }
        }
        assertThatThrownBy(() -> SuperblockStore.create(disk, DIRECTORY, FIRST))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void shouldWriteSuperblocksAsTheyWereAlwaysWritten() throws IOException {
        written(2);
        byte[] bytes = disk.bytes(B);
        assertThat(bytes).hasSize(4096);
        assertThat(HexFormat.of().formatHex(bytes, 0, 68))
                .isEqualTo("41534231" + "0100" + "0000" + "8877665544332211" + "feffffffffffffff" + "0000000000000000"
                        + "0200000000000000" + "e803000000000000" + "00100000" + "01" + "03" + "12" + "00" + "00100000"
                        + "00000000" + "6d2d3100");
        assertThat(Arrays.copyOfRange(bytes, 68, 264)).containsOnly(0);
        assertThat(HexFormat.of().formatHex(bytes, 264, 284)).isEqualTo("01" + "01".repeat(16) + "03" + "0000");
        assertThat(Arrays.copyOfRange(bytes, 284, 4092)).containsOnly(0);
        assertThat(HexFormat.of().formatHex(bytes, 4092, 4096)).isEqualTo("46164db1");
    }

    @Test
    void shouldWriteTheFeaturesOfStoresOverDrivesAsTheyWereAlwaysWritten() throws IOException {
        Superblock overDrives = new Superblock(3, 4, Superblock.DRIVES, 1, 1000, 4096, ExtentId.Hash.XXH3_128, null);
        SuperblockStore.create(disk, DIRECTORY, overDrives);
        byte[] bytes = disk.bytes(A);
        assertThat(HexFormat.of().formatHex(bytes, 0, 40))
                .isEqualTo("41534231" + "0100" + "0000" + "0300000000000000" + "0400000000000000" + "0100000000000000"
                        + "0100000000000000");
        SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
        assertThat(loaded.newest()).isEqualTo(overDrives);
        assertThat(loaded.newest().has(Superblock.DRIVES)).isTrue();
        // What comes after a checkpoint has them too.
        loaded.store().write(loaded.newest().next(manifest(1)));
        assertThat(SuperblockStore.load(disk, DIRECTORY).newest().has(Superblock.DRIVES))
                .isTrue();
    }

    @Test
    void shouldMakeDurableWhatAKilledProcessLeftUnforced() throws IOException {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            MemoryDisk killed = new MemoryDisk();
            killed.changesUntilCut = 1 + random.nextInt(30);
            try {
                SuperblockStore store = SuperblockStore.create(killed, DIRECTORY, FIRST);
                while (true) {
                    store.write(store.newest().next(manifest(store.newest().counter())));
                }
            } catch (IOException e) {
                assertThat(e).hasMessage("power cut");
            }
            // The machine goes on: what was written is there, forced or not.
            killed.changesUntilCut = Integer.MAX_VALUE;
            SuperblockStore.Loaded found = SuperblockStore.load(killed, DIRECTORY);
            if (found != null) {
                found.store().settle();
                for (int i = 0; i < 5; i++) {
                    SuperblockStore.Loaded after = SuperblockStore.load(killed.crash(random), DIRECTORY);
                    assertThat(after).isNotNull();
                    assertThat(after.newest()).isEqualTo(found.newest());
                }
            }
        }
    }

    @Test
    void shouldNeverComeBackToACopyThatWasPassedOver() throws IOException {
        Superblock newest = written(4).newest();
        disk.unreadable = B;
        SuperblockStore.Loaded withoutNewest = SuperblockStore.load(disk, DIRECTORY);
        assertThat(withoutNewest.newest().counter()).isEqualTo(newest.counter() - 1);
        withoutNewest.store().settle();
        disk.unreadable = null;
        assertThat(SuperblockStore.load(disk, DIRECTORY).newest()).isEqualTo(withoutNewest.newest());
        withoutNewest.store().write(withoutNewest.newest().next(manifest(9)));
        assertThat(SuperblockStore.load(disk, DIRECTORY).newest().manifest()).isEqualTo(manifest(9));
    }

    @Test
    void shouldSeeAStoreWhereThereIsOneOfItsFiles() throws IOException {
        assertThat(SuperblockStore.exists(disk, DIRECTORY)).isFalse();
        written(2);
        assertThat(SuperblockStore.exists(disk, DIRECTORY)).isTrue();
        disk.remove(A);
        assertThat(SuperblockStore.exists(disk, DIRECTORY)).isTrue();
        disk.remove(B);
        assertThat(SuperblockStore.exists(disk, DIRECTORY)).isFalse();
        disk.set(A, new byte[1]);
        assertThat(SuperblockStore.exists(disk, DIRECTORY)).isTrue();
    }

    @Test
    void shouldFallBackOnceAndForGood() throws IOException {
        for (int count = 2; count <= 3; count++) {
            for (Path file : FILES) {
                disk.remove(file);
            }
            Superblock newest = written(count).newest();
            SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
            SuperblockStore.Loaded older = loaded.fallBack();
            assertThat(older.newest().counter()).isEqualTo(newest.counter() - 1);
            assertThat(older.problems()).isEqualTo(loaded.problems());
            assertThat(older.fallBack()).isNull();
            assertThat(older.store().newest()).isEqualTo(older.newest());
            older.store().settle();
            assertThat(disk.bytes(A)).isEqualTo(disk.bytes(B));
            SuperblockStore.Loaded again = SuperblockStore.load(disk, DIRECTORY);
            assertThat(again.newest()).isEqualTo(older.newest());
            older.store().write(older.newest().next(manifest(9)));
            assertThat(SuperblockStore.load(disk, DIRECTORY).newest().manifest())
                    .isEqualTo(manifest(9));
        }
    }

    @Test
    void shouldSettleWhereThereIsNoRoomForAnotherFile() throws IOException {
        SuperblockStore.Loaded loaded = null;
        for (int cut = 1; loaded == null || loaded.newest().counter() < 3; cut++) {
            MemoryDisk killed = new MemoryDisk();
            killed.changesUntilCut = cut;
            assertThatThrownBy(() -> {
                        SuperblockStore store = SuperblockStore.create(killed, DIRECTORY, FIRST);
                        while (true) {
                            store.write(
                                    store.newest().next(manifest(store.newest().counter())));
                        }
                    })
                    .hasMessage("power cut");
            killed.changesUntilCut = Integer.MAX_VALUE;
            killed.full = true;
            loaded = SuperblockStore.load(killed, DIRECTORY);
            if (loaded != null) {
                loaded.store().settle();
                for (int i = 0; i < 20; i++) {
                    SuperblockStore.Loaded after = SuperblockStore.load(killed.crash(new Random(i)), DIRECTORY);
                    assertThat(after.newest()).isEqualTo(loaded.newest());
                }
            }
        }
    }

    @Test
    void shouldNeverLoseTheNewestThatWasAcknowledged() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            MemoryDisk crashing = new MemoryDisk();
            crashing.changesUntilCut = random.nextInt(40);
            long acknowledged = 0;
            long attempted = 1;
            try {
                SuperblockStore store = SuperblockStore.create(crashing, DIRECTORY, FIRST);
                acknowledged = 1;
                while (true) {
                    Superblock next = store.newest().next(manifest(attempted));
                    attempted = next.counter();
                    store.write(next);
                    acknowledged = attempted;
                }
            } catch (IOException e) {
                assertThat(e).hasMessage("power cut");
            }
            for (int i = 0; i < 5; i++) {
                MemoryDisk after = crashing.crash(random);
                SuperblockStore.Loaded loaded = SuperblockStore.load(after, DIRECTORY);
                if (loaded == null) {
                    assertThat(acknowledged).isZero();
                    // Nothing that the creation left stands in the way of the next.
                    SuperblockStore.create(after, DIRECTORY, FIRST);
                    assertThat(SuperblockStore.load(after, DIRECTORY).newest()).isEqualTo(FIRST);
                    continue;
                }
                assertThat(loaded.newest().counter()).isBetween(Math.max(1, acknowledged), attempted);
                loaded.store().write(loaded.newest().next(manifest(77)));
                assertThat(SuperblockStore.load(after, DIRECTORY).newest().manifest())
                        .isEqualTo(manifest(77));
            }
        }
    }

    @Test
    void shouldFallBackFromADamagedCopyAndSayWhatIsWrong() throws IOException {
        written(4);
        byte[] good = disk.bytes(B).clone();
        byte[][] bad = {
            new byte[0],
            Arrays.copyOf(good, 4095),
            Arrays.copyOf(good, 4097),
            new byte[4096],
            otherMagic(good),
            flip(good)
        };
        String[] says = {"is empty", "4095 bytes", "4097 bytes", "does not begin", "does not begin", "checksum"};
        for (int i = 0; i < bad.length; i++) {
            disk.set(B, bad[i]);
            SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
            assertThat(loaded.newest().counter()).isEqualTo(3);
            assertThat(loaded.older()).isNull();
            assertThat(loaded.problems()).hasSize(1);
            assertThat(loaded.problems().get(0)).contains("superblock-b", says[i]);
            // The next one replaces the damaged copy, whatever its size.
            loaded.store().write(loaded.newest().next(manifest(9)));
            SuperblockStore.Loaded again = SuperblockStore.load(disk, DIRECTORY);
            assertThat(again.problems()).isEmpty();
            assertThat(again.newest().manifest()).isEqualTo(manifest(9));
            assertThat(again.older()).isEqualTo(loaded.newest());
            assertThat(disk.bytes(B)).hasSize(4096);
        }
        disk.set(B, good);
        disk.set(A, flip(disk.bytes(A)));
        assertThat(SuperblockStore.load(disk, DIRECTORY).newest().counter()).isEqualTo(4);
        disk.unreadable = A;
        SuperblockStore.Loaded unread = SuperblockStore.load(disk, DIRECTORY);
        assertThat(unread.newest().counter()).isEqualTo(4);
        assertThat(unread.problems().get(0)).contains("superblock-a", "input/output error");
        disk.unreadable = null;
        disk.remove(A);
        assertThat(SuperblockStore.load(disk, DIRECTORY).problems().get(0)).contains("superblock-a", "missing");
        disk.set(A, good);
        SuperblockStore.Loaded copied = SuperblockStore.load(disk, DIRECTORY);
        assertThat(copied.older()).isNull();
        assertThat(copied.problems().get(0)).contains("is a copy of");
    }

    private static byte[] otherMagic(byte[] good) {
        byte[] changed = good.clone();
        changed[0] = 'B';
        return sealed(changed);
    }

    private static byte[] flip(byte[] good) {
        byte[] changed = good.clone();
        changed[2000] ^= 1;
        return changed;
    }

    private static byte[] sealed(byte[] bytes) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4092, Crc32c.of(bytes, 0, 4092));
        return bytes;
    }

    @Test
    void shouldDetectEveryFlippedBit() throws IOException {
        written(2);
        byte[] good = disk.bytes(B).clone();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] changed = good.clone();
            changed[bit >>> 3] ^= (byte) (1 << (bit & 7));
            disk.set(B, changed);
            SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
            assertThat(loaded.newest()).isEqualTo(FIRST);
            assertThat(loaded.problems()).hasSize(1);
        }
    }

    @Test
    void shouldRefuseToGuess() throws IOException {
        written(1);
        byte[] good = disk.bytes(A).clone();
        disk.set(A, flip(good));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("superblock-a");
        disk.set(B, flip(good));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY)).isInstanceOf(DamagedException.class);

        disk.set(A, good);
        byte[] foreign = good.clone();
        foreign[8]++;
        disk.set(B, sealed(foreign));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("belongs to store");
        byte[] twin = good.clone();
        twin[SuperblockLayout.CREATED_MILLIS_OFFSET]++;
        disk.set(B, sealed(twin));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("same counter");
    }

    @Test
    void shouldRefuseNewerFormatsByName() throws IOException {
        written(2);
        byte[] good = disk.bytes(B).clone();
        byte[] newer = good.clone();
        newer[SuperblockLayout.VERSION_OFFSET] = 2;
        disk.set(B, sealed(newer));
        int before = disk.changes;
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("superblock-b")
                .hasMessageContaining("version 2")
                .hasMessageContaining("up to 1");
        byte[] feature = good.clone();
        feature[SuperblockLayout.FEATURES_OFFSET + 7] = (byte) 0x80;
        disk.set(B, sealed(feature));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("superblock-b")
                .hasMessageContaining("8000000000000000")
                .hasMessageContaining("knows " + Long.toHexString(Superblock.KNOWN_FEATURES));
        byte[] keyed = good.clone();
        keyed[SuperblockLayout.HASH_OFFSET] = (byte) ExtentId.Hash.HMAC_SHA_256.code();
        disk.set(B, sealed(keyed));
        assertThatThrownBy(() -> SuperblockStore.load(disk, DIRECTORY))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("superblock-b")
                .hasMessageContaining("HMAC_SHA_256");
        assertThat(disk.changes).isEqualTo(before);
        // What makes no sense in spite of its checksum is damage.
        int[][] nonsense = {
            {SuperblockLayout.HASH_OFFSET, 9},
            {SuperblockLayout.PAGE_BYTES_OFFSET, 1},
            {SuperblockLayout.NAME_BYTES_OFFSET, 201},
            {SuperblockLayout.ID_BYTES_OFFSET, 35},
            {4000, 1},
            {SuperblockLayout.VERSION_OFFSET, 0},
            {SuperblockLayout.NAME_OFFSET, 0xFF}
        };
        for (int[] change : nonsense) {
            byte[] changed = good.clone();
            changed[change[0]] = (byte) change[1];
            disk.set(B, sealed(changed));
            SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
            assertThat(loaded.newest()).isEqualTo(FIRST);
            assertThat(loaded.problems().get(0)).contains("makes no sense");
        }
    }

    @Test
    void shouldRefuseToWriteOutOfTurnOrAfterAFailure() throws IOException {
        SuperblockStore store = written(2);
        Superblock newest = store.newest();
        assertThatThrownBy(() -> store.write(newest)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.write(FIRST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.write(newest.next(manifest(2)).next(manifest(3))))
                .isInstanceOf(IllegalArgumentException.class);
        Superblock foreign = new Superblock(1, 1, 0, 3, 1000, 4096, ExtentId.Hash.XXH3_128, null);
        assertThatThrownBy(() -> store.write(foreign)).isInstanceOf(IllegalArgumentException.class);

        disk.changesUntilCut = 2;
        assertThatThrownBy(() -> store.write(newest.next(manifest(2)))).isInstanceOf(IOException.class);
        disk.changesUntilCut = Integer.MAX_VALUE;
        assertThatThrownBy(() -> store.write(newest.next(manifest(2))))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("power cut");
        assertThat(store.newest()).isEqualTo(newest);
        SuperblockStore.Loaded loaded = SuperblockStore.load(disk, DIRECTORY);
        assertThat(loaded.newest()).isEqualTo(newest);
        assertThatThrownBy(() -> SuperblockStore.create(new MemoryDisk(), DIRECTORY, newest))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
