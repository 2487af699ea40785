package io.ashlar.pipeline;

import io.ashlar.StoreFailedException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the first failure after which the store must not write any more. Safe for use by many threads.
 *
 * <p>After a failed force nothing can be assumed about what reached the disk: file systems mark pages clean although they are
 * not written (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). So the first failure is the
 * last: every later write is refused with the original cause, and only opening the store again, which reads what really is on
 * the disk, ends that.
 */
public final class FailureLatch {
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    /**
     * Latches, unless that has happened already.
     *
     * @param cause what went wrong
     */
    public void fail(Throwable cause) {
        first.compareAndSet(null, cause);
    }

    /**
     * Tells whether the store has failed.
     *
     * @return whether it has
     */
    public boolean hasFailed() {
        return first.get() != null;
    }

    /**
     * Refuses to go on if the store has failed.
     *
     * @throws StoreFailedException with the first failure as its cause
     */
    public void check() {
        StoreFailedException failure = failure();
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Describes the failure.
     *
     * @return a new exception with the first failure as its cause; null if there was none
     */
    public @Nullable StoreFailedException failure() {
        Throwable cause = first.get();
        return cause == null
                ? null
                : new StoreFailedException(
                        "the store has failed and takes no writes: " + cause.getMessage()
                                + "; close it and open it again, which recovers everything acknowledged",
                        cause);
    }
}
