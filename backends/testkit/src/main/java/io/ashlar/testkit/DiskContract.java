package io.ashlar.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.spi.Disk.Mode;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.LockHeldException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Disk} does as long as nothing fails. An implementation's test extends this and supplies the disk; what a
 * crash leaves is the business of the simulated disk's own tests, for nobody can look behind a real one's cache.
 */
public abstract class DiskContract {
    private Disk disk;
    private Path home;

    /** Leaves the setting up to {@link #setUpDisk}. */
    @SuppressWarnings("NullAway.Init")
    protected DiskContract() {}

    /**
     * Supplies the disk to be tested.
     *
     * @return the disk
     * @throws IOException if there is none to be had
     */
    protected abstract Disk newDisk() throws IOException;

    /**
     * Names a directory for the tests' files, which the disk can create: it does not exist, nor what is above it need to.
     *
     * @return the directory; another one for each test, unless each disk is empty
     * @throws IOException if there is none to be had
     */
    protected abstract Path newDirectory() throws IOException;

    /**
     * Prepares one test.
     *
     * @throws IOException if the disk cannot be prepared
     */
    @BeforeEach
    protected final void setUpDisk() throws IOException {
        disk = newDisk();
        home = newDirectory();
        disk.createDirectories(home);
    }

    private Path at(String name) {
        return home.resolve(name);
    }

    private DiskFile create(String name, String contents) throws IOException {
        DiskFile file = disk.open(at(name), Mode.CREATE);
        file.writeFully(bytes(contents), 0);
        return file;
    }

    private String contents(String name) throws IOException {
        try (DiskFile file = disk.open(at(name), Mode.READ)) {
            return read(file, 0, Math.toIntExact(file.size()) + 1);
        }
    }

