package io.ashlar.testkit;

import static io.ashlar.testkit.SimulatedDiskCrashTest.filled;
import static io.ashlar.testkit.SimulatedDiskCrashTest.read;
import static io.ashlar.testkit.SimulatedDiskCrashTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.Disk.Mode;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** In which ways the simulated disk fails, and what each failure leaves. */
class SimulatedDiskFaultTest {
    private static final int SECTOR_BYTES = 64;
    private static final Path ROOT = Path.of("/");
    private static final Path A = Path.of("/a");
    private static final Path B = Path.of("/b");

    private final SimulatedClock clock = new SimulatedClock(1_000);
    private SimulatedDisk disk = new SimulatedDisk(1, clock, SECTOR_BYTES);

    private static Set<Integer> valuesIn(byte[] bytes) {
        Set<Integer> values = new TreeSet<>();
        for (byte value : bytes) {
            values.add((int) value);
        }
        return values;
    }

    @Test
    void shouldCleanPagesThatAFailedForceDidNotWrite() throws IOException {
        boolean sawKept = false;
        boolean sawLost = false;
        boolean sawMixed = false;
        for (int seed = 0; seed < 200; seed++) {
            disk = new SimulatedDisk(seed, clock, SECTOR_BYTES);
            write(disk, A, 0, filled(1_000, 'o'), true);
            disk.forceDirectory(ROOT);
            disk.faults().failNext(Kind.FORCE_FAILURE, 1);
            assertThatThrownBy(() -> write(disk, A, 0, filled(1_000, 'n'), true))
                    .isInstanceOf(IOException.class);
            assertThat(disk.hasUnforced()).isFalse();
            try (DiskFile file = disk.open(A, Mode.WRITE)) {
                file.force();
            }
            assertThat(read(disk, A)).isEqualTo(filled(1_000, 'n'));
            assertThat(read(disk.processKilled(), A)).isEqualTo(filled(1_000, 'n'));
            byte[] left = read(disk.afterCrash(new SplittableRandom(0)), A);
            assertThat(read(disk.afterCrash(new SplittableRandom(1)), A)).isEqualTo(left);
            Set<Integer> values = valuesIn(left);
            assertThat(values).isSubsetOf((int) 'o', (int) 'n');
            sawMixed |= values.size() == 2;
            sawKept |= values.size() == 1 && values.contains((int) 'n');
            sawLost |= values.size() == 1 && values.contains((int) 'o');
            // What is written afterwards is forced as ever; what was lost before stays lost.
            write(disk, A, 0, filled(10, 'x'), true);
            System.arraycopy(filled(10, 'x'), 0, left, 0, 10);
            assertThat(read(disk.afterCrash(new SplittableRandom(2)), A)).isEqualTo(left);
            SimulatedDisk killed = disk.processKilled();
            disk.evictPageCache();
            assertThat(read(disk, A)).isEqualTo(left);
            killed.evictPageCache();
            assertThat(read(killed, A)).isEqualTo(left);
        }
        assertThat(sawKept && sawLost && sawMixed).isTrue();
    }

    @Test
    void shouldForgetEntriesThatAFailedForceDidNotWrite() throws IOException {
        Set<Boolean> kept = new TreeSet<>();
        for (int seed = 0; seed < 50; seed++) {
            disk = new SimulatedDisk(seed, clock, SECTOR_BYTES);
            write(disk, A, 0, filled(1, 'x'), true);
            disk.faults().failNext(Kind.DIRECTORY_FORCE_FAILURE, 1);
            assertThatThrownBy(() -> disk.forceDirectory(ROOT)).isInstanceOf(IOException.class);
            disk.forceDirectory(ROOT);
            assertThat(disk.exists(A)).isTrue();
            assertThat(disk.processKilled().exists(A)).isTrue();
            boolean left = disk.afterCrash(new SplittableRandom(seed)).exists(A);
            assertThat(disk.afterCrash(new SplittableRandom(seed + 1)).exists(A))
                    .isEqualTo(left);
            kept.add(left);
            disk.rename(A, B);
            disk.forceDirectory(ROOT);
            assertThat(read(disk.afterCrash(new SplittableRandom(seed)), B)).isEqualTo(filled(1, 'x'));
        }
        assertThat(kept).containsExactly(false, true);
    }

