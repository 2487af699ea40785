package io.ashlar.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DriveSettings;
import io.ashlar.DriveStatus;
import io.ashlar.EngineSettings;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.StoreDrives;
import io.ashlar.drive.LostDrive;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import io.ashlar.spi.Threads;
import io.ashlar.testkit.SimulatedClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an open store does to its drives without anybody asking for it: how fast, and how it ends. The clock is the test's. */
class UnaskedTest {
    private static final int DRIVES = 6;
    private static final int OBJECTS = 20;
    private static final int OBJECT_BYTES = 200_000;
    private static final long BYTES_PER_SECOND = 1 << 20;
    private static final long DAY_MILLIS = 86_400_000;

    @TempDir
    Path directory;

    private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
    private final Paces paces = new Paces();
    private final Notes notes = new Notes();
    private DriveSettings driveSettings;

    @BeforeEach
    void switchScrubsOff() {
        driveSettings = DriveSettings.defaults()
                .withMendBytesPerSecondMax(BYTES_PER_SECOND)
                .withShallowScrubIntervalMillis(0)
                .withDeepScrubIntervalMillis(0);
    }

    /** Those who wait since they have been too fast get on at once, and time has passed; unless they are held. */
    private final class Paces implements Threads {
        private final Threads threads = new SystemThreads();
        private final AtomicLong waitedNanos = new AtomicLong();
        private final CountDownLatch held = new CountDownLatch(1);
        private volatile long holdAfterNanos = Long.MAX_VALUE;
        private volatile boolean stopped;

        @Override
        public boolean await(BooleanSupplier done, long timeoutNanos) {
            boolean slowed = StackWalker.getInstance()
                    .walk(frames -> frames.skip(1).findFirst().orElseThrow())
                    .getClassName()
                    .endsWith(".Throttle");
            if (!slowed) {
                return threads.await(done, timeoutNanos);
            }
            if (waitedNanos.get() >= holdAfterNanos) {
                held.countDown();
                stopped = threads.await(done, TimeUnit.SECONDS.toNanos(60));
                return stopped;
            }
            waitedNanos.addAndGet(timeoutNanos);
            clock.advanceNanos(timeoutNanos);
            return done.getAsBoolean();
        }

        @Override
        public boolean await(CompletableFuture<?> future, long timeoutNanos) {
            return threads.await(future, timeoutNanos);
        }

        @Override
        public boolean linger(BooleanSupplier done, long timeoutNanos) {
            return threads.linger(done, timeoutNanos);
        }

        @Override
        public Worker start(String name, Runnable body) {
            return threads.start(name, body);
        }

        @Override
        public ThreadFactory factory(String prefix) {
            return threads.factory(prefix);
        }
    }

    /** Notes which extents with objects of their own are read. */
    private static final class Notes extends ForwardingDisk {
        private final NavigableSet<String> read = new ConcurrentSkipListSet<>();

        Notes() {
            super(new SystemDisk());
        }

        @Override
        public DiskFile open(Path path, Mode mode) throws IOException {
            String name = String.valueOf(path.getFileName());
            if (mode == Mode.READ && name.startsWith("e-")) {
                read.add(name.substring(0, name.indexOf('!')));
            }
            return super.open(path, mode);
        }
    }

    private URI place(int drive) {
        return directory.resolve("drive-" + drive).toUri();
    }

    private StorageEngine open() {
        List<URI> places = new ArrayList<>();
        for (int drive = 1; drive <= DRIVES; drive++) {
            places.add(place(drive));
        }
        EngineSettings settings = Stores.settings().withDrives(driveSettings);
        return StorageEngine.builder(directory.resolve("store"))
                .settings(settings)
                .drives(Redundancy.of(4, 2), places)
                .seams(notes, clock, paces, null)
                .open();
    }

    private static void put(StorageEngine engine) {
        for (int i = 0; i < OBJECTS; i++) {
            engine.extents().put(Stores.bytes(i, OBJECT_BYTES));
        }
    }

    private List<Path> extentsOn(int drive) throws IOException {
        Path place = Path.of(place(drive));
        return Files.exists(place)
                ? Stores.files(place, "!").stream()
                        .filter(file -> String.valueOf(file.getFileName()).startsWith("e-"))
                        .toList()
                : List.of();
    }

    private static DriveStatus.State state(StoreDrives drives, int number) {
        return drives.list().stream()
                .filter(drive -> drive.number() == number)
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void shouldMendNoFasterThanItMay() throws IOException {
        open().close();
        LostDrive.lose(Path.of(place(3)));
        try (StorageEngine engine = open()) {
            StoreDrives drives = engine.drives().orElseThrow();
            assertThat(state(drives, 3)).isNotEqualTo(DriveStatus.State.ONLINE);
            put(engine);
            assertThat(paces.waitedNanos).as("nothing can be mended yet").hasValue(0);
            drives.replace(3, place(3));
            assertThat(Stores.eventually(() -> countOn(3) == OBJECTS)).isTrue();
        }
        long bytes = 0;
        for (Path shard : extentsOn(3)) {
            // Four others were read to make it.
            bytes += 5 * Files.size(shard);
        }
        double seconds = (double) bytes / BYTES_PER_SECOND;
        assertThat(bytes).isGreaterThan(5L * OBJECTS * OBJECT_BYTES / 4);
        // The last shard is written before it is paid for, and a second is given for nothing.
        assertThat(paces.waitedNanos.get() / 1e9).isBetween(seconds - 1.1 - seconds / OBJECTS, 1.5 * seconds);
    }

    private int countOn(int drive) {
        try {
            return extentsOn(drive).size();
        } catch (IOException e) {
            return 0;
        }
    }

    private List<String> progress() {
        try {
            return Files.readAllLines(directory.resolve("store/scrub"));
        } catch (IOException e) {
            return List.of();
        }
    }

    @Test
    void shouldEndAScrubWithTheStoreAndGoOnWithIt() throws Exception {
        driveSettings = driveSettings.withDeepScrubIntervalMillis(DAY_MILLIS);
        Set<String> all;
        List<String> left;
        try (StorageEngine engine = open()) {
            put(engine);
            assertThat(Stores.eventually(() -> progress().size() == 3)).isTrue();
            all = extentsOn(1).stream()
                    .map(file -> String.valueOf(file.getFileName()))
                    .map(name -> name.substring(0, name.indexOf('!')))
                    .collect(Collectors.toSet());
            notes.read.clear();
            paces.holdAfterNanos = 1_500_000_000;
            clock.advanceMillis(DAY_MILLIS + 1);
            assertThat(paces.held.await(30, TimeUnit.SECONDS)).as("it began").isTrue();
        }
        assertThat(paces.stopped)
                .as("it was told, and has not waited to the end")
                .isTrue();
        left = progress();
        assertThat(left).hasSize(4).last().asString().startsWith("running deep ");
        String cursor = left.get(3).split(" ", -1)[3];
        Set<String> before = Set.copyOf(notes.read.headSet(cursor, true));
        assertThat(before).hasSizeBetween(2, OBJECTS - 2);
        paces.holdAfterNanos = Long.MAX_VALUE;
        notes.read.clear();
        try (StorageEngine engine = open()) {
            assertThat(Stores.eventually(() -> progress().size() == 3)).isTrue();
            assertThat(engine.drives().orElseThrow().list()).hasSize(DRIVES);
        }
        assertThat(notes.read).doesNotContainAnyElementsOf(before);
        assertThat(all).hasSize(OBJECTS).allMatch(object -> before.contains(object) || notes.read.contains(object));
    }
}
