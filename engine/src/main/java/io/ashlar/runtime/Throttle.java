package io.ashlar.runtime;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.util.function.BooleanSupplier;

/** Holds a reader to so many bytes a second, on average since it began. For one thread. */
final class Throttle {
    private final Clock clock;
    private final Threads threads;
    private final long bytesPerSecond;
    private final BooleanSupplier stopping;
    private final long startNanos;
    private long bytes;

    /** Waits no longer once {@code stopping} says so. */
    Throttle(Clock clock, Threads threads, long bytesPerSecond, BooleanSupplier stopping) {
        this.clock = clock;
        this.threads = threads;
        this.bytesPerSecond = bytesPerSecond;
        this.stopping = stopping;
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
            threads.await(stopping, aheadNanos);
        }
    }
}
