package io.ashlar.drive;

import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Mends several objects at once. Most of the time that one takes is spent on waiting for drives to force what was written, which they
 * do for many files in little more time than for one. For one thread.
 */
final class Menders {
    /** Somebody who waits looks up so often; what is waited for has time-outs of its own. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Repairer repairer;
    private final DriveExecutor executor;
    private final Threads threads;
    private final int width;

    /**
     * Makes menders.
     *
     * @param executor runs them
     * @param threads waiting
     * @param width how many objects they are given at once
     */
    Menders(Repairer repairer, DriveExecutor executor, Threads threads, int width) {
        this.repairer = repairer;
        this.executor = executor;
        this.threads = threads;
        this.width = width;
    }

    /** Mends one object at a time, on the thread that asks for it. */
    static Menders alone(Repairer repairer, Threads threads) {
        return new Menders(repairer, DriveExecutor.INLINE, threads, 1);
    }

    /** How many objects are worth being given at once. */
    int width() {
        return width;
    }

    /**
     * What became of an object: an outcome as {@link Repairer#mend} tells it, or why there is none.
     *
     * @param outcome the outcome; null if there is nothing to mend, or mending failed
     * @param failure why it failed; null if it did not
     */
    record Mended(
            Repairer.@Nullable Outcome outcome, @Nullable Throwable failure) {}

    /**
     * Mends objects, and waits for all of them.
     *
     * @param objects their names
     * @param effort how much to look at and to change
     * @param budget told how many bytes are about to be read or written, by several threads; waits if that is too fast
     * @return what became of each, in the same order
     */
    List<Mended> mend(List<String> objects, Repairer.Effort effort, LongConsumer budget) {
        List<CompletableFuture<Mended>> results = new ArrayList<>(objects.size());
        for (String object : objects) {
            CompletableFuture<Mended> result = new CompletableFuture<>();
            results.add(result);
            Runnable task = () -> mend(object, effort, budget, result);
            if (!executor.offer(task)) {
                task.run();
            }
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new));
        while (!all.isDone() && !threads.await(all, LOOK_NANOS)) {
            // Goes on: a mend makes a bounded number of calls, none of which takes longer than its time-out.
        }
        return results.stream().map(CompletableFuture::join).toList();
    }

    private void mend(String object, Repairer.Effort effort, LongConsumer budget, CompletableFuture<Mended> result) {
        try {
            result.complete(new Mended(repairer.mend(object, effort, budget), null));
        } catch (IOException | RuntimeException | Error e) {
            result.complete(new Mended(null, e));
        }
    }
}
