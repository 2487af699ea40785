package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.DriveQueue;
import io.ashlar.runtime.SystemClock;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.Disk;
import io.ashlar.testkit.DiskContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A disk in three places keeps the contract of one. */
class MirroredDiskContractTest extends DiskContract {
    private final SystemThreads threads = new SystemThreads();
    private @Nullable MirroredDisk disk;

    @TempDir
    Path temporary;

    @Override
    protected Disk newDisk() throws IOException {
        List<Mirror> mirrors = new ArrayList<>();
        for (int place = 1; place <= 3; place++) {
            mirrors.add(new Mirror(
                    place,
                    new SystemDisk(),
                    temporary.resolve("place-" + place),
                    new DriveQueue(threads, new SystemClock(), "place-" + place, 2, 64)));
        }
        MirroredDisk.Settings settings = new MirroredDisk.Settings(3, 30_000, 30_000);
        disk = new MirroredDisk(temporary.resolve("base"), mirrors, new Fixed(), settings, threads);
        disk.converge();
        return disk;
    }

    /** Nothing fails, so nothing ever changes. */
    private static final class Fixed implements MirrorRoster {
        @Override
        public void record(List<Integer> places) throws IOException {
            if (!places.equals(List.of(1, 2, 3))) {
                throw new IOException("a place was left: " + places);
            }
        }

        @Override
        public void left(int place, Throwable cause) {
            throw new AssertionError("place " + place + " was left", cause);
        }

        @Override
        public @Nullable Mirror another(Set<Integer> taken) {
            return null;
        }
    }

    @AfterEach
    void close() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    protected Path newDirectory() {
        return temporary.resolve("base/a/store");
    }
}
