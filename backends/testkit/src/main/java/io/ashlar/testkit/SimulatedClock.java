package io.ashlar.testkit;

import io.ashlar.spi.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until somebody moves it. Safe for use by many threads. */
public final class SimulatedClock implements Clock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wallOffsetMillis;

    /**
     * Starts with the monotonic reading at zero.
     *
     * @param wallMillis the wall-clock time to begin with, in milliseconds since the epoch of 1970
     */
    public SimulatedClock(long wallMillis) {
        this.wallOffsetMillis = new AtomicLong(wallMillis);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long currentTimeMillis() {
        return wallOffsetMillis.get() + nanos.get() / NANOS_PER_MILLI;
    }

    /**
     * Lets time pass, on both readings.
     *
     * @param elapsedNanos how much, in nanoseconds; not negative
     * @throws IllegalArgumentException if it is negative
     */
    public void advanceNanos(long elapsedNanos) {
        if (elapsedNanos < 0) {
            throw new IllegalArgumentException("a monotonic clock does not go back: " + elapsedNanos);
        }
        nanos.addAndGet(elapsedNanos);
    }

    /**
     * Lets time pass, on both readings.
     *
     * @param elapsedMillis how much, in milliseconds; not negative
     * @throws IllegalArgumentException if it is negative
     */
    public void advanceMillis(long elapsedMillis) {
        advanceNanos(Math.multiplyExact(elapsedMillis, NANOS_PER_MILLI));
    }

    /**
     * Sets the wall clock, as an administrator or a time server does; the monotonic reading stays.
     *
     * @param byMillis how far, in milliseconds, in either direction
     */
    public void jumpWallMillis(long byMillis) {
        wallOffsetMillis.addAndGet(byMillis);
    }
}
