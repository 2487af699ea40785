package io.ashlar.pipeline;

import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import io.ashlar.BackPressureException;
import io.ashlar.StoreClosedException;
import io.ashlar.StoreFailedException;
import io.ashlar.spi.Threads;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A ring whose producers wait when it is full, for so long, and are then refused. Safe for use by many threads.
 *
 * @param <S> its slots
 * @param <T> what is put into them
 */
final class BoundedRing<S, T> {
    private final Disruptor<S> disruptor;
    private final RingBuffer<S> ring;
    private final EventTranslatorOneArg<S, T> fill;
    private final Threads threads;
    private final long timeoutNanos;
    private final String name;
    private final AtomicInteger submitting = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Starts the threads of a ring whose handlers are set.
     *
     * @param disruptor the ring
     * @param fill puts something into a slot
     * @param threads waiting
     * @param timeoutNanos how long a producer waits at most
     * @param name what messages call it
     */
    BoundedRing(
            Disruptor<S> disruptor, EventTranslatorOneArg<S, T> fill, Threads threads, long timeoutNanos, String name) {
        this.disruptor = disruptor;
        this.fill = fill;
        this.threads = threads;
        this.timeoutNanos = timeoutNanos;
        this.name = name;
        ring = disruptor.start();
    }

    /**
     * Submits; waits for a slot if the ring is full, and gives up after the time-out.
     *
     * @throws BackPressureException if it gave up
     * @throws StoreClosedException if the ring is closed
     */
    void submit(T what) {
        submitting.incrementAndGet();
        try {
            if (closed) {
                throw new StoreClosedException("the store is closed; nothing was written");
            }
            publish(what);
        } finally {
            submitting.decrementAndGet();
        }
    }

    private void publish(T what) {
        if (!ring.tryPublishEvent(fill, what) && !threads.await(() -> ring.tryPublishEvent(fill, what), timeoutNanos)) {
            throw new BackPressureException("the " + name + " ring stayed full for " + timeoutNanos / 1_000_000
                    + " ms; nothing was written, try again or raise writeTimeoutMillis");
        }
    }

    /** Tells how much was submitted and is not consumed. */
    long backlog() {
        return submittedAfter(ring.getMinimumGatingSequence());
    }

    /** Tells how much was submitted, consumed or not, after the slot of a number. */
    long submittedAfter(long sequence) {
        return ring.getCursor() - sequence;
    }

    /**
     * Refuses whatever comes from now on, lets the threads finish what was submitted, then ends them.
     *
     * @param closeTimeoutNanos how long that may take
     * @throws StoreFailedException if it took longer; the threads end when they have done what they are at
     */
    void close(long closeTimeoutNanos) {
        closed = true;
        try {
            // Who was not refused gets into the ring before it is drained.
            boolean settled = threads.await(() -> submitting.get() == 0, closeTimeoutNanos);
            disruptor.shutdown(closeTimeoutNanos, TimeUnit.NANOSECONDS);
            if (!settled) {
                throw TimeoutException.INSTANCE;
            }
        } catch (TimeoutException e) {
            disruptor.halt();
            throw new StoreFailedException(
                    "the " + name + " ring did not finish its work within the time allowed for closing", e);
        }
    }
}
