package io.ashlar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBackendTest {
    private static final int PENDING_MAX = 64;

    @TempDir
    Path temporary;

    private Path root;
    private HookedDisk disk;
    private FileBackend backend;

    @BeforeEach
    void open() throws IOException {
        root = temporary.resolve("store");
        disk = new HookedDisk(new SystemDisk(), root);
        backend = FileBackend.open(root, Contexts.on(disk, false), PENDING_MAX);
        disk.log.clear();
    }

    @AfterEach
    void close() throws IOException {
        disk.hook = what -> {};
        backend.close();
        assertThat(disk.openFiles).hasValue(0);
        assertThat(temporaries()).isEmpty();
    }

    @Test
    void shouldForceBytesBeforeTheRenameAndBothDirectoriesAfterIt() throws IOException {
        backend.put("a", bytes("x"));
        assertThat(disk.log).containsExactly("open tmp/0", "write tmp/0");
        disk.log.clear();
        backend.sync(List.of("a"));
        String bucket = bucket("a");
        assertThat(disk.log)
                .containsExactly("force tmp/0", "create " + bucket, "rename tmp/0", "force " + bucket, "force tmp");
        assertThat(root.resolve(bucket).resolve("a")).hasContent("x");
        disk.log.clear();
        backend.sync(List.of("a"));
        assertThat(disk.log).isEmpty();
    }

    @Test
    void shouldForceEachDirectoryOnceABatch() throws IOException {
        List<String> names = put(60);
        disk.log.clear();
        backend.sync(names);
        List<String> directories = disk.log.stream()
                .filter(what -> what.equals("force tmp") || what.startsWith("force objects"))
                .collect(Collectors.toList());
        assertThat(directories).doesNotHaveDuplicates().contains("force tmp");
        assertThat(disk.log.lastIndexOf("force tmp/59")).isLessThan(disk.log.indexOf("rename tmp/0"));
    }

    @Test
    void shouldLoseAnObjectWhoseForceFailedAndNoOther() throws IOException {
        backend.put("a", bytes("x"));
        backend.put("b", bytes("y"));
        disk.hook = failing("force tmp/0");
        assertThatThrownBy(() -> backend.sync(List.of("a", "b")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("object a")
                .hasRootCauseMessage("injected");
        assertMissing("a");
        assertThat(temporaries()).isEmpty();
        assertThat(read("b")).isEqualTo("y");
        assertThat(disk.log.stream().filter("force tmp/0"::equals)).hasSize(1);
        backend.sync(List.of("a"));
        disk.hook = what -> {};
        backend.put("a", bytes("z"));
        backend.sync(List.of("a"));
        assertThat(read("a")).isEqualTo("z");
    }

    @Test
    void shouldLoseObjectsWhoseDirectoryCouldNotBeForced() throws IOException {
        for (String directory : List.of(bucket("a"), "tmp")) {
            backend.put("a", bytes("x"));
            disk.hook = failing("force " + directory);
            assertThatThrownBy(() -> backend.sync(List.of("a"))).hasRootCauseMessage("injected");
            assertMissing("a");
            assertThat(root.resolve(bucket("a")).resolve("a")).doesNotExist();
            disk.hook = what -> {};
        }
    }

    /** After a force that failed, what others had in the directory may count as written, and be lost. */
    @Test
    void shouldLoseWhatWasRenamedBeforeAForceOfAnotherFailed() throws IOException {
        List<String> bystanders = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "b" + i)
                .filter(name -> bucket(name).equals(bucket("a")))
                .limit(2)
                .toList();
        for (String where : List.of("force " + bucket("a"), "force tmp")) {
            backend.put("a", bytes("a"));
            backend.put(bystanders.get(0), bytes("b"));
            backend.put(bystanders.get(1), bytes("c"));
            AtomicInteger renames = new AtomicInteger();
            disk.hook = present -> {
                if (present.startsWith("rename ") && renames.incrementAndGet() == 2) {
                    disk.hook = failing(where);
                    assertThatExceptionOfType(IOException.class).isThrownBy(() -> backend.sync(List.of("a")));
                    disk.hook = ignored -> {};
                }
            };
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> backend.sync(bystanders));
            assertMissing("a");
            for (String bystander : bystanders) {
                assertMissing(bystander);
                backend.put(bystander, bytes("d"));
            }
            backend.sync(bystanders);
            assertThat(read(bystanders.get(1))).isEqualTo("d");
        }
    }

    /** What is there after a force that failed may be gone after the next crash, whatever later forces say. */
    @Test
    void shouldMakeADirectoryAnewThatCouldNotBeMadeDurable() throws IOException {
        String bucket = bucket("a");
        backend.put("a", bytes("x"));
        disk.hook = what -> {
            if (what.equals("create " + bucket)) {
                Files.createDirectory(root.resolve(bucket));
                throw new IOException("injected");
            }
        };
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> backend.sync(List.of("a")));
        disk.hook = what -> {};
        assertThat(root.resolve(bucket)).doesNotExist();
        backend.put("a", bytes("y"));
        backend.sync(List.of("a"));
        assertThat(read("a")).isEqualTo("y");
    }

    @Test
    void shouldCommitTheOldestWhenTooManyArePending() throws IOException {
        List<String> names = put(PENDING_MAX);
        assertThat(disk.openFiles).hasValue(PENDING_MAX);
        assertThat(disk.log).noneMatch(what -> what.startsWith("force"));
        backend.put("one-more", bytes("x"));
        assertThat(disk.openFiles.get()).isLessThan(PENDING_MAX);
        assertThat(disk.log).contains("rename tmp/0").doesNotContain("rename tmp/63");
        for (String name : names) {
            assertThat(read(name)).isEqualTo(name);
        }
        assertThat(backend.list("", "", 5000)).hasSize(PENDING_MAX + 1);
    }

    @Test
    void shouldTellOfALossThatNobodyHadAskedFor() throws IOException {
        disk.hook = failing("force tmp/0");
        List<String> names = put(PENDING_MAX + 1);
        assertMissing(names.get(0));
        assertThatThrownBy(() -> backend.sync(names)).hasMessageContaining("object " + names.get(0) + " ");
        backend.sync(names);
    }

    @Test
    void shouldForgetALossWhenTheObjectIsPutAgainOrDeleted() throws IOException {
        disk.hook = what -> {
            if (what.equals("force tmp/0") || what.equals("force tmp/1")) {
                throw new IOException("injected");
            }
        };
        List<String> names = put(PENDING_MAX + 1);
        backend.put(names.get(0), bytes("again"));
        backend.delete(names.get(1));
        backend.sync(names);
        assertThat(read(names.get(0))).isEqualTo("again");
    }

    @Test
    void shouldLeaveNoTraceWhenTheDiskIsFull() throws IOException {
        disk.hook = what -> {
            if (what.startsWith("write")) {
                throw new DiskFullException("injected");
            }
        };
        assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> backend.put("a", bytes("x")));
        assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> backend.putIfAbsent("a", bytes("x")));
        assertThat(temporaries()).isEmpty();
        assertMissing("a");
        assertThat(disk.openFiles).hasValue(0);
        disk.hook = what -> {};
        assertThat(backend.putIfAbsent("a", bytes("x"))).isTrue();
    }

    @Test
    void shouldNotRunOutOfPlacesThroughFailedPuts() throws IOException {
        disk.hook = what -> {
            if (what.startsWith("write")) {
                throw new IOException("injected");
            }
        };
        for (int time = 0; time < PENDING_MAX + 1; time++) {
            assertThatThrownBy(() -> backend.put("a", bytes("x"))).hasMessage("injected");
        }
        disk.hook = what -> {};
        backend.put("a", bytes("x"));
        for (int time = 0; time < PENDING_MAX + 1; time++) {
            assertThat(backend.putIfAbsent("a", bytes("x"))).isFalse();
            backend.put("a", bytes("x"));
            backend.put("b", bytes("x"));
            backend.delete("b");
        }
        assertThat(disk.log).noneMatch(what -> what.startsWith("force"));
    }

    @Test
    void shouldReportAFullDiskOnSyncAsSuch() throws IOException {
        backend.put("a", bytes("x"));
        disk.hook = what -> {
            if (what.startsWith("force")) {
                throw new DiskFullException("injected");
            }
        };
        assertThatExceptionOfType(DiskFullException.class).isThrownBy(() -> backend.sync(List.of("a")));
    }

    @Test
    void shouldDeleteLeftoversOnOpeningAndNothingElse() throws IOException {
        backend.put("a", bytes("x"));
        backend.sync(List.of("a"));
        Path foreign = Files.writeString(root.resolve("objects/README"), "foreign");
        Path misplaced = Files.writeString(root.resolve(bucket("b")).resolveSibling(bucketOtherThan("b")), "foreign");
        Path inBucket = Files.writeString(root.resolve(bucket("a")).resolve("Not An Object"), "foreign");
        Path wrongBucket = Files.writeString(root.resolve(bucket("a")).resolve(nameNotIn("a")), "foreign");
        Files.writeString(root.resolve("tmp/17"), "leftover");
        Files.writeString(root.resolve("tmp/whatever"), "leftover");
        assertThat(backend.list("", "", 100)).extracting(ObjectStat::name).containsExactly("a");
        backend.close();
        FileBackend reader = FileBackend.open(root, Contexts.on(disk, true));
        assertThat(root.resolve("tmp/17")).exists();
        assertThat(reader.list("", "", 100)).extracting(ObjectStat::name).containsExactly("a");
        reader.close();
        backend = FileBackend.open(root, Contexts.on(disk, false));
        assertThat(temporaries()).isEmpty();
        for (Path path : List.of(foreign, misplaced, inBucket, wrongBucket)) {
            assertThat(path).hasContent("foreign");
        }
    }

    @Test
    void shouldChangeNothingWhenOpenForReadingOnly() throws IOException {
        backend.put("a", bytes("x"));
        backend.sync(List.of("a"));
        try (FileBackend reader = FileBackend.open(root, Contexts.on(disk, true))) {
            disk.log.clear();
            ByteBuffer target = ByteBuffer.allocate(1);
            assertThat(reader.read("a", 0, target)).isEqualTo(1);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> reader.put("b", bytes("x")));
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> reader.putIfAbsent("b", bytes("x")));
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> reader.delete("a"));
            reader.sync(List.of("a"));
            assertThat(disk.log).containsExactly("open " + bucket("a") + "/a");
        }
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> FileBackend.open(temporary.resolve("none"), Contexts.on(disk, true)));
        assertThat(temporary.resolve("none")).doesNotExist();
    }

    @Test
    void shouldForceOnceTheDirectoryOfAnObjectThatAnEarlierProcessLeft() throws IOException {
        backend.put("a", bytes("x"));
        backend.sync(List.of("a"));
        backend.close();
        backend = FileBackend.open(root, Contexts.on(disk, false));
        disk.log.clear();
        backend.sync(List.of("a"));
        assertThat(disk.log).contains("force " + bucket("a"));
        disk.log.clear();
        backend.sync(List.of("a"));
        assertThat(disk.log).isEmpty();
    }

    @Test
    void shouldShareTheOutcomeOfASyncUnderWay() throws Exception {
        for (boolean fails : new boolean[] {false, true}) {
            backend.put("a", bytes("x"));
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch proceed = new CountDownLatch(1);
            AtomicInteger forces = new AtomicInteger();
            disk.hook = what -> {
                if (what.startsWith("force tmp/")) {
                    forces.incrementAndGet();
                    forcing.countDown();
                    awaitLatch(proceed);
                    if (fails) {
                        throw new IOException("injected");
                    }
                }
            };
            CompletableFuture<Boolean> first = syncs("a");
            forcing.await();
            CompletableFuture<Boolean> second = syncs("a");
            CompletableFuture<Boolean> third = syncs("a");
            assertThat(read("a")).as("while it is forced").isEqualTo("x");
            backend.put("b", bytes("y"));
            while (waiting() < 2) {
                Thread.onSpinWait();
            }
            assertThat(second.isDone() || third.isDone()).isFalse();
            proceed.countDown();
            assertThat(first.join()).isEqualTo(!fails);
            assertThat(second.join()).isEqualTo(!fails);
            assertThat(third.join()).isEqualTo(!fails);
            assertThat(forces).hasValue(1);
        }
    }

    @Test
    void shouldSyncDifferentNamesAtTheSameTime() throws Exception {
        backend.put("a", bytes("x"));
        backend.put("b", bytes("y"));
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        disk.hook = what -> {
            if (what.equals("force tmp/0")) {
                forcing.countDown();
                awaitLatch(proceed);
            }
        };
        CompletableFuture<Boolean> first = syncs("a");
        forcing.await();
        backend.sync(List.of("b"));
        assertThat(first).isNotDone();
        proceed.countDown();
        assertThat(first.join()).isTrue();
    }

    @Test
    void shouldLetNobodyWaitForACommitThatBroke() throws IOException {
        backend.put("a", bytes("x"));
        disk.hook = what -> {
            if (what.startsWith("force")) {
                throw new IllegalStateException("a defect");
            }
        };
        assertThatThrownBy(() -> backend.sync(List.of("a"))).hasMessage("a defect");
        disk.hook = what -> {};
        assertMissing("a");
        backend.put("a", bytes("y"));
        backend.sync(List.of("a"));
        assertThat(read("a")).isEqualTo("y");
    }

    @Test
    void shouldKeepABoundedNumberOfFilesOpen() throws IOException {
        List<String> names = put(FileBackend.OPEN_FILES_MAX * 2);
        backend.sync(names);
        assertThat(disk.openFiles).hasValue(0);
        for (String name : names) {
            assertThat(read(name)).isEqualTo(name);
        }
        assertThat(disk.openFiles).hasValue(FileBackend.OPEN_FILES_MAX);
        disk.log.clear();
        String last = names.get(names.size() - 1);
        read(last);
        assertThat(disk.log).isEmpty();
        backend.delete(last);
        assertThat(disk.openFiles).hasValue(FileBackend.OPEN_FILES_MAX - 1);
    }

    @Test
    void shouldNotKeepAFileThatWasDeletedWhileItWasOpened() throws Exception {
        Path directory = temporary.resolve("cached");
        FileLayout layout = new FileLayout(directory);
        SystemDisk system = new SystemDisk();
        system.createDirectories(layout.bucket(FileLayout.bucketOf("a")));
        Files.writeString(layout.object("a"), "first");
        OpenFileCache[] cache = new OpenFileCache[1];
        // The object is replaced when the reader has opened the file, but not yet come back to the cache with it.
        Disk slow = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    DiskFile file = system.open((Path) arguments[0], (Disk.Mode) arguments[1]);
                    if (Files.readString(layout.object("a")).equals("first")) {
                        Files.delete(layout.object("a"));
                        Files.writeString(layout.object("a"), "second");
                        cache[0].invalidate("a");
                    }
                    return file;
                });
        cache[0] = new OpenFileCache(slow, layout, 10);
        for (String expected : List.of("first", "second", "second")) {
            OpenFile file = cache[0].acquire("a");
            ByteBuffer target = ByteBuffer.allocate(10);
            file.file().read(target, 0);
            file.release();
            assertThat(new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII))
                    .isEqualTo(expected);
        }
        assertThat(cache[0].size()).isEqualTo(1);
        cache[0].close();
    }

    private List<String> put(int count) throws IOException {
        List<String> names = IntStream.range(0, count).mapToObj(n -> "n" + n).collect(Collectors.toList());
        for (String name : names) {
            backend.put(name, bytes(name));
        }
        return names;
    }

    private CompletableFuture<Boolean> syncs(String name) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        backend.sync(List.of(name));
                        result.complete(true);
                    } catch (IOException e) {
                        result.complete(false);
                    } catch (RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                },
                "syncs");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static long waiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals("syncs"))
                .filter(entry -> Stream.of(entry.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitUninterruptibly")))
                .count();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HookedDisk.Hook failing(String what) {
        return present -> {
            if (present.equals(what)) {
                throw new IOException("injected");
            }
        };
    }

    private void assertMissing(String name) throws IOException {
        assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> read(name));
        assertThat(backend.stat(name)).isEmpty();
        assertThat(backend.list(name, "", 10)).noneMatch(stat -> stat.name().equals(name));
    }

    private List<String> temporaries() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("tmp"))) {
            return files.map(Path::toString).collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private String read(String name) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(100);
        backend.read(name, 0, target);
        return new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String bucket(String name) {
        return String.format("objects/%02x", FileLayout.bucketOf(name));
    }

    private static String bucketOtherThan(String name) {
        return FileLayout.bucketOf(name) == 0xaa ? "AB" : "AA";
    }

    private static String nameNotIn(String name) {
        return FileLayout.bucketOf("elsewhere") == FileLayout.bucketOf(name) ? "elsewhere-2" : "elsewhere";
    }
}
