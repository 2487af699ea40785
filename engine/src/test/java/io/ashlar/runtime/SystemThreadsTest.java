package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.spi.Threads;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SystemThreadsTest {
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Threads threads = new SystemThreads();

    @Test
    void shouldRunTheBodyOnADaemonOfThatNameAndWaitForItsEnd() {
        AtomicReference<Thread> seen = new AtomicReference<>();
        CountDownLatch end = new CountDownLatch(1);
        Threads.Worker worker = threads.start("collector", () -> {
            seen.set(Thread.currentThread());
            awaitLatch(end);
        });
        assertThat(worker.join(0)).isFalse();
        assertThat(worker.join(100_000)).isFalse();
        end.countDown();
        assertThat(worker.join(LONG_NANOS)).isTrue();
        assertThat(worker.join(0)).isTrue();
        assertThat(seen.get().getName()).isEqualTo("collector");
        assertThat(seen.get().isDaemon()).isTrue();
    }

    @Test
    void shouldMakeDaemonsThatAreNotStarted() {
        Thread thread = threads.factory("ring").newThread(() -> {});
        assertThat(thread.getName()).startsWith("ring");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getState()).isEqualTo(Thread.State.NEW);
    }

    @Test
    void shouldAskOnceWithoutTime() {
        AtomicInteger asked = new AtomicInteger();
        assertThat(threads.await(() -> asked.incrementAndGet() > 1, 0)).isFalse();
        assertThat(asked).hasValue(1);
        assertThat(threads.await(() -> true, 0)).isTrue();
    }

    @Test
    void shouldGiveUpWhenTheTimeIsOver() {
        assertThat(threads.await(() -> false, 2_000_000)).isFalse();
    }

    @Test
    void shouldSeeAConditionThatAnotherThreadFulfils() {
        AtomicBoolean done = new AtomicBoolean();
        threads.start("other", () -> done.set(true));
        assertThat(threads.await(done::get, Long.MAX_VALUE)).isTrue();
    }

    @Test
    void shouldWaitOnWhenInterruptedAndRememberIt() {
        AtomicInteger asked = new AtomicInteger();
        Thread.currentThread().interrupt();
        boolean done = threads.await(
                () -> {
                    if (asked.incrementAndGet() == 20) {
                        Thread.currentThread().interrupt();
                    }
                    return asked.get() > 40;
                },
                LONG_NANOS);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).isTrue();
    }

    @Test
    void shouldWakeAWorkerThatWaits() {
        AtomicBoolean done = new AtomicBoolean();
        Threads.Worker worker = threads.start("waits", () -> threads.await(done::get, LONG_NANOS));
        done.set(true);
        worker.wake();
        assertThat(worker.join(LONG_NANOS)).isTrue();
    }

    @Test
    void shouldNotRepeatRandomNumbers() {
        Set<Long> drawn = new HashSet<>();
        for (int time = 0; time < 1000; time++) {
            drawn.add(new SystemEntropy().nextLong());
        }
        assertThat(drawn).hasSize(1000);
    }

    @Test
    void shouldNotTurnTimeBack() {
        SystemClock clock = new SystemClock();
        long before = clock.nanoTime();
        assertThat(clock.nanoTime() - before).isNotNegative();
        assertThat(clock.currentTimeMillis()).isPositive();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
