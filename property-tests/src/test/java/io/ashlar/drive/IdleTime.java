package io.ashlar.drive;

import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.spi.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Time passes only when nothing happens: whoever waits is out of time as soon as all that is under way are calls that give no answer.
 * So what is not late by itself is never late, however busy the machine is.
 */
public final class IdleTime implements Threads {
    private final Threads threads;
    /** Tasks of drives that are not over, and calls among these that give no answer. */
    private final AtomicInteger pending = new AtomicInteger();

    private final AtomicInteger hanging;

    public IdleTime(Threads threads, AtomicInteger hanging) {
        this.threads = threads;
        this.hanging = hanging;
    }

    /** Counts what it runs. It must have a thread for each task. */
    public DriveExecutor counted(DriveExecutor executor) {
        return new DriveExecutor() {
            @Override
            public boolean offer(Runnable task) {
                pending.incrementAndGet();
                boolean taken = executor.offer(() -> {
                    try {
                        task.run();
                    } finally {
                        pending.decrementAndGet();
                    }
                });
                if (!taken) {
                    pending.decrementAndGet();
                }
                return taken;
            }

            @Override
            public boolean close(long timeoutNanos) {
                return executor.close(timeoutNanos);
            }
        };
    }

    /** Waits until nothing is under way. */
    public void settle() {
        threads.await(() -> pending.get() == 0, 30_000_000_000L);
    }

    @Override
    public boolean await(BooleanSupplier done, long timeoutNanos) {
        long begun = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (pending.get() == hanging.get() || System.nanoTime() - begun >= timeoutNanos) {
                return done.getAsBoolean();
            }
            Thread.onSpinWait();
            threads.await(() -> false, 100_000);
        }
        return true;
    }

    @Override
    public boolean await(CompletableFuture<?> future, long timeoutNanos) {
        return await(future::isDone, timeoutNanos);
    }

    @Override
    public Worker start(String name, Runnable body) {
        return threads.start(name, body);
    }

    @Override
    public ThreadFactory factory(String prefix) {
        return threads.factory(prefix);
    }
}