    @Test
    void shouldAccountForEveryByte() throws IOException {
        disk.capacityBytes(1_000);
        write(disk, A, 0, filled(600, 'x'), true);
        assertThat(disk.usableBytes(ROOT)).isEqualTo(400);
        try (DiskFile file = disk.open(B, Mode.CREATE)) {
            assertThat(file.write(ByteBuffer.wrap(filled(500, 'y')), 0)).isEqualTo(400);
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 400)).isInstanceOf(DiskFullException.class);
            assertThat(file.size()).isEqualTo(400);
            assertThat(file.write(ByteBuffer.wrap(filled(400, 'z')), 0)).isEqualTo(400);
            assertThat(disk.usedBytes()).isEqualTo(1_000);
            file.truncate(100);
            assertThat(disk.usableBytes(ROOT)).isEqualTo(300);
            disk.delete(B);
            assertThat(disk.usableBytes(ROOT)).isEqualTo(300);
        }
        assertThat(disk.usableBytes(ROOT)).isEqualTo(400);
        write(disk, B, 99, filled(1, 'h'), true);
        assertThat(disk.usedBytes()).isEqualTo(700);
        disk.rename(A, B);
        assertThat(disk.usedBytes()).isEqualTo(600);
        assertThat(disk.fork().usedBytes()).isEqualTo(600);
        assertThat(disk.processKilled().usableBytes(ROOT)).isEqualTo(400);
        disk.forceDirectory(ROOT);
        SimulatedDisk crashed = disk.afterCrash(new SplittableRandom(1));
        assertThat(crashed.usedBytes()).isEqualTo(600);
        assertThat(crashed.usableBytes(ROOT)).isEqualTo(400);
        disk.delete(B);
        assertThat(disk.usedBytes()).isZero();
    }

    @Test
    void shouldFailAWriteAfterSomeOfIt() throws IOException {
        for (Kind kind : new Kind[] {Kind.WRITE_FAILURE, Kind.DISK_FULL}) {
            Set<Integer> written = new TreeSet<>();
            for (int seed = 0; seed < 100; seed++) {
                disk = new SimulatedDisk(seed, clock, SECTOR_BYTES);
                try (DiskFile file = disk.open(A, Mode.CREATE)) {
                    disk.faults().failNext(kind, 1);
                    ByteBuffer source = ByteBuffer.wrap(filled(3, 'x'));
                    assertThatThrownBy(() -> file.write(source, 0))
                            .isInstanceOf(kind == Kind.DISK_FULL ? DiskFullException.class : IOException.class);
                    assertThat(source.remaining()).isEqualTo(3);
                    written.add((int) file.size());
                    file.writeFully(source, 0);
                }
                assertThat(read(disk, A)).isEqualTo(filled(3, 'x'));
                assertThat(disk.usedBytes()).isEqualTo(3);
            }
            assertThat(written).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void shouldWriteShortAndSaySo() throws IOException {
        disk.faults().rate(Kind.SHORT_WRITE, 1);
        byte[] bytes = new byte[500];
        new SplittableRandom(1).nextBytes(bytes);
        try (DiskFile file = disk.open(A, Mode.CREATE)) {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            int written = file.write(source, 0);
            assertThat(written).isBetween(1, 499).isEqualTo(source.position());
            file.writeFully(source, written);
        }
        assertThat(read(disk, A)).isEqualTo(bytes);
        assertThat(disk.faults().injected(Kind.SHORT_WRITE)).isGreaterThan(1);
    }

    @Test
    void shouldFailReadsRenamesAndDeletionsWithoutEffect() throws IOException {
        write(disk, A, 0, filled(1, 'x'), false);
        disk.faults()
                .failNext(Kind.READ_FAILURE, 1)
                .failNext(Kind.RENAME_FAILURE, 1)
                .failNext(Kind.DELETE_FAILURE, 1);
        assertThatThrownBy(() -> read(disk, A)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.rename(A, B)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.delete(A)).isInstanceOf(IOException.class);
        assertThat(read(disk, A)).isEqualTo(filled(1, 'x'));
        disk.rename(A, B);
        assertThat(disk.delete(B)).isTrue();
    }

    @Test
    void shouldFailAsOftenAsItsRateSays() throws IOException {
        write(disk, A, 0, filled(1, 'x'), false);
        disk.faults().rate(Kind.READ_FAILURE, 0.2);
        int failures = 0;
        for (int i = 0; i < 1_000; i++) {
            try {
                read(disk, A);
            } catch (IOException expected) {
                failures++;
            }
        }
        assertThat(failures).isBetween(140, 260);
        assertThat(disk.faults().injected(Kind.READ_FAILURE)).isEqualTo(failures);
        disk.faults().clear();
        assertThat(read(disk, A)).hasSize(1);
        assertThatThrownBy(() -> disk.faults().rate(Kind.READ_FAILURE, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRotOnThePlatterBelowDirtyPages() throws IOException {
        write(disk, A, 0, filled(10, 'x'), true);
        disk.forceDirectory(ROOT);
        write(disk, A, 0, filled(1, 'y'), false);
        disk.flipBit(A, 0, 0);
        disk.flipBit(A, 5, 7);
        assertThat(read(disk, A)[0]).isEqualTo((byte) 'y');
        assertThat(read(disk, A)[5]).isEqualTo((byte) ('x' ^ 0x80));
        write(disk, A, 0, filled(1, 'y'), true);
        byte[] left = read(disk.afterCrash(new SplittableRandom(1)), A);
        assertThat(left[0]).isEqualTo((byte) 'y');
        assertThat(left[5]).isEqualTo((byte) ('x' ^ 0x80));
        assertThatThrownBy(() -> disk.flipBit(A, 10, 0)).isInstanceOf(IllegalArgumentException.class);
        byte[] before = read(disk, A);
        assertThat(disk.rot(new SplittableRandom(1))).isEqualTo("/a");
        assertThat(Arrays.mismatch(before, read(disk, A))).isNotNegative();
        assertThat(new SimulatedDisk(1, clock).rot(new SplittableRandom(1))).isEmpty();
    }

    @Test
    void shouldPutAMisdirectedWriteSomewhereElse() throws IOException {
        boolean sawOtherFile = false;
        for (int seed = 0; seed < 50; seed++) {
            disk = new SimulatedDisk(seed, clock, SECTOR_BYTES);
            write(disk, A, 0, filled(1_000, 'a'), true);
            write(disk, B, 0, filled(1_000, 'b'), true);
            disk.forceDirectory(ROOT);
            disk.faults().failNext(Kind.MISDIRECTED_WRITE, 1);
            write(disk, A, 128, filled(64, 'n'), true);
            assertThat(Arrays.copyOfRange(read(disk, A), 128, 192)).isEqualTo(filled(64, 'n'));
            disk.evictPageCache();
            int strays = 0;
            for (Path path : new Path[] {A, B}) {
                byte[] bytes = read(disk, path);
                assertThat(bytes).hasSize(1_000);
                for (byte value : bytes) {
                    strays += value == 'n' ? 1 : 0;
                }
                sawOtherFile |= path.equals(B) && valuesIn(bytes).contains((int) 'n');
            }
            assertThat(strays).isBetween(1, 64);
        }
        assertThat(sawOtherFile).isTrue();
    }

    @Test
    void shouldStampFilesByItsClock() throws IOException {
        write(disk, A, 0, filled(1, 'x'), true);
        clock.advanceMillis(5);
        write(disk, B, 0, filled(1, 'x'), true);
        assertThat(disk.list(ROOT, "", 10))
                .extracting(entry -> entry.modifiedMillis())
                .containsExactly(1_000L, 1_005L);
    }
}
