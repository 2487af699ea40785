package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads small files on other threads before their turn comes: opening and closing them takes longer than copying their
 * bytes. Holds at most {@link #depth} files of {@link #SMALL_BYTES} each.
 */
final class ReadAhead implements AutoCloseable {
    static final int SMALL_BYTES = 256 << 10;

    private final int threads;
    private final @Nullable ExecutorService pool;

    /** A file whose turn has not come; {@code content} is null where it is to be read in its turn. */
    record Pending(FileTreeWalk.Found found, @Nullable Future<ByteBuffer> content) {}

    ReadAhead(int threads) {
        this.threads = threads;
        pool = threads <= 1
                ? null
                : Executors.newFixedThreadPool(threads - 1, task -> {
                    Thread thread = new Thread(task, "ashlar-import-reader");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    int depth() {
        return threads <= 1 ? 1 : threads * 16;
    }

    Pending submit(FileTreeWalk.Found found) {
        ExecutorService readers = pool;
        if (readers == null
                || found.kind() != TreeEntry.Kind.FILE
                || found.facts().size() > SMALL_BYTES
                || found.facts().size() == 0) {
            return new Pending(found, null);
        }
        return new Pending(
                found,
                readers.submit(() -> read(found.file(), (int) found.facts().size())));
    }

    /** Waits for what was read ahead. */
    static ByteBuffer await(Future<ByteBuffer> content) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return content.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Up to {@code size} bytes: what a file has gained meanwhile is left out, what it has lost is missing. */
    private static ByteBuffer read(Path file, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = channel.read(bytes);
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
