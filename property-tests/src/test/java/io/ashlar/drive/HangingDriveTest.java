package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drives that give no answer to reads, and not even an error. */
@Timeout(60)
class HangingDriveTest {
    private static final int DRIVES = 6;

    @TempDir
    Path directory;

    /** What reads of a drive wait for, by its number. */
    private final List<AtomicReference<CountDownLatch>> gates = new ArrayList<>();

    private final byte[] content = new byte[300_000];
    private RedundantBackend backend;

    @BeforeEach
    void open() throws IOException {
        for (int drive = 0; drive <= DRIVES; drive++) {
            gates.add(new AtomicReference<>(new CountDownLatch(0)));
        }
        DriveSet.Components files = Drives.files();
        DriveSet drives = DriveSet.create(
                Drives.map(directory, DRIVES),
                new DriveSet.Components(
                        uri -> new Gated(Drives.open(uri), gates.get(number(uri))),
                        files.clock(),
                        files.threads(),
                        files.health(),
                        false,
                        number -> new DriveQueue(files.threads(), files.clock(), "drive-" + number, 4, 64)));
        Placements placements = new Placements(drives);
        placements.log(new Drives.Notes());
        backend = new RedundantBackend(
                drives, placements, Protection.of(4, 2), Drives.PATIENT, Drives.THREADS, (object, shard) -> {});
        new Random(3).nextBytes(content);
        backend.put("o", ByteBuffer.wrap(content));
        backend.sync(List.of("o"));
        readAll();
    }

    private static int number(URI uri) {
        String path = uri.getPath();
        return path.charAt(path.lastIndexOf("drive-") + 6) - '0';
    }

    @AfterEach
    void close() throws IOException {
        for (int drive = 1; drive <= DRIVES; drive++) {
            gates.get(drive).get().countDown();
        }
        backend.close();
    }

    private void readAll() throws IOException {
        ByteBuffer target = ByteBuffer.allocate(content.length);
        backend.read("o", 0, target);
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void shouldReadFromOthersWhatADriveDoesNotGive() throws IOException {
        for (int drive = 1; drive <= DRIVES; drive++) {
            gates.get(drive).set(new CountDownLatch(1));
            readAll();
            gates.get(drive).get().countDown();
        }
    }

    @Test
    void shouldWaitForWhatNobodyElseHas() throws IOException {
        for (int drive = 1; drive <= 3; drive++) {
            gates.get(drive).set(new CountDownLatch(1));
        }
        Thread opener = new Thread(() -> {
            for (int drive = 1; drive <= 3; drive++) {
                gates.get(drive).get().countDown();
            }
        });
        Thread reader = Thread.currentThread();
        Thread watcher = new Thread(() -> {
            // As soon as the reader waits, or is done with what it needs not wait for.
            while (reader.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            opener.start();
        });
        watcher.start();
        readAll();
    }

    /** A backend whose reads wait. */
    private record Gated(ExtentBackend backend, AtomicReference<CountDownLatch> gate) implements ExtentBackend {
        @Override
        public int read(String name, long offset, ByteBuffer target) throws IOException {
            try {
                gate.get().await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return backend.read(name, offset, target);
        }

        @Override
        public void put(String name, ByteBuffer bytes) throws IOException {
            backend.put(name, bytes);
        }

        @Override
        public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
            return backend.putIfAbsent(name, bytes);
        }

        @Override
        public Optional<ObjectStat> stat(String name) throws IOException {
            return backend.stat(name);
        }

        @Override
        public boolean delete(String name) throws IOException {
            return backend.delete(name);
        }

        @Override
        public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
            return backend.list(prefix, after, limit);
        }

        @Override
        public void sync(Collection<String> names) throws IOException {
            backend.sync(names);
        }

        @Override
        public BackendCapabilities capabilities() {
            return backend.capabilities();
        }

        @Override
        public void close() throws IOException {
            backend.close();
        }
    }
}
