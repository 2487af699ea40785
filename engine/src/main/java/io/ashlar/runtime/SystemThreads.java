package io.ashlar.runtime;

import io.ashlar.spi.Threads;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Real threads. Safe for use by many threads.
 *
 * <p>All threads are daemons: an application that ends without closing the engine must not hang, and what it had not made
 * durable it had not been promised.
 *
 * <p>Waiting asks, spins for a few hundred nanoseconds, then sleeps in intervals that double from a microsecond to a
 * millisecond. The spin is that short because on a machine with two cores whoever spins may hold up the very thread it
 * waits for.
 */
public final class SystemThreads implements Threads {
    private static final long SPIN_NANOS = 300;
    private static final long FIRST_PARK_NANOS = 1_000;
    private static final long LAST_PARK_NANOS = 1_000_000;

    /** Makes a source of threads; it keeps no state. */
    public SystemThreads() {}

    @Override
    public Worker start(String name, Runnable body) {
        Thread thread = new Thread(Objects.requireNonNull(body), Objects.requireNonNull(name));
        thread.setDaemon(true);
        thread.start();
        return new ThreadWorker(thread);
    }

    @Override
    public ThreadFactory factory(String prefix) {
        Objects.requireNonNull(prefix);
        AtomicLong count = new AtomicLong();
        return body -> {
            Thread thread = new Thread(body, prefix + "-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public boolean await(BooleanSupplier done, long timeoutNanos) {
        if (done.getAsBoolean()) {
            return true;
        }
        if (timeoutNanos <= 0) {
            return false;
        }
        return awaitSlowly(done, timeoutNanos);
    }

    @Override
    public boolean await(CompletableFuture<?> future, long timeoutNanos) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get(timeoutNanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return future.isDone();
                } catch (ExecutionException | CancellationException e) {
                    // How it ended is for the caller to find out.
                    return true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // whoever is to make it true may need this processor
    public boolean linger(BooleanSupplier done, long timeoutNanos) {
        long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - start >= timeoutNanos) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    private static boolean awaitSlowly(BooleanSupplier done, long timeoutNanos) {
        long start = System.nanoTime();
        long parkNanos = FIRST_PARK_NANOS;
        boolean interrupted = false;
        try {
            while (true) {
                long elapsedNanos = System.nanoTime() - start;
                if (done.getAsBoolean()) {
                    return true;
                }
                long leftNanos = timeoutNanos - elapsedNanos;
                if (leftNanos <= 0) {
                    return false;
                }
                if (elapsedNanos < SPIN_NANOS) {
                    Thread.onSpinWait();
                    continue;
                }
                // With the flag set, parking would return at once and the wait become a spin: put it aside meanwhile.
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(done, Math.min(parkNanos, leftNanos));
                parkNanos = Math.min(2 * parkNanos, LAST_PARK_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class ThreadWorker implements Worker {
        private final Thread thread;

        ThreadWorker(Thread thread) {
            this.thread = thread;
        }

        @Override
        public boolean join(long timeoutNanos) {
            return timeoutNanos <= 0 ? !thread.isAlive() : awaitSlowly(() -> !thread.isAlive(), timeoutNanos);
        }

        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }
    }
}
