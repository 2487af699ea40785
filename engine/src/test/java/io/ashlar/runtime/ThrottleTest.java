package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Time is what the test says it is; whoever waits moves it. */
class ThrottleTest implements Clock, Threads {
    private static final long SECOND = 1_000_000_000L;

    private long now = -SECOND / 2;
    private boolean stopping;
    private final Throttle throttle = new Throttle(this, this, 1_000, () -> stopping);

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long currentTimeMillis() {
        return now / 1_000_000;
    }

    @Override
    public boolean await(BooleanSupplier done, long timeoutNanos) {
        now += done.getAsBoolean() ? 0 : timeoutNanos;
        return done.getAsBoolean();
    }

    @Override
    public Worker start(String name, Runnable body) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public ThreadFactory factory(String prefix) {
        throw new UnsupportedOperationException(prefix);
    }

    @Test
    void shouldTakeAsLongAsTheBytesTake() {
        long begun = now;
        for (int i = 0; i < 100; i++) {
            throttle.read(500);
        }
        assertThat(now - begun).isBetween(50 * SECOND - 2_000_000, 50 * SECOND);
    }

    @Test
    void shouldMakeUpForARestByASecondAtMost() {
        throttle.read(1);
        now += 3_600 * SECOND;
        long begun = now;
        for (int i = 0; i < 100; i++) {
            throttle.read(500);
        }
        assertThat(now - begun).isBetween(49 * SECOND - 2_000_000, 49 * SECOND);
    }

    @Test
    void shouldNotWaitOnceItIsToStop() {
        stopping = true;
        long begun = now;
        throttle.read(1_000_000);
        assertThat(now).isEqualTo(begun);
    }
}