    private static String read(DiskFile file, long position, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        int read = file.read(target, position);
        assertThat(read).isEqualTo(target.position());
        return new String(target.array(), 0, read, UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private List<String> names(String after, int limit) throws IOException {
        return disk.list(home, after, limit).stream().map(DirectoryEntry::name).toList();
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        try (DiskFile file = create("a", "hello world")) {
            assertThat(read(file, 0, 11)).isEqualTo("hello world");
            assertThat(read(file, 6, 3)).isEqualTo("wor");
            assertThat(file.size()).isEqualTo(11);
        }
        assertThat(contents("a")).isEqualTo("hello world");
    }

    @Test
    void shouldReadFewerBytesOnlyAtTheEnd() throws IOException {
        try (DiskFile file = create("a", "hello")) {
            assertThat(read(file, 3, 100)).isEqualTo("lo");
            assertThat(read(file, 5, 100)).isEmpty();
            assertThat(read(file, 1_000, 100)).isEmpty();
            assertThat(read(file, 0, 0)).isEmpty();
        }
    }

    @Test
    void shouldLeaveTheRestOfABufferAlone() throws IOException {
        try (DiskFile file = create("a", "hello")) {
            ByteBuffer target = bytes("..........").position(2).limit(5);
            assertThat(file.read(target, 1)).isEqualTo(3);
            assertThat(target.position()).isEqualTo(5);
            assertThat(UTF_8.decode(target.clear()).toString()).isEqualTo("..ell.....");
        }
    }

    @Test
    void shouldWriteFromAnyKindOfBuffer() throws IOException {
        try (DiskFile file = create("a", "")) {
            ByteBuffer direct = ByteBuffer.allocateDirect(4).put(bytes("abcd")).flip();
            file.writeFully(direct, 0);
            assertThat(direct.remaining()).isZero();
            file.writeFully(bytes("efgh").asReadOnlyBuffer(), 4);
            file.writeFully(bytes("..ijkl..").position(2).limit(6).slice(), 8);
            ByteBuffer target = ByteBuffer.allocateDirect(12);
            assertThat(file.read(target, 0)).isEqualTo(12);
            assertThat(UTF_8.decode(target.flip()).toString()).isEqualTo("abcdefghijkl");
        }
    }

    @Test
    void shouldNotHoldOnToTheCallersBuffer() throws IOException {
        try (DiskFile file = create("a", "")) {
            ByteBuffer source = bytes("before");
            file.writeFully(source, 0);
            source.clear();
            source.put(bytes("after!"));
            assertThat(read(file, 0, 6)).isEqualTo("before");
        }
    }

    @Test
    void shouldReadGapsAsZeros() throws IOException {
        try (DiskFile file = create("a", "x")) {
            file.writeFully(bytes("y"), 10_000);
            assertThat(file.size()).isEqualTo(10_001);
            ByteBuffer target = ByteBuffer.allocate(10_001);
            file.read(target, 0);
            for (int i = 1; i < 10_000; i++) {
                assertThat(target.get(i)).isZero();
            }
            assertThat(target.get(10_000)).isEqualTo((byte) 'y');
        }
    }

    @Test
    void shouldNotGrowByAnEmptyWrite() throws IOException {
        try (DiskFile file = create("a", "x")) {
            assertThat(file.write(ByteBuffer.allocate(0), 100)).isZero();
            assertThat(file.size()).isEqualTo(1);
        }
    }

    @Test
    void shouldReadZerosWhereACutFileGrowsAgain() throws IOException {
        try (DiskFile file = create("a", "hello world")) {
            file.truncate(5);
            assertThat(file.size()).isEqualTo(5);
            file.truncate(5);
            file.writeFully(bytes("!"), 8);
            assertThat(read(file, 0, 100)).isEqualTo("hello\0\0\0!");
            file.truncate(0);
            assertThat(file.size()).isZero();
        }
        assertThat(contents("a")).isEmpty();
    }

    @Test
    void shouldBehaveLikeAnArrayUnderRandomWritesAndCuts() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] model = new byte[0];
        try (DiskFile file = create("a", "")) {
            for (int i = 0; i < 500; i++) {
                if (random.nextInt(10) == 0) {
                    model = Arrays.copyOf(model, random.nextInt(model.length + 1));
                    file.truncate(model.length);
                } else {
                    byte[] data = new byte[random.nextInt(3_000)];
                    random.nextBytes(data);
                    int position = random.nextInt(20_000);
                    if (data.length > 0) {
                        model = Arrays.copyOf(model, Math.max(model.length, position + data.length));
                        System.arraycopy(data, 0, model, position, data.length);
                    }
                    file.writeFully(ByteBuffer.wrap(data), position);
                }
                if (random.nextInt(20) == 0) {
                    file.force();
                }
                ByteBuffer target = ByteBuffer.allocate(model.length + 1);
                assertThat(file.read(target, 0)).isEqualTo(model.length);
                assertThat(Arrays.copyOf(target.array(), model.length)).isEqualTo(model);
            }
        }
    }

