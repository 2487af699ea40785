package io.ashlar.drive;

import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemEntropy;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.Clock;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sets of drives for tests. */
final class Drives {
    private static final Clock CLOCK = new SystemClock();
    static final Threads THREADS = new SystemThreads();

    /** A slow disk is waited for, so that nothing is owed only because of it. */
    static final FanOutSettings PATIENT = new FanOutSettings(25_000, 30_000, 0.95, 100);

    /** Little enough that the disk that tests run on has more. */
    static final long LOW_SPACE_BYTES = 1 << 20;

    private Drives() {}

    static URI uri(Path directory, int drive) {
        return directory.resolve("drive-" + drive).toUri();
    }

    static DriveMap map(Path directory, int count) {
        List<DriveEntry> drives = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            drives.add(new DriveEntry(
                    number,
                    100 + number,
                    200 + number,
                    uri(directory, number),
                    "drive-" + number,
                    100,
                    DriveRole.ACTIVE));
        }
        return DriveMap.first(1, 2, drives);
    }

    /** Files in directories, with threads for each drive. */
    static DriveSet.Components files() {
        return new DriveSet.Components(
                Drives::open,
                CLOCK,
                THREADS,
                new HealthSettings(3, 6, 50, 200),
                LOW_SPACE_BYTES,
                false,
                number -> new DriveQueue(THREADS, CLOCK, "drive-" + number, 2, 64));
    }

    /** Some threads, for whoever has use for them. */
    static DriveExecutor executor(String name) {
        return new DriveQueue(THREADS, CLOCK, name, 4, 64);
    }

    /** Whatever an opener gives, on the caller's thread. */
    static DriveSet.Components inline(DriveSet.Opener opener, Clock clock) {
        return new DriveSet.Components(
                opener,
                clock,
                THREADS,
                new HealthSettings(3, 6, 50, 200),
                LOW_SPACE_BYTES,
                false,
                number -> DriveExecutor.INLINE);
    }

    static ExtentBackend open(URI uri) throws IOException {
        BackendContext context = new BackendContext(new SystemDisk(), CLOCK, THREADS, new SystemEntropy(), false);
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.scheme().equals(uri.getScheme())) {
                return provider.open(uri, context);
            }
        }
        throw new IllegalStateException("there is no backend for " + uri);
    }

    /** Placements in memory. */
    static final class Notes implements PlacementLog {
        private final TreeMap<String, Placement> placements = new TreeMap<>();

        @Override
        public boolean remembers(String object) {
            return true;
        }

        @Override
        public synchronized @Nullable Placement find(String object) {
            return placements.get(object);
        }

        @Override
        public synchronized void record(String object, @Nullable Placement placement) {
            if (placement == null) {
                placements.remove(object);
            } else {
                placements.put(object, placement);
            }
        }

        @Override
        public void force() {
            // In memory there is nothing more durable.
        }

        @Override
        public synchronized List<Entry> list(String after, int limit) {
            List<Entry> page = new ArrayList<>();
            for (Map.Entry<String, Placement> entry :
                    placements.tailMap(after, false).entrySet()) {
                if (page.size() == limit) {
                    break;
                }
                page.add(new Entry(entry.getKey(), entry.getValue()));
            }
            return page;
        }
    }
}
