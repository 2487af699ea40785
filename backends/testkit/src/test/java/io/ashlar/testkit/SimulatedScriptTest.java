package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.Disk.Mode;
import io.ashlar.spi.DiskFile;
import io.ashlar.testkit.SimulatedScript.Fate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sectors of four bytes; old ones hold dots. */
class SimulatedScriptTest {
    private static final Path FILE = Path.of("/file");

    private final SimulatedDisk disk = new SimulatedDisk(1, new SimulatedClock(0), 4);

    private DiskFile written(String text) throws IOException {
        DiskFile file = disk.open(FILE, Mode.CREATE);
        file.writeFully(ByteBuffer.wrap(".".repeat(text.length()).getBytes(StandardCharsets.US_ASCII)), 0);
        file.force();
        disk.forceDirectory(Path.of("/"));
        file.writeFully(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        return file;
    }

    private static String read(SimulatedDisk from) throws IOException {
        try (DiskFile file = from.open(FILE, Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }
    }

    private static Fate bySector(String file, long position, int length) {
        assertThat(file).isEqualTo("file");
        return List.of(Fate.KEPT, Fate.LOST, Fate.TORN).get((int) position / 4 % 3);
    }

    @Test
    void shouldLeaveWhatTheScriptSays() throws IOException {
        try (DiskFile file = written("abcdefghijklmn")) {
            assertThat(read(disk.afterCrash(SimulatedScriptTest::bySector))).isEqualTo("abcd....ij..mn");
            assertThat(read(disk.afterCrash((name, position, length) -> Fate.LOST)))
                    .isEqualTo("..............");
            assertThat(read(disk)).isEqualTo("abcdefghijklmn");
            file.force();
            assertThat(read(disk.afterCrash((name, position, length) -> Fate.LOST)))
                    .isEqualTo("abcdefghijklmn");
        }
    }

    @Test
    void shouldAskForEachSectorOfEachWriteInOrder() throws IOException {
        try (DiskFile file = written("abcdef")) {
            file.writeFully(ByteBuffer.wrap(new byte[] {'X', 'Y', 'Z'}), 2);
            List<String> asked = new ArrayList<>();
            disk.afterCrash((name, position, length) -> {
                asked.add(position + "+" + length);
                return Fate.KEPT;
            });
            assertThat(asked).containsExactly("0+4", "4+2", "2+2", "4+1");
        }
    }

    @Test
    void shouldKeepNamesThatWereNotForced() throws IOException {
        disk.open(FILE, Mode.CREATE).close();
        assertThat(disk.afterCrash((name, position, length) -> Fate.LOST).exists(FILE))
                .isTrue();
    }

    @Test
    void shouldFailOneForceAndLeaveWhatTheScriptSays() throws IOException {
        try (DiskFile file = written("abcdefghijkl")) {
            disk.failNextForce(SimulatedScriptTest::bySector);
            assertThatThrownBy(file::force).isInstanceOf(IOException.class);
            assertThat(read(disk)).isEqualTo("abcdefghijkl");
            // The pages count as clean: forcing again proves nothing.
            file.force();
            assertThat(read(disk.afterCrash((name, position, length) -> Fate.KEPT)))
                    .isEqualTo("abcd....ij..");
        }
    }

    @Test
    void shouldTakeBackAFailure() throws IOException {
        try (DiskFile file = written("abcd")) {
            disk.failNextForce((name, position, length) -> Fate.LOST);
            disk.clearForceFailure();
            file.force();
        }
        assertThat(read(disk.afterCrash((name, position, length) -> Fate.LOST))).isEqualTo("abcd");
    }
}
