package io.ashlar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.spi.Disk.Mode;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.LockHeldException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a power loss and what a kill leave behind. */
class SimulatedDiskCrashTest {
    private static final int SECTOR_BYTES = 64;
    private static final int CRASHES = 2_000;
    private static final Path A = Path.of("/d/a");
    private static final Path B = Path.of("/d/b");
    private static final Path C = Path.of("/e/c");

    private final SimulatedClock clock = new SimulatedClock(1_000);
    private final SimulatedDisk disk = newDisk(1);

    private SimulatedDisk newDisk(long seed) {
        SimulatedDisk made = new SimulatedDisk(seed, clock, SECTOR_BYTES);
        try {
            made.createDirectories(Path.of("/d"));
            made.createDirectories(Path.of("/e"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return made;
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static void write(Disk disk, Path path, long position, byte[] bytes, boolean forced) throws IOException {
        try (DiskFile file = disk.open(path, disk.exists(path) ? Mode.WRITE : Mode.CREATE)) {
            file.writeFully(ByteBuffer.wrap(bytes), position);
            if (forced) {
                file.force();
            }
        }
    }

    static byte[] read(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path, Mode.READ)) {
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            assertThat(file.read(ByteBuffer.wrap(bytes), 0)).isEqualTo(bytes.length);
            return bytes;
        }
    }

    /** What an observer can tell about the files: each path with the first byte of its contents. */
    private static String summary(SimulatedDisk disk) {
        StringBuilder text = new StringBuilder();
        try {
            for (String directory : List.of("/d", "/e")) {
                for (DirectoryEntry entry : disk.list(Path.of(directory), "", 100)) {
                    byte[] bytes = read(disk, Path.of(directory, entry.name()));
                    text.append(entry.name())
                            .append(bytes.length == 0 ? "" : "=" + (char) bytes[0])
                            .append(' ');
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return text.toString().strip();
    }

    /** How often crashes at this moment leave what. */
    private Map<String, Integer> outcomes(Function<SimulatedDisk, Object> seen) {
        Map<String, Integer> counts = new TreeMap<>();
        SplittableRandom fate = new SplittableRandom(42);
        for (int i = 0; i < CRASHES; i++) {
            counts.merge(String.valueOf(seen.apply(disk.afterCrash(fate))), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void shouldKeepLoseAndTearWritesThatWereNotForced() throws IOException {
        write(disk, A, 0, filled(4 * SECTOR_BYTES, 'o'), true);
        disk.forceDirectory(Path.of("/d"));
        write(disk, A, 0, filled(4 * SECTOR_BYTES, 'n'), false);
        Map<String, Integer> sectors = new HashMap<>();
        Map<String, Integer> files = outcomes(image -> {
            byte[] bytes = contents(image, A);
            assertThat(bytes).hasSize(4 * SECTOR_BYTES);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < bytes.length; i += SECTOR_BYTES) {
                text.append(fateOf(Arrays.copyOfRange(bytes, i, i + SECTOR_BYTES)));
            }
            text.chars().forEach(fate -> sectors.merge(String.valueOf((char) fate), 1, Integer::sum));
            return text.toString();
        });
        assertThat(sectors).containsOnlyKeys("n", "o", "t", "j");
        assertThat(sectors.values()).allMatch(count -> count > CRASHES / 20);
        assertThat(files).containsKeys("nnnn", "oooo", "nnoo", "oonn", "nono", "nnto", "nnno", "onnn");
    }

    private static char fateOf(byte[] sector) {
        int heading = 0;
        while (heading < sector.length && sector[heading] == 'n') {
            heading++;
        }
        if (heading == sector.length) {
            return 'n';
        }
        for (int i = heading; i < sector.length; i++) {
            if (sector[i] != 'o') {
                return 'j';
            }
        }
        return heading == 0 ? 'o' : 't';
    }

    private static byte[] contents(SimulatedDisk image, Path path) {
        try {
            return read(image, path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNeverTouchBytesThatWereForced() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            SimulatedDisk one = newDisk(round);
            byte[] forced = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(forced);
            write(one, A, 0, forced, true);
            one.forceDirectory(Path.of("/d"));
            boolean[] overwritten = new boolean[forced.length];
            for (int i = random.nextInt(5); i > 0; i--) {
                byte[] bytes = new byte[1 + random.nextInt(300)];
                random.nextBytes(bytes);
                int position = random.nextInt(4_000);
                write(one, A, position, bytes, false);
                int end = Math.min(forced.length, position + bytes.length);
                if (position < end) {
                    Arrays.fill(overwritten, position, end, true);
                }
            }
            for (int crash = 0; crash < 20; crash++) {
                byte[] left = read(one.afterCrash(random), A);
                assertThat(left.length).isGreaterThanOrEqualTo(forced.length);
                for (int i = 0; i < forced.length; i++) {
                    assertThat(overwritten[i] || left[i] == forced[i]).isTrue();
                }
            }
        }
    }

    @Test
    void shouldLeaveAnySizeAndAnyBytesBehindTheForcedEnd() throws IOException {
        write(disk, A, 0, filled(SECTOR_BYTES, 'o'), true);
        disk.forceDirectory(Path.of("/d"));
        write(disk, A, SECTOR_BYTES, filled(2 * SECTOR_BYTES, 'n'), false);
        Map<String, Integer> tails = outcomes(image -> {
            byte[] bytes = contents(image, A);
            byte[] last = Arrays.copyOfRange(bytes, Math.max(SECTOR_BYTES, bytes.length - SECTOR_BYTES), bytes.length);
            String kind = Arrays.equals(last, filled(last.length, 'n'))
                    ? "new"
                    : Arrays.equals(last, filled(last.length, 0))
                            ? "zeros"
                            : Arrays.equals(last, filled(last.length, 'o')) ? "stale" : "junk";
            return (bytes.length % SECTOR_BYTES == 0 ? String.valueOf(bytes.length / SECTOR_BYTES) : "odd") + kind;
        });
        assertThat(tails)
                .containsKeys("1new", "2new", "2zeros", "2junk", "2stale", "3new", "3zeros", "3junk", "oddnew");
    }

    @Test
    void shouldKeepOrUndoACutThatWasNotForced() throws IOException {
        write(disk, A, 0, filled(300, 'o'), true);
        disk.forceDirectory(Path.of("/d"));
        try (DiskFile file = disk.open(A, Mode.WRITE)) {
            file.truncate(100);
            assertThat(outcomes(image -> contents(image, A).length)).containsOnlyKeys("100", "300");
            file.force();
            assertThat(outcomes(image -> contents(image, A).length)).containsOnlyKeys("100");
            file.truncate(0);
            file.writeFully(ByteBuffer.wrap(filled(300, 'n')), 0);
            file.force();
        }
        assertThat(outcomes(image -> new String(contents(image, A), StandardCharsets.US_ASCII)))
                .containsOnlyKeys("n".repeat(300));
    }

    @Test
    void shouldLoseAForcedFileWhoseDirectoryWasNotForced() throws IOException {
        write(disk, A, 0, filled(10, 'x'), true);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("", "a=x");
        disk.forceDirectory(Path.of("/e"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("", "a=x");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=x");
        assertThat(disk.hasUnforced()).isFalse();
    }

    @Test
    void shouldLoseTheBytesOfAFileOfWhichOnlyTheDirectoryWasForced() throws IOException {
        write(disk, A, 0, filled(1, 'x'), false);
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary))
                .containsKeys("a", "a=x")
                .doesNotContainKey("");
    }

    @Test
    void shouldKeepOrUndoEachCreationByItself() throws IOException {
        write(disk, A, 0, filled(1, 'x'), true);
        write(disk, B, 0, filled(1, 'y'), true);
        write(disk, C, 0, filled(1, 'z'), true);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).hasSize(8);
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=x b=y", "a=x b=y c=z");
    }

    @Test
    void shouldBringADeletedFileBackAsItWasForced() throws IOException {
        write(disk, A, 0, filled(1, 'x'), true);
        disk.forceDirectory(Path.of("/d"));
        write(disk, A, 0, filled(1, 'y'), true);
        disk.delete(A);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("", "a=y");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("");
    }

    @Test
    void shouldReplaceByRenameAsAWholeOrNotAtAll() throws IOException {
        write(disk, A, 0, filled(1, 'o'), true);
        disk.forceDirectory(Path.of("/d"));
        write(disk, B, 0, filled(1, 'n'), true);
        disk.rename(B, A);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=o", "a=o b=n", "a=n");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=n");
    }

    @Test
    void shouldLeaveARenameBetweenDirectoriesOpenUntilBothAreForced() throws IOException {
        write(disk, C, 0, filled(1, 'o'), true);
        disk.forceDirectory(Path.of("/e"));
        write(disk, A, 0, filled(1, 'n'), true);
        disk.forceDirectory(Path.of("/d"));
        disk.rename(A, C);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=n c=o", "c=n");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("a=n c=o", "c=n");
        disk.forceDirectory(Path.of("/e"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("c=n");
    }

    @Test
    void shouldKeepABeginningOfWhatHappenedToOneName() throws IOException {
        write(disk, A, 0, filled(1, '1'), true);
        disk.delete(A);
        write(disk, A, 0, filled(1, '2'), true);
        disk.rename(A, B);
        write(disk, A, 0, filled(1, '3'), true);
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("", "a=1", "a=2", "b=2", "a=3 b=2");
    }

    @Test
    void shouldMakeWhatAForcedOperationRestsOnDurableWithIt() throws IOException {
        write(disk, A, 0, filled(1, 'x'), true);
        disk.forceDirectory(Path.of("/d"));
        disk.rename(A, C);
        disk.delete(C);
        write(disk, C, 0, filled(1, 'y'), true);
        disk.forceDirectory(Path.of("/e"));
        assertThat(outcomes(SimulatedDiskCrashTest::summary)).containsOnlyKeys("c=y");
    }

    @Test
    void shouldNotRemoveADirectoryWithoutWhatWasRemovedInIt() throws IOException {
        disk.createDirectories(Path.of("/d/sub"));
        Path inside = Path.of("/d/sub/x");
        write(disk, inside, 0, filled(1, 'x'), true);
        disk.forceDirectory(Path.of("/d/sub"));
        disk.delete(inside);
        disk.delete(Path.of("/d/sub"));
        assertThat(outcomes(image -> image.exists(Path.of("/d/sub")) + " " + image.exists(inside)))
                .containsOnlyKeys("false false", "true false", "true true");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(image -> image.exists(Path.of("/d/sub")))).containsOnlyKeys("false");
    }

    @Test
    void shouldNotLoseAFileThatLeftADirectoryBeforeItsRemoval() throws IOException {
        disk.createDirectories(Path.of("/d/sub"));
        Path inside = Path.of("/d/sub/x");
        write(disk, inside, 0, filled(1, 'x'), true);
        disk.forceDirectory(Path.of("/d/sub"));
        disk.rename(inside, A);
        disk.delete(Path.of("/d/sub"));
        assertThat(outcomes(image -> image.exists(inside) + " " + image.exists(A)))
                .containsOnlyKeys("true false", "false true");
        disk.forceDirectory(Path.of("/d"));
        assertThat(outcomes(image -> image.exists(inside) + " " + image.exists(A)))
                .containsOnlyKeys("false true");
    }

    @Test
    void shouldKeepDirectoriesThatWereCreated() {
        assertThat(outcomes(image -> image.exists(Path.of("/d")) && image.exists(Path.of("/e"))))
                .containsOnlyKeys("true");
    }

    @Test
    void shouldKeepEverythingButLocksWhenTheProcessIsKilled() throws IOException {
        write(disk, A, 0, filled(1_000, 'x'), false);
        disk.rename(A, B);
        disk.lock(A, "me");
        SimulatedDisk killed = disk.processKilled();
        assertThat(read(killed, B)).isEqualTo(filled(1_000, 'x'));
        killed.lock(A, "you");
        assertThatThrownBy(() -> disk.fork().lock(A, "you")).isInstanceOf(LockHeldException.class);
        assertThat(disk.fork().hasUnforced()).isTrue();
        // What was not forced before the kill is still not.
        Set<String> left = new TreeSet<>();
        SplittableRandom fate = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            left.add(killed.afterCrash(fate).exists(B) ? "there" : "gone");
        }
        assertThat(left).containsExactly("gone", "there");
        SimulatedDisk crashed = disk.afterCrash(fate);
        crashed.lock(A, "you");
    }

    @Test
    void shouldRefuseEverythingAfterACrashButClosing() throws IOException {
        DiskFile file = disk.open(A, Mode.CREATE);
        Disk.DiskLock lock = disk.lock(B, "me");
        disk.crash();
        assertThat(disk.isDead()).isTrue();
        List<ThrowingCallable> calls = List.of(
                () -> file.read(ByteBuffer.allocate(1), 0),
                () -> file.write(ByteBuffer.allocate(1), 0),
                file::force,
                file::size,
                () -> file.truncate(0),
                () -> disk.open(A, Mode.READ),
                () -> disk.open(C, Mode.CREATE),
                () -> disk.rename(A, C),
                () -> disk.delete(A),
                () -> disk.exists(A),
                () -> disk.createDirectories(Path.of("/x")),
                () -> disk.forceDirectory(Path.of("/d")),
                () -> disk.list(Path.of("/d"), "", 1),
                () -> disk.lock(C, "me"),
                () -> disk.usableBytes(A));
        calls.forEach(call -> assertThatThrownBy(call).isInstanceOf(SimulatedCrash.class));
        assertThat(disk.refusals()).isEqualTo(calls.size());
        file.close();
        lock.close();
    }

    /** A little program that any crash must leave at one of its steps. */
    private void program(SimulatedDisk on) throws IOException {
        write(on, A, 0, filled(200, '1'), true);
        on.forceDirectory(Path.of("/d"));
        write(on, B, 0, filled(200, '2'), true);
        on.rename(B, A);
        on.forceDirectory(Path.of("/d"));
        on.delete(A);
    }

    @Test
    void shouldCrashBeforeAndAfterEachOperation() throws IOException {
        SimulatedDisk whole = newDisk(1);
        program(whole);
        long last = whole.operations();
        assertThat(last).isEqualTo(2 + 10);
        for (long ordinal = 3; ordinal <= last; ordinal++) {
            SimulatedDisk before = newDisk(1);
            before.crashBefore(ordinal);
            assertThatThrownBy(() -> program(before)).isInstanceOf(SimulatedCrash.class);
            SimulatedDisk after = newDisk(1);
            after.crashAfter(ordinal - 1);
            if (ordinal > 3) {
                assertThatThrownBy(() -> program(after)).isInstanceOf(SimulatedCrash.class);
                assertThat(summary(after.processKilled())).isEqualTo(summary(before.processKilled()));
            }
            assertThat(before.isDead()).isTrue();
            for (int seed = 0; seed < 50; seed++) {
                SimulatedDisk image = before.afterCrash(new SplittableRandom(seed));
                assertThat(image.isDead()).isFalse();
                if (ordinal > 6) {
                    byte first = read(image, A)[0];
                    assertThat(read(image, A)).isEqualTo(filled(200, first));
                    assertThat((char) first).isIn(ordinal > 10 ? '2' : '1', ordinal > 11 ? '2' : '1');
                }
            }
        }
    }

    @Test
    void shouldTellAnObserverOfEveryOperation() throws IOException {
        List<String> seen = new ArrayList<>();
        List<SimulatedDisk> forks = new ArrayList<>();
        disk.observe(new SimulatedObserver() {
            @Override
            public void before(SimulatedOperation operation) {
                forks.add(disk.fork());
                seen.add("before " + operation.kind());
            }

            @Override
            public void after(SimulatedOperation operation, IOException failure) {
                seen.add(
                        failure == null
                                ? operation.toString()
                                : failure.getClass().getSimpleName());
            }
        });
        write(disk, A, 3, filled(5, 'x'), true);
        disk.rename(A, B);
        assertThatThrownBy(() -> disk.rename(A, B)).isInstanceOf(NoSuchFileException.class);
        assertThat(seen)
                .containsExactly(
                        "before CREATE",
                        "SimulatedOperation[kind=CREATE, path=/d/a, target=, offset=0, length=0, ordinal=3]",
                        "before WRITE",
                        "SimulatedOperation[kind=WRITE, path=/d/a, target=, offset=3, length=5, ordinal=4]",
                        "before FORCE",
                        "SimulatedOperation[kind=FORCE, path=/d/a, target=, offset=0, length=0, ordinal=5]",
                        "before RENAME",
                        "SimulatedOperation[kind=RENAME, path=/d/a, target=/d/b, offset=0, length=0, ordinal=6]",
                        "before RENAME",
                        "NoSuchFileException");
        assertThat(forks).extracting(SimulatedDiskCrashTest::summary).containsExactly("", "a", "a=\0", "a=\0", "b=\0");
    }

    @Test
    void shouldDieOfACrashThatAnObserverThrows() {
        disk.observe(new SimulatedObserver() {
            @Override
            public void after(SimulatedOperation operation, IOException failure) {
                throw new SimulatedCrash("enough");
            }
        });
        assertThatThrownBy(() -> disk.rename(A, B)).isInstanceOf(SimulatedCrash.class);
        assertThat(disk.isDead()).isTrue();
    }

    @Test
    void shouldKeepForksApart() throws IOException {
        write(disk, A, 0, filled(5_000, 'x'), true);
        SimulatedDisk fork = disk.fork();
        SimulatedDisk crashed = disk.afterCrash(new SplittableRandom(0));
        write(fork, A, 10, filled(10, 'f'), true);
        write(disk, A, 2_000, filled(10, 'o'), true);
        write(fork, B, 0, filled(1, 'b'), false);
        assertThat(read(fork, A)[2_000]).isEqualTo((byte) 'x');
        assertThat(read(disk, A)[10]).isEqualTo((byte) 'x');
        assertThat(disk.exists(B)).isFalse();
        assertThat(crashed.exists(B)).isFalse();
        if (crashed.exists(A)) {
            assertThat(read(crashed, A)).isEqualTo(filled(5_000, 'x'));
        }
    }

    @Test
    void shouldRepeatItselfForTheSameSeeds() throws IOException {
        assertThat(history(5, 6)).isEqualTo(history(5, 6));
        assertThat(history(5, 6)).isNotEqualTo(history(5, 7));
        assertThat(history(4, 6)).isNotEqualTo(history(5, 6));
    }

    private String history(long diskSeed, long programSeed) throws IOException {
        StringBuilder text = new StringBuilder();
        SplittableRandom random = new SplittableRandom(programSeed);
        SimulatedDisk one = newDisk(diskSeed);
        for (SimulatedFaults.Kind kind : SimulatedFaults.Kind.values()) {
            one.faults().rate(kind, 0.1);
        }
        for (int i = 0; i < 400; i++) {
            SimulatedDisk fork = one.fork();
            Path path = List.of(A, B, C).get(random.nextInt(3));
            int action = random.nextInt(6);
            long actionSeed = random.nextLong();
            String did = act(one, path, action, actionSeed);
            // A twin draws the same faults, and having made it changes nothing.
            assertThat(act(fork, path, action, actionSeed)).isEqualTo(did);
            text.append(did).append('\n');
            if (i % 50 == 49) {
                one = one.afterCrash(random);
            }
        }
        return text.toString();
    }

    private static String act(SimulatedDisk on, Path path, int action, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try {
            switch (action) {
                case 0, 1 -> {
                    byte[] bytes = new byte[random.nextInt(500)];
                    random.nextBytes(bytes);
                    write(on, path, random.nextInt(1_000), bytes, action == 0);
                }
                case 2 -> on.delete(path);
                case 3 -> on.rename(path, List.of(A, B, C).get(random.nextInt(3)));
                case 4 -> on.forceDirectory(path.getParent());
                default -> on.rot(random);
            }
            return on.exists(path) ? Arrays.hashCode(read(on, path)) + "" : "none";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
