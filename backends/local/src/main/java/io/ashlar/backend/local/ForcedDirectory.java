package io.ashlar.backend.local;

import io.ashlar.spi.Disk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A directory into which many threads rename files and which they force.
 *
 * <p>A force that fails may have taken the names of others with it: to the file system they can count as written afterwards, and
 * the next force succeeds without writing them. So forces come one after the other, and one that fails fails for everybody
 * whose rename may have come before its end. In return one that succeeds is shared by all who waited for it.
 *
 * <p>Safe for use by many threads.
 */
final class ForcedDirectory {
    private final Disk disk;
    private final Path path;

    // Written under the monitor only, which is held while the disk works.
    private volatile long begun;
    private volatile long succeeded;
    private volatile long failed;
    private @Nullable IOException lastFailure;

    ForcedDirectory(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    /** To be asked before a name is changed, and handed to {@link #force} after that. */
    long failures() {
        return failed;
    }

    /** Whether it was forced since it was opened. */
    boolean wasForced() {
        return succeeded > 0;
    }

    /**
     * Makes durable what the caller has changed in it.
     *
     * @param failuresBefore what {@link #failures} said before the change
     * @throws IOException if that failed, or another force failed meanwhile: what was changed may be lost
     */
    void force(long failuresBefore) throws IOException {
        long earlier = begun;
        synchronized (this) {
            if (failed != failuresBefore) {
                throw new IOException(
                        "directory " + path + " could not be forced, with what others had in it", lastFailure);
            }
            if (succeeded > earlier) {
                return;
            }
            long number = begun + 1;
            begun = number;
            try {
                disk.forceDirectory(path);
                succeeded = number;
            } catch (IOException e) {
                lastFailure = e;
                throw e;
            } finally {
                if (succeeded != number) {
                    failed = number;
                }
            }
        }
    }
}
