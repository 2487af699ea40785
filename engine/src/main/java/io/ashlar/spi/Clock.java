package io.ashlar.spi;

/**
 * The only source of time in the engine.
 *
 * <p>Implementations are safe for use by many threads. No invariant of the engine rests on the clock: time decides when
 * work is worth doing (grace periods, time-outs, throttles), never whether it is right.
 */
public interface Clock {

    /**
     * A monotonic reading for measuring intervals.
     *
     * @return nanoseconds since an arbitrary origin; never decreases within a process
     */
    long nanoTime();

    /**
     * Wall-clock time, for stamps that people read and for the age of objects that another process wrote.
     *
     * @return milliseconds since the epoch of 1970; may jump in either direction
     */
    long currentTimeMillis();
}