    @Test
    void shouldRefuseNegativePositions() throws IOException {
        try (DiskFile file = create("a", "x")) {
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.write(bytes("y"), -1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(contents("a")).isEqualTo("x");
    }

    @Test
    void shouldOpenOnlyWhatIsThere() throws IOException {
        assertThatThrownBy(() -> disk.open(at("a"), Mode.READ)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(at("a"), Mode.WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(at("no/a"), Mode.CREATE)).isInstanceOf(NoSuchFileException.class);
        assertThat(disk.exists(at("a"))).isFalse();
        create("a", "x").close();
        assertThat(disk.exists(at("a"))).isTrue();
        assertThatThrownBy(() -> disk.open(at("a"), Mode.CREATE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(contents("a")).isEqualTo("x");
        assertThatThrownBy(() -> disk.open(home, Mode.CREATE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.open(home, Mode.WRITE)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldWriteToAnExistingFileWithoutClearingIt() throws IOException {
        create("a", "hello").close();
        try (DiskFile file = disk.open(at("a"), Mode.WRITE)) {
            file.writeFully(bytes("J"), 0);
            assertThat(read(file, 0, 5)).isEqualTo("Jello");
        }
    }

    @Test
    void shouldNotWriteToAFileOpenForReading() throws IOException {
        create("a", "hello").close();
        try (DiskFile file = disk.open(at("a"), Mode.READ)) {
            assertThatThrownBy(() -> file.write(bytes("J"), 0)).isInstanceOf(Exception.class);
            assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(Exception.class);
        }
        assertThat(contents("a")).isEqualTo("hello");
    }

    @Test
    void shouldShowEachHandleWhatTheOthersWrite() throws IOException {
        try (DiskFile one = create("a", "hello");
                DiskFile other = disk.open(at("a"), Mode.READ)) {
            one.writeFully(bytes("J"), 0);
            assertThat(read(other, 0, 5)).isEqualTo("Jello");
        }
    }

    @Test
    void shouldRefuseAClosedFile() throws IOException {
        DiskFile file = create("a", "hello");
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        assertThatThrownBy(file::size).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldForceFilesAndDirectories() throws IOException {
        try (DiskFile file = create("a", "hello")) {
            file.force();
            file.force();
        }
        disk.forceDirectory(home);
        assertThat(contents("a")).isEqualTo("hello");
        assertThatThrownBy(() -> disk.forceDirectory(at("no"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldReplaceTheTargetOfARename() throws IOException {
        create("a", "new").close();
        create("b", "old").close();
        try (DiskFile old = disk.open(at("b"), Mode.READ)) {
            disk.rename(at("a"), at("b"));
            assertThat(read(old, 0, 10)).isEqualTo("old");
        }
        assertThat(disk.exists(at("a"))).isFalse();
        assertThat(contents("b")).isEqualTo("new");
    }

    @Test
    void shouldRenameBetweenDirectoriesAndKeepHandlesOpen() throws IOException {
        disk.createDirectories(at("d"));
        try (DiskFile file = create("a", "hello")) {
            disk.rename(at("a"), at("d").resolve("b"));
            file.writeFully(bytes("J"), 0);
            file.force();
        }
        assertThat(contents("d/b")).isEqualTo("Jello");
        assertThat(names("", 10)).containsExactly("d");
    }

    @Test
    void shouldRenameToItselfWithoutHarm() throws IOException {
        create("a", "hello").close();
        disk.rename(at("a"), at("a"));
        assertThat(contents("a")).isEqualTo("hello");
    }

    @Test
    void shouldRefuseToRenameWhatCannotBe() throws IOException {
        create("a", "hello").close();
        disk.createDirectories(at("d/e"));
        assertThatThrownBy(() -> disk.rename(at("no"), at("b"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.rename(at("a"), at("no/b"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.rename(at("a"), at("d"))).isInstanceOf(IOException.class);
        assertThat(contents("a")).isEqualTo("hello");
        assertThat(names("", 10)).containsExactly("a", "d");
    }

    @Test
    void shouldDeleteFilesAndEmptyDirectories() throws IOException {
        create("a", "hello").close();
        disk.createDirectories(at("d/e"));
        assertThat(disk.delete(at("a"))).isTrue();
        assertThat(disk.delete(at("a"))).isFalse();
        assertThat(disk.delete(at("no/a"))).isFalse();
        assertThatThrownBy(() -> disk.delete(at("d"))).isInstanceOf(DirectoryNotEmptyException.class);
        assertThat(disk.delete(at("d/e"))).isTrue();
        assertThat(disk.delete(at("d"))).isTrue();
        assertThat(names("", 10)).isEmpty();
    }

    @Test
    void shouldGoOnReadingADeletedFileThatIsOpen() throws IOException {
        try (DiskFile file = create("a", "hello")) {
            disk.delete(at("a"));
            create("a", "other").close();
            assertThat(read(file, 0, 5)).isEqualTo("hello");
            file.writeFully(bytes("J"), 0);
            file.force();
            assertThat(read(file, 0, 5)).isEqualTo("Jello");
        }
        assertThat(contents("a")).isEqualTo("other");
    }

    @Test
    void shouldCreateDirectoriesOnceOrMore() throws IOException {
        disk.createDirectories(at("d/e/f"));
        disk.createDirectories(at("d/e/f"));
        disk.createDirectories(at("d/g"));
        assertThat(disk.exists(at("d/e/f"))).isTrue();
        assertThat(disk.list(at("d"), "", 10)).extracting(DirectoryEntry::name).containsExactly("e", "g");
        create("a", "x").close();
        assertThatThrownBy(() -> disk.createDirectories(at("a"))).isInstanceOf(IOException.class);
    }

    @Test
    void shouldListInPagesByName() throws IOException {
        List<String> expected = List.of("A", "a", "a-", "a.b", "a0", "b", "\u00e9", "\u6f22");
        List<String> shuffled = new ArrayList<>(expected);
        Collections.reverse(shuffled);
        for (String name : shuffled) {
            create(name, name).close();
        }
        assertThat(names("", 100)).isEqualTo(expected);
        for (int limit = 1; limit <= expected.size() + 1; limit++) {
            List<String> seen = new ArrayList<>();
            String after = "";
            List<String> page;
            do {
                page = names(after, limit);
                assertThat(page.size()).isLessThanOrEqualTo(limit);
                seen.addAll(page);
                after = seen.get(seen.size() - 1);
            } while (page.size() == limit);
            assertThat(seen).isEqualTo(expected);
        }
        assertThat(names("a", 2)).containsExactly("a-", "a.b");
        assertThat(names("a/", 2)).containsExactly("a0", "b");
    }

    @Test
    void shouldTellFilesFromDirectories() throws IOException {
        create("a", "hello").close();
        disk.createDirectories(at("d"));
        create("d/below", "x").close();
        List<DirectoryEntry> entries = disk.list(home, "", 10);
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0).directory()).isFalse();
        assertThat(entries.get(0).sizeBytes()).isEqualTo(5);
        assertThat(entries.get(0).modifiedMillis()).isPositive();
        assertThat(entries.get(1).directory()).isTrue();
        assertThat(entries.get(1).sizeBytes()).isZero();
    }

    @Test
    void shouldRefuseToListWhatIsNoDirectory() throws IOException {
        create("a", "hello").close();
        assertThatThrownBy(() -> disk.list(at("no"), "", 10)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.list(at("a"), "", 10)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.list(home, "", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGrantALockToOneHolderAtATime() throws IOException {
        Disk.DiskLock lock = disk.lock(at("lock"), "process 1 on host a");
        assertThat(disk.exists(at("lock"))).isTrue();
        assertThatThrownBy(() -> disk.lock(at("lock"), "process 2"))
                .isInstanceOfSatisfying(
                        LockHeldException.class,
                        refusal -> assertThat(refusal.holder()).isEqualTo("process 1 on host a"));
        disk.lock(at("other"), "process 2").close();
        lock.close();
        lock.close();
        Disk.DiskLock next = disk.lock(at("lock"), "3");
        lock.close();
        assertThatThrownBy(() -> disk.lock(at("lock"), "process 4"))
                .isInstanceOfSatisfying(
                        LockHeldException.class,
                        refusal -> assertThat(refusal.holder()).isEqualTo("3"));
        next.close();
    }

    @Test
    void shouldKnowHowMuchIsFree() throws IOException {
        assertThat(disk.usableBytes(home)).isPositive();
    }

    @Test
    void shouldNotBeDisturbedByInterrupts() throws IOException {
        try (DiskFile file = create("a", "hello")) {
            Thread.currentThread().interrupt();
            try {
                file.writeFully(bytes("J"), 0);
                file.force();
                assertThat(read(file, 0, 5)).isEqualTo("Jello");
                file.truncate(4);
                create("b", "x").close();
                disk.rename(at("b"), at("c"));
                disk.forceDirectory(home);
                assertThat(names("", 10)).containsExactly("a", "c");
                disk.lock(at("lock"), "me").close();
                disk.delete(at("c"));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                Thread.interrupted();
            }
            assertThat(file.size()).isEqualTo(4);
        }
    }
}
