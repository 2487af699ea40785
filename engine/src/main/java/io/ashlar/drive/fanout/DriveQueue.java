package io.ashlar.drive.fanout;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one drive on a few threads of their own, so that a drive that hangs holds up nobody else. Tasks are begun in the
 * order in which they came. Threads are started when there is something to do for them, and end with the queue. Safe for use by
 * many threads.
 */
public final class DriveQueue implements DriveExecutor {
    /** An idle thread looks up so often, should nobody wake it. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Threads threads;
    private final Clock clock;
    private final String name;
    private final int threadsMax;
    private final int slots;

    // Guarded by this.
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Threads.Worker> workers = new ArrayList<>();
    private int idle;
    private boolean closed;
    private CompletableFuture<@Nullable Void> news = new CompletableFuture<>();

    /**
     * Makes a queue.
     *
     * @param threads starts threads
     * @param clock for time-outs
     * @param name of the threads
     * @param threadsMax how many tasks run at a time, at most
     * @param slots how many tasks may wait
     */
    public DriveQueue(Threads threads, Clock clock, String name, int threadsMax, int slots) {
        this.threads = threads;
        this.clock = clock;
        this.name = name;
        this.threadsMax = threadsMax;
        this.slots = slots;
    }

    @Override
    public boolean offer(Runnable task) {
        CompletableFuture<@Nullable Void> toWake;
        synchronized (this) {
            if (closed || tasks.size() >= slots) {
                return false;
            }
            tasks.add(task);
            if (idle < tasks.size() && workers.size() < threadsMax) {
                workers.add(threads.start(name + "-" + (workers.size() + 1), this::work));
            }
            toWake = news;
            news = new CompletableFuture<>();
        }
        toWake.complete(null);
        return true;
    }

    private void work() {
        while (true) {
            Runnable task;
            CompletableFuture<@Nullable Void> wait;
            synchronized (this) {
                task = tasks.poll();
                if (task == null && closed) {
                    return;
                }
                wait = news;
                idle += task == null ? 1 : 0;
            }
            if (task != null) {
                task.run();
                continue;
            }
            threads.await(wait, IDLE_NANOS);
            synchronized (this) {
                idle--;
            }
        }
    }

    @Override
    public boolean close(long timeoutNanos) {
        List<Threads.Worker> ending;
        CompletableFuture<@Nullable Void> toWake;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(workers);
            toWake = news;
        }
        toWake.complete(null);
        long begun = clock.nanoTime();
        boolean ended = true;
        for (Threads.Worker worker : ending) {
            ended &= worker.join(Math.max(0, timeoutNanos - (clock.nanoTime() - begun)));
        }
        return ended;
    }
}
