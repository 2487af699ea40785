package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which images count as the same. */
final class SimulatedFingerprintTest {
    private static final Path FILE = Path.of("/a");

    private final SimulatedDisk disk = new SimulatedDisk(1, new SimulatedClock(0));

    private void write(Path path, long position, int... bytes) throws IOException {
        try (DiskFile file = disk.open(path, disk.exists(path) ? Disk.Mode.WRITE : Disk.Mode.CREATE)) {
            for (int i = 0; i < bytes.length; i++) {
                file.writeFully(ByteBuffer.wrap(new byte[] {(byte) bytes[i]}), position + i);
            }
        }
    }

    @Test
    void shouldNoticeEveryChangeOfContents() throws IOException {
        write(FILE, 5000, 1, 2, 3);
        long before = disk.fingerprint();

        write(FILE, 5001, 7);
        long changed = disk.fingerprint();
        write(FILE, 5001, 2);

        assertThat(changed).isNotEqualTo(before);
        assertThat(disk.fingerprint()).isEqualTo(before);
    }

    @Test
    void shouldNoticeSizesHolesAndPlaces() throws IOException {
        write(FILE, 0, 1, 0);
        long two = disk.fingerprint();
        write(FILE, 4096, 0);
        long grown = disk.fingerprint();
        write(FILE, 2048, 1);
        long third = disk.fingerprint();
        write(FILE, 2048, 0);
        long cleared = disk.fingerprint();
        write(FILE, 1024, 1);

        assertThat(new long[] {two, grown, third, disk.fingerprint()}).doesNotHaveDuplicates();
        assertThat(cleared).as("a hole beside zeros that were written").isEqualTo(grown);
    }

    @Test
    void shouldNoticeNames() throws IOException {
        write(FILE, 0, 1);
        long before = disk.fingerprint();

        disk.rename(FILE, Path.of("/b"));

        assertThat(disk.fingerprint()).isNotEqualTo(before);
    }

    @Test
    void shouldBeTheSameForImagesOfWhatWasForced() throws IOException {
        write(FILE, 0, 1, 2, 3);
        try (DiskFile file = disk.open(FILE, Disk.Mode.WRITE)) {
            file.force();
        }
        disk.forceDirectory(Path.of("/"));

        long settled = disk.afterCrash(new SplittableRandom(1)).fingerprint();

        assertThat(disk.fingerprint()).isEqualTo(settled);
        assertThat(disk.afterCrash(new SplittableRandom(2)).fingerprint()).isEqualTo(settled);
        assertThat(disk.processKilled().fingerprint()).isEqualTo(settled);
    }
}
