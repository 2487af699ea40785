package io.ashlar.backend.local;

import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that several readers use at once, and that closes when its owner and all of them have let go.
 *
 * <p>The owner holds one of the references, from construction to {@link #release}. Nobody gets a reference once the count
 * has been zero.
 */
final class OpenFile {
    private final DiskFile file;
    private final AtomicInteger references = new AtomicInteger(1);

    OpenFile(DiskFile file) {
        this.file = file;
    }

    /** The file; only for who holds a reference. */
    DiskFile file() {
        assert references.get() > 0;
        return file;
    }

    /** Takes a reference, unless the file is closed or about to be. */
    boolean tryAcquire() {
        int count = references.get();
        while (count > 0) {
            if (references.compareAndSet(count, count + 1)) {
                return true;
            }
            count = references.get();
        }
        return false;
    }

    /** Gives up a reference; the last one closes the file. */
    void release() throws IOException {
        int left = references.decrementAndGet();
        assert left >= 0;
        if (left == 0) {
            file.close();
        }
    }
}
