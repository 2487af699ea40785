package io.ashlar.runtime;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.util.function.BooleanSupplier;

/**
 * Holds a reader to so many bytes a second. Time in which nothing was read is made up for by no more than a second's worth, so that a
 * long rest is not followed by a long rush. Safe for use by many threads, which share the speed.
 */
final class Throttle {
    private static final long CREDIT_NANOS = 1_000_000_000;

    /** Less than this is not worth going to sleep for. */
    private static final long WAIT_NANOS_MIN = 1_000_000;

    private final Clock clock;
    private final Threads threads;
    private final long bytesPerSecond;
    private final BooleanSupplier stopping;

    /** When all that was read so far is due, had it been read at this speed. */
    private double dueNanos;

    /** Waits no longer once {@code stopping} says so. */
    Throttle(Clock clock, Threads threads, long bytesPerSecond, BooleanSupplier stopping) {
        this.clock = clock;
        this.threads = threads;
        this.bytesPerSecond = bytesPerSecond;
        this.stopping = stopping;
        dueNanos = clock.nanoTime();
    }

    /** Waits until so many more bytes may have been read. */
    void read(long count) {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        long aheadNanos;
        synchronized (this) {
            long now = clock.nanoTime();
            dueNanos = Math.max(dueNanos, (double) now - CREDIT_NANOS) + count * 1e9 / bytesPerSecond;
            aheadNanos = (long) (dueNanos - now);
        }
        if (aheadNanos > WAIT_NANOS_MIN) {
            threads.await(stopping, aheadNanos);
        }
    }
}
