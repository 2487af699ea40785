package io.ashlar.drive;

import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A read from a drive, done by the drive's own threads: whoever waits may give up, and the buffer is that of the read for as long as it
 * takes. One thread waits.
 */
final class PendingRead {
    /** What comes from a cache is there before a thread could be put to sleep and woken. */
    private static final long LINGER_NANOS = 50_000;

    private final ByteBuffer buffer;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();

    private PendingRead(int length) {
        buffer = ByteBuffer.allocate(length);
    }

    static PendingRead begin(Drive drive, String name, long offset, int length) {
        PendingRead read = new PendingRead(length);
        boolean taken = drive.executor().offer(() -> {
            try {
                read.done.complete(drive.read(name, offset, read.buffer));
            } catch (IOException | RuntimeException e) {
                read.done.completeExceptionally(e);
            }
        });
        if (!taken) {
            read.done.completeExceptionally(new IOException(drive + " has more to do than it can"));
        }
        return read;
    }

    /**
     * Waits.
     *
     * @return what was read, ready to be used; null if it takes longer
     * @throws IOException if it failed
     */
    @Nullable
    ByteBuffer await(Threads threads, long timeoutNanos) throws IOException {
        if (!threads.linger(done::isDone, Math.min(LINGER_NANOS, timeoutNanos)) && !threads.await(done, timeoutNanos)) {
            return null;
        }
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
        return buffer.flip();
    }
}
