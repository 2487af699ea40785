package io.ashlar.drive.fanout;

import io.ashlar.spi.Threads;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Makes single calls to drives, on their own threads, and waits for none longer than it may take. Safe for use by many threads. */
public final class Caller {
    /** What comes from a cache is there before a thread could be put to sleep and woken. */
    private static final long LINGER_NANOS = 50_000;

    private final Threads threads;
    private final long timeoutNanos;

    /**
     * Makes a caller.
     *
     * @param threads waiting
     * @param timeoutNanos how long a call may take
     */
    public Caller(Threads threads, long timeoutNanos) {
        this.threads = threads;
        this.timeoutNanos = timeoutNanos;
    }

    /** What is done on a drive. */
    @FunctionalInterface
    public interface Body<T> {
        /**
         * Does it.
         *
         * @return what came of it
         * @throws IOException if it fails
         */
        T run() throws IOException;
    }

    /** A call that was not over in time. */
    public static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1;

        /** Whether it had begun when nobody waited any more. */
        private final boolean underWay;

        NoAnswerException(String message, boolean underWay) {
            super(message);
            this.underWay = underWay;
        }

        /**
         * Tells whether it may still be done: what it was given must not be used for anything else.
         *
         * @return whether; if not, it was not begun and never will be
         */
        public boolean isUnderWay() {
            return underWay;
        }
    }

    /**
     * Does something on a drive and waits for it.
     *
     * @param executor runs what is done on the drive
     * @param drive for messages
     * @param body what to do
     * @param <T> what comes of it
     * @return what came of it
     * @throws NoAnswerException if it takes longer
     * @throws IOException if it fails
     */
    public <T> T call(DriveExecutor executor, Object drive, Body<T> body) throws IOException {
        return call(executor, drive, body, late -> {});
    }

    /**
     * Does something on a drive and waits for it.
     *
     * @param executor runs what is done on the drive
     * @param drive for messages
     * @param body what to do
     * @param late gets what came of it after nobody waited any more; must not throw
     * @param <T> what comes of it
     * @return what came of it
     * @throws NoAnswerException if it takes longer
     * @throws IOException if it fails
     */
    public <T> T call(DriveExecutor executor, Object drive, Body<T> body, Consumer<T> late) throws IOException {
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<T> done = new CompletableFuture<>();
        boolean taken = executor.offer(() -> {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            try {
                T result = body.run();
                if (!done.complete(result)) {
                    late.accept(result);
                }
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        if (!taken) {
            throw new IOException(drive + " has more to do than it can");
        }
        if (!threads.linger(done::isDone, Math.min(LINGER_NANOS, timeoutNanos)) && !threads.await(done, timeoutNanos)) {
            boolean underWay = !begun.compareAndSet(false, true);
            done.completeExceptionally(new NoAnswerException(
                    drive + " gave no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms", underWay));
        }
        return result(done);
    }

    private static <T> T result(CompletableFuture<T> done) throws IOException {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }
}
