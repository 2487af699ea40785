package io.ashlar.pipeline;

import io.ashlar.BackPressureException;
import io.ashlar.spi.Threads;
import java.io.IOException;

/** Runs the stages of a put one after the other on a real thread, waiting where they have to wait. */
final class PutDriver {
    private final PutStages stages;
    private final Threads threads;
    private final long timeoutNanos;

    PutDriver(PutStages stages, Threads threads, long timeoutNanos) {
        this.stages = stages;
        this.threads = threads;
        this.timeoutNanos = timeoutNanos;
    }

    /** Everything after the encoding; whatever goes wrong ends up in the task. */
    void afterEncoding(PutTask task) {
        try {
            run(task);
        } catch (IOException | RuntimeException | Error e) {
            stages.fail(task, e);
        }
    }

    private void run(PutTask task) throws IOException {
        while (true) {
            switch (stages.admit(task)) {
                case BUSY -> awaitIdle(task);
                case OTHER_DOMAIN -> {
                    // Once more, with the next discriminator.
                }
                case NEW -> {
                    store(task);
                    return;
                }
                case HIT -> {
                    switch (stages.compare(task)) {
                        case EQUAL -> {
                            stages.commitHit(task);
                            return;
                        }
                        case DAMAGED -> {
                            store(task);
                            return;
                        }
                        case OTHER -> {
                            // Once more, with the next discriminator.
                        }
                    }
                }
            }
        }
    }

    void store(PutTask task) throws IOException {
        stages.seal(task);
        long counter = stages.nextCounter();
        stages.store(task, counter);
        stages.harden(task);
        stages.commitStored(task, counter);
    }

    private void awaitIdle(PutTask task) {
        if (!threads.await(() -> !stages.isBusy(task), timeoutNanos)) {
            throw new BackPressureException("the same extent, " + task.id()
                    + ", was being stored or swept for longer than " + timeoutNanos / 1_000_000 + " ms");
        }
    }
}
