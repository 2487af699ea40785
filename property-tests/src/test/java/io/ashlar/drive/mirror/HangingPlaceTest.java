package io.ashlar.drive.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.drive.IdleTime;
import io.ashlar.drive.fanout.Caller;
import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A place that gives no answer, and not even an error, holds nobody up. */
@Timeout(60)
class HangingPlaceTest implements MirrorRoster {
    private static final int PLACES = 4;
    private static final byte[] CONTENT = "what is in the journal".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path temporary;

    private final SystemThreads threads = new SystemThreads();
    private final AtomicInteger hanging = new AtomicInteger();
    private final IdleTime idle = new IdleTime(threads, hanging);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile int hangs;
    private List<Integer> recorded = List.of();
    private MirroredDisk disk;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        Path base = temporary.resolve("base");
        file = base.resolve("file");
        List<Mirror> mirrors = List.of(mirror(1), mirror(2), mirror(3));
        disk = new MirroredDisk(base, mirrors, this, new MirroredDisk.Settings(2, 10_000, 20_000), idle);
        disk.converge();
        try (DiskFile created = disk.open(file, Disk.Mode.CREATE)) {
            created.writeFully(ByteBuffer.wrap(CONTENT), 0);
            created.force();
        }
        disk.forceDirectory(base);
    }

    private Mirror mirror(int place) {
        return new Mirror(
                place,
                new Gated(place),
                temporary.resolve("place-" + place),
                idle.counted(new DriveQueue(threads, new SystemClock(), "place-" + place, 16, 64)));
    }

    private void hang(int place) {
        gate = new CountDownLatch(1);
        hangs = place;
    }

    @AfterEach
    void close() throws IOException {
        hangs = 0;
        gate.countDown();
        disk.close();
        // What was late is done all the same, and would be done in a directory that is being deleted.
        idle.settle();
    }

    @Override
    public void record(List<Integer> places) {
        recorded = List.copyOf(places);
    }

    @Override
    public void left(int place, Throwable cause) {
        assertThat(recorded).doesNotContain(place);
    }

    @Override
    public @Nullable Mirror another(Set<Integer> taken) {
        for (int place = PLACES; place > 0; place--) {
            if (!taken.contains(place)) {
                return mirror(place);
            }
        }
        return null;
    }

    private void check() throws IOException {
        try (DiskFile opened = disk.open(file, Disk.Mode.READ)) {
            ByteBuffer target = ByteBuffer.allocate(100);
            assertThat(opened.read(target, 0)).isEqualTo(CONTENT.length);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(CONTENT));
        }
    }

    @Test
    void shouldReadFromAnotherPlace() throws IOException {
        try (DiskFile opened = disk.open(file, Disk.Mode.READ)) {
            hang(1);
            ByteBuffer target = ByteBuffer.allocate(100);
            assertThat(opened.read(target, 0)).isEqualTo(CONTENT.length);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(CONTENT));
        }
        // It may have missed nothing, but nobody can tell.
        assertThat(disk.places()).containsExactly(2, 3);
        assertThat(recorded).containsExactly(2, 3);
    }

    @Test
    void shouldLookUpAndListInAnotherPlace() throws IOException {
        hang(1);
        assertThat(disk.exists(file)).isTrue();
        assertThat(disk.stat(file)).map(Disk.DirectoryEntry::sizeBytes).hasValue((long) CONTENT.length);
        assertThat(disk.list(temporary.resolve("base"), "", 10)).hasSize(1);
        assertThat(disk.usableBytes(file)).isPositive();
    }

    @Test
    void shouldNotFillAPlaceThatHangs() throws IOException {
        hang(4);
        assertThatThrownBy(disk::join).isInstanceOf(Caller.NoAnswerException.class);
        assertThat(disk.places()).containsExactly(1, 2, 3);
        check();
    }

    @Test
    void shouldFillAnotherPlaceThoughTheOneThatIsCopiedHangs() throws IOException {
        hang(1);
        try {
            disk.join();
        } catch (IOException e) {
            assertThat(disk.places()).containsExactly(1, 2, 3);
        }
        // Whoever does something next finds out, and goes on without it.
        check();
        assertThat(disk.places()).doesNotContain(1);
        assertThat(disk.join()).isTrue();
        assertThat(disk.places()).contains(4);
        hangs = 0;
        gate.countDown();
        disk.leave(2, new IOException("no longer needed"));
        check();
    }

    /** Calls to a place, which hang as long as it does. */
    private final class Gated extends ForwardingDisk {
        private final int place;

        Gated(int place) {
            super(new SystemDisk());
            this.place = place;
        }

        private void pass() throws IOException {
            if (hangs != place) {
                return;
            }
            hanging.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                hanging.decrementAndGet();
            }
        }

        @Override
        public DiskFile open(Path path, Mode mode) throws IOException {
            pass();
            return new File(super.open(path, mode)) {
                @Override
                public int read(ByteBuffer target, long position) throws IOException {
                    pass();
                    return super.read(target, position);
                }
            };
        }

        @Override
        public boolean exists(Path path) throws IOException {
            pass();
            return super.exists(path);
        }

        @Override
        public void createDirectories(Path directory) throws IOException {
            pass();
            super.createDirectories(directory);
        }

        @Override
        public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
            pass();
            return super.list(directory, after, limit);
        }

        @Override
        public Optional<DirectoryEntry> stat(Path path) throws IOException {
            pass();
            return super.stat(path);
        }

        @Override
        public long usableBytes(Path path) throws IOException {
            pass();
            return super.usableBytes(path);
        }
    }
}
