package io.ashlar.runtime;

import io.ashlar.spi.Clock;

/** The machine's clock. Safe for use by many threads. */
public final class SystemClock implements Clock {

    /** Makes a clock; all of them tell the same time. */
    public SystemClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }
}
