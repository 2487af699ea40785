package io.ashlar.drive.fanout;

import io.ashlar.spi.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls to several drives at once: which have ended, and how. Whoever waits goes on when all have ended, or some time after enough
 * of them have; calls that end later are still noted. Safe for use by many threads.
 */
public final class Wave {
    private final Predicate<Wave> isEnough;
    private final CompletableFuture<@Nullable Void> enough = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> all = new CompletableFuture<>();

    // Guarded by this.
    private final boolean[] good;
    private final @Nullable Throwable[] failures;
    private int open;

    /**
     * Begins.
     *
     * @param calls how many there are
     * @param isEnough tells from what has ended whether the rest is not needed; asked with the lock held
     */
    public Wave(int calls, Predicate<Wave> isEnough) {
        this.isEnough = isEnough;
        good = new boolean[calls];
        failures = new @Nullable Throwable[calls];
        open = calls;
        if (calls == 0) {
            all.complete(null);
            enough.complete(null);
        }
    }

    /** A call to a drive. */
    @FunctionalInterface
    public interface Call {
        /**
         * Does it.
         *
         * @throws Exception if it fails
         */
        void run() throws Exception;
    }

    /**
     * Does a call, and notes what came of it.
     *
     * @param call its index
     * @param body what to do
     */
    public void run(int call, Call body) {
        Throwable failure = null;
        try {
            body.run();
        } catch (Exception | LinkageError | AssertionError e) {
            failure = e;
        }
        ended(call, failure);
    }

    /**
     * Notes what came of a call.
     *
     * @param call its index
     * @param failure why it failed; null if it did not
     */
    public void ended(int call, @Nullable Throwable failure) {
        boolean last;
        boolean now;
        synchronized (this) {
            good[call] = failure == null;
            failures[call] = failure;
            open--;
            last = open == 0;
            now = last || isEnough.test(this);
        }
        // Without the lock: whoever waits may go on on this thread.
        if (now) {
            enough.complete(null);
        }
        if (last) {
            all.complete(null);
        }
    }

    /**
     * Waits.
     *
     * @param threads waiting
     * @param timeoutNanos for enough, at most
     * @param graceNanos for the rest, after that
     * @return whether enough have ended
     */
    public boolean await(Threads threads, long timeoutNanos, long graceNanos) {
        if (!threads.await(enough, timeoutNanos)) {
            return false;
        }
        threads.await(all, graceNanos);
        return true;
    }

    /**
     * Tells whether a call is over.
     *
     * @param call its index
     * @return whether it has ended, well or not
     */
    public synchronized boolean hasEnded(int call) {
        return good[call] || failures[call] != null;
    }

    /**
     * Counts the calls that are over.
     *
     * @return how many have ended, well or not
     */
    public synchronized int endedCount() {
        return good.length - open;
    }

    /**
     * Tells whether a call has ended well.
     *
     * @param call its index
     * @return whether it has; false as long as it has not ended
     */
    public synchronized boolean isGood(int call) {
        return good[call];
    }

    /**
     * Tells why a call failed.
     *
     * @param call its index
     * @return why; null if it did not, or has not ended
     */
    public synchronized @Nullable Throwable failure(int call) {
        return failures[call];
    }

    /**
     * Counts the calls that have ended well.
     *
     * @return how many
     */
    public synchronized int goodCount() {
        int count = 0;
        for (boolean each : good) {
            count += each ? 1 : 0;
        }
        return count;
    }
}
