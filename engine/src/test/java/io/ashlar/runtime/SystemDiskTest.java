package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.spi.Disk.Mode;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.LockHeldException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest {

    @TempDir
    Path directory;

    private final Disk disk = new SystemDisk();

    @Test
    void shouldReadBackWhatItWroteAtAnyPositionFromAnyBuffer() throws IOException {
        byte[] expected = new byte[4 << 20];
        Random random = new Random(1);
        int end = 0;
        try (DiskFile file = disk.open(directory.resolve("a"), Mode.CREATE)) {
            for (int time = 0; time < 60; time++) {
                byte[] bytes = new byte[random.nextInt(time % 10 == 0 ? 2_500_000 : 9000)];
                random.nextBytes(bytes);
                int position = random.nextInt(expected.length - bytes.length);
                ByteBuffer source = buffer(time, bytes.length + 5);
                source.position(5).put(bytes).position(5);
                file.writeFully(time % 3 == 0 ? source.asReadOnlyBuffer() : source, position);
                System.arraycopy(bytes, 0, expected, position, bytes.length);
                end = bytes.length == 0 ? end : Math.max(end, position + bytes.length);
                assertThat(file.size()).isEqualTo(end);

                int from = random.nextInt(expected.length);
                ByteBuffer target = buffer(time / 2, random.nextInt(2_000_000));
                int count = Math.max(0, Math.min(target.remaining(), end - from));
                assertThat(file.read(target, from)).isEqualTo(count);
                assertThat(target.position()).isEqualTo(count);
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(expected, from, count));
            }
            file.force();
            file.truncate(1000);
            assertThat(file.size()).isEqualTo(1000);
            assertThatIllegalArgumentException().isThrownBy(() -> file.truncate(1001));
            assertThat(file.read(ByteBuffer.allocate(10), 1000)).isZero();
            assertThat(file.read(ByteBuffer.allocate(10), Long.MAX_VALUE)).isZero();
        }
    }

    private static ByteBuffer buffer(int choice, int size) {
        return choice % 2 == 0 ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    }

    @Test
    void shouldOpenOnlyWhatTheModeAllows() throws IOException {
        Path path = directory.resolve("a");
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.open(path, Mode.READ));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.open(path, Mode.WRITE));
        DiskFile file = disk.open(path, Mode.CREATE);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> disk.open(path, Mode.CREATE));
        file.close();
        file.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> file.read(ByteBuffer.allocate(1), 0));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::force);
        for (Mode mode : Mode.values()) {
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> disk.open(directory, mode));
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> disk.open(path.resolve("b"), mode))
                    .withMessageContaining("Not a directory");
        }
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> disk.forceDirectory(path));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> disk.forceDirectory(directory.resolve("none")));
    }

    @Test
    void shouldCreateDirectoriesOnlyInDirectories() throws IOException {
        Path deep = directory.resolve("a/b/c");
        disk.createDirectories(deep);
        disk.createDirectories(deep);
        assertThat(deep).isDirectory();
        disk.open(deep.resolve("file"), Mode.CREATE).close();
        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> disk.createDirectories(deep.resolve("file")));
        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> disk.createDirectories(deep.resolve("file/x/y")));
        assertThat(disk.exists(deep.resolve("file/x"))).isFalse();
        assertThat(disk.stat(deep.resolve("file/x"))).isEmpty();
        assertThat(disk.exists(deep)).isTrue();
        assertThat(disk.exists(deep.resolve("none"))).isFalse();
        assertThat(disk.usableBytes(deep.resolve("none/at/all"))).isPositive();
        assertThat(disk.delete(deep.resolve("file"))).isTrue();
        assertThat(disk.delete(deep.resolve("file"))).isFalse();
        assertThat(disk.delete(deep)).isTrue();
    }

    @Test
    void shouldKeepWorkingOnAFileThatWasRenamedOrReplaced() throws IOException {
        Path from = directory.resolve("from");
        Path to = directory.resolve("to");
        try (DiskFile old = disk.open(to, Mode.CREATE);
                DiskFile file = disk.open(from, Mode.CREATE)) {
            old.writeFully(ascii("old"), 0);
            file.writeFully(ascii("new"), 0);
            disk.rename(from, to);
            Thread.currentThread().interrupt();
            file.writeFully(ascii("er"), 3);
            file.force();
            ByteBuffer target = ByteBuffer.allocate(9);
            assertThat(old.read(target, 0)).isEqualTo(3);
            assertThat(target.get(0)).isEqualTo((byte) 'o');
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(to).hasContent("newer");
        assertThat(from).doesNotExist();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.rename(from, to));
    }

    @Test
    void shouldCloseAndFailNothingWhenInterrupted() throws Exception {
        try (DiskFile file = disk.open(directory.resolve("a"), Mode.CREATE)) {
            file.writeFully(ByteBuffer.allocate(200_000), 0);
            CompletableFuture<Integer> victim = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                int caught = 0;
                try {
                    for (int step = 0; caught < 200; step++) {
                        file.writeFully(ByteBuffer.allocateDirect(3000), step % 100 * 1000L);
                        assertThat(file.read(ByteBuffer.allocate(150_000), 0)).isEqualTo(150_000);
                        file.force();
                        disk.forceDirectory(directory);
                        assertThat(disk.list(directory, "", 2)).hasSize(1);
                        if (Thread.currentThread().isInterrupted()) {
                            // Once more, arriving interrupted.
                            file.writeFully(ByteBuffer.allocate(3000), 0);
                            file.force();
                            disk.forceDirectory(directory);
                            assertThat(disk.exists(directory)).isTrue();
                            assertThat(Thread.interrupted()).isTrue();
                            caught++;
                        }
                    }
                    victim.complete(caught);
                } catch (Throwable e) {
                    victim.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            while (!victim.isDone()) {
                thread.interrupt();
                assertThat(file.read(ByteBuffer.allocate(1000), 0)).isEqualTo(1000);
            }
            assertThat(victim.join()).isEqualTo(200);
        }
    }

    @Test
    void shouldListInPagesInTheOrderOfNames() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        Random random = new Random(3);
        for (int index = 0; index < 500; index++) {
            names.add(Integer.toString(random.nextInt(1_000_000), 36)
                    + (index % 9 == 0 ? ".Z" : index % 7 == 0 ? "~" : ""));
        }
        for (String name : names) {
            Files.writeString(directory.resolve(name), name, StandardCharsets.US_ASCII);
        }
        Files.createDirectory(directory.resolve("~d"));
        names.add("~d");
        for (int limit : new int[] {1, 7, 250, names.size() - 1, names.size(), names.size() + 1}) {
            List<String> listed = new ArrayList<>();
            String after = "";
            List<DirectoryEntry> page;
            do {
                page = disk.list(directory, after, limit);
                for (DirectoryEntry entry : page) {
                    listed.add(entry.name());
                    after = entry.name();
                    assertThat(entry.directory()).isEqualTo(entry.name().equals("~d"));
                    assertThat(entry.sizeBytes())
                            .isEqualTo(entry.directory() ? 0 : entry.name().length());
                }
            } while (page.size() == limit);
            assertThat(listed).containsExactlyElementsOf(names);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> disk.list(directory, "", 0));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> disk.list(directory.resolve("none"), "", 1));
    }

    @Test
    void shouldFindTheSameEntryDirectlyAsInAListing() throws IOException {
        for (String name : List.of("a", "ab", "aa", "b", "`", "a\u0001")) {
            Files.writeString(directory.resolve(name), name + "!");
        }
        for (DirectoryEntry entry : disk.list(directory, "", 100)) {
            assertThat(disk.stat(directory.resolve(entry.name()))).contains(entry);
        }
        assertThat(disk.stat(directory.resolve("c"))).isEmpty();
        assertThat(disk.stat(directory.resolve("none/c"))).isEmpty();
    }

    @Test
    void shouldCallAFullDiskByItsName() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        try (DiskFile file = disk.open(full, Mode.WRITE)) {
            assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> file.writeFully(ascii("x"), 0));
        }
        assertThat(SystemNoSpace.isCauseOf(new IOException("Disk quota exceeded")))
                .isTrue();
        assertThat(SystemNoSpace.isCauseOf(new FileSystemException("a", null, "No space left on device")))
                .isTrue();
        assertThat(SystemNoSpace.isCauseOf(new IOException("Input/output error")))
                .isFalse();
        assertThat(SystemNoSpace.isCauseOf(new IOException())).isFalse();
    }

    @Test
    void shouldLockOutOthersInThisProcessAndSayWhoHoldsIt() throws IOException {
        Path path = directory.resolve("LOCK");
        Path link = Files.createSymbolicLink(directory.resolve("LINK"), path);
        Thread.currentThread().interrupt();
        Disk.DiskLock lock = disk.lock(path, "the first");
        assertThat(Thread.interrupted()).isTrue();
        for (Path same : List.of(path, link)) {
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(() -> new SystemDisk().lock(same, "the second"))
                    .satisfies(e -> assertThat(e.holder()).isEqualTo("the first"));
        }
        lock.close();
        lock.close();
        try (Disk.DiskLock again = disk.lock(link, "a\nb")) {
            lock.close();
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(() -> disk.lock(path, "x"))
                    .satisfies(e -> assertThat(e.holder()).isEqualTo("a"));
            assertThat(again).isNotNull();
        }
    }

    @Test
    void shouldLockOutOtherProcessesAlsoAfterRefusingSomeHere() throws Exception {
        Path path = directory.resolve("LOCK");
        Disk.DiskLock lock = disk.lock(path, "this process");
        // Closing any descriptor of the file would give up the lock: refusals must not.
        for (int time = 0; time < 3; time++) {
            assertThatExceptionOfType(LockHeldException.class).isThrownBy(() -> disk.lock(path, "x"));
        }
        assertThat(otherProcess(path)).isEqualTo("held by this process");
        assertThat(otherProcess(path)).isEqualTo("held by this process");
        lock.close();
        assertThat(otherProcess(path)).isEqualTo("taken");
    }

    private static String otherProcess(Path path) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockingProcess.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            line = reader.readLine();
        }
        assertThat(process.waitFor()).isZero();
        return line;
    }

    /** Another process that wants the lock. */
    static final class LockingProcess {
        private LockingProcess() {}

        public static void main(String[] arguments) throws IOException {
            try (Disk.DiskLock lock = new SystemDisk().lock(Path.of(arguments[0]), "another process")) {
                System.out.println(lock == null ? "no lock" : "taken");
            } catch (LockHeldException e) {
                System.out.println("held by " + e.holder());
            }
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
