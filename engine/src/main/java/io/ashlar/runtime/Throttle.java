package io.ashlar.runtime;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;

/** Holds a reader to so many bytes a second, on average since it began. For one thread. */
final class Throttle {
    private final Clock clock;
    private final Threads threads;
    private final long bytesPerSecond;
    private final long startNanos;
    private long bytes;

    Throttle(Clock clock, Threads threads, long bytesPerSecond) {
        this.clock = clock;
        this.threads = threads;
        this.bytesPerSecond = bytesPerSecond;
        startNanos = clock.nanoTime();
    }

    /** Waits until so many more bytes may have been read. */
    void read(long count) {
        bytes += count;
        if (bytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        long dueNanos = (long) (bytes * 1e9 / bytesPerSecond);
        long aheadNanos = dueNanos - (clock.nanoTime() - startNanos);
        if (aheadNanos > 1_000_000) {
            threads.await(() -> false, aheadNanos);
        }
    }
}
