package io.ashlar.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * The only source of threads and of waiting in the engine. Safe for use by many threads.
 *
 * <p>The engine's parts are step-able components; the threads that come from here merely drive them. A simulator needs no
 * threads at all: it calls the same steps itself and implements {@link #await} by letting other steps run.
 */
public interface Threads {

    /**
     * Starts a daemon thread that runs {@code body} once.
     *
     * @param name what the thread is for, as it shows in a thread dump
     * @param body what it runs; must not throw
     * @return a handle to wait for its end
     */
    Worker start(String name, Runnable body);

    /**
     * A factory for the threads of a component that wants to start them itself, such as a ring's event processors.
     *
     * @param prefix the beginning of the name of each thread
     * @return a factory of daemon threads; they are not started
     */
    ThreadFactory factory(String prefix);

    /**
     * Waits until {@code done} holds or the time is over. Being interrupted neither ends the wait nor is it forgotten: the
     * flag is set again on return.
     *
     * @param done asked again and again, cheaply, on the calling thread
     * @param timeoutNanos how long to wait at most; zero asks once
     * @return whether {@code done} held in the end
     */
    boolean await(BooleanSupplier done, long timeoutNanos);

    /**
     * Waits until a future is complete or the time is over, like {@link #await(BooleanSupplier, long)}.
     *
     * @param future what to wait for
     * @param timeoutNanos how long to wait at most
     * @return whether it is complete
     */
    default boolean await(CompletableFuture<?> future, long timeoutNanos) {
        return await(future::isDone, timeoutNanos);
    }

    /**
     * Waits for something that comes within microseconds or not at all, like {@link #await(BooleanSupplier, long)} but without
     * sleeping: which would take longer than the wait. Leaves the processor to whoever wants it.
     *
     * @param done asked again and again, cheaply, on the calling thread
     * @param timeoutNanos how long to wait at most; a fraction of a millisecond
     * @return whether {@code done} held in the end
     */
    default boolean linger(BooleanSupplier done, long timeoutNanos) {
        return await(done, timeoutNanos);
    }

    /** A thread that {@link Threads#start} began. */
    interface Worker {

        /**
         * Waits for the thread to end.
         *
         * @param timeoutNanos how long to wait at most
         * @return whether it has ended
         */
        boolean join(long timeoutNanos);

        /** Wakes the thread from {@link Threads#await} so that it asks its condition again at once. */
        void wake();
    }
}
