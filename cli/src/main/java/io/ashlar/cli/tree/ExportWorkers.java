package io.ashlar.cli.tree;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Copies contents of files out of a tree on several threads, a large file in pieces. {@link #write} and {@link #finish} are
 * for one thread, which lends a hand when all others are busy.
 */
final class ExportWorkers implements AutoCloseable {
    private static final long PIECE_BYTES = 16L << 20;
    private static final int CHUNK_BYTES = 1 << 20;

    private final ExtentStore store;
    private final ExtentId root;
    private final ThreadPoolExecutor pool;
    private final ConcurrentLinkedDeque<Copier> idle = new ConcurrentLinkedDeque<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong bytes = new AtomicLong();

    /** A reader and a buffer, used by one thread at a time. */
    private record Copier(RenewingReader reader, ByteBuffer chunk) {}

    ExportWorkers(ExtentStore store, ExtentId root, int threads) {
        this.store = store;
        this.root = root;
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(threads * 16),
                task -> {
                    Thread thread = new Thread(task, "ashlar-export-writer");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    long bytes() {
        return bytes.get();
    }

    /** Creates a file and has its content written, its length checked and its marks set. */
    void write(TreeEntry entry, Path path) throws IOException {
        check();
        Files.createFile(path);
        int pieces = (int) Math.max(1, (entry.length() + PIECE_BYTES - 1) / PIECE_BYTES);
        AtomicInteger left = new AtomicInteger(pieces);
        for (int i = 0; i < pieces; i++) {
            long from = i * PIECE_BYTES;
            long to = Math.min(entry.length(), from + PIECE_BYTES);
            pool.execute(() -> run(entry, path, from, to, left));
        }
    }

    private void run(TreeEntry entry, Path path, long from, long to, AtomicInteger left) {
        if (failure.get() != null) {
            return;
        }
        try {
            if (to > from) {
                copy(entry, path, from, to);
            }
            if (left.decrementAndGet() == 0) {
                long size = Files.size(path);
                if (size != entry.length()) {
                    throw new IOException(entry.path().display() + " has " + size + " bytes instead of "
                            + entry.length() + " after it was written");
                }
                FileMarks.set(path, entry);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void copy(TreeEntry entry, Path path, long from, long to) throws IOException {
        Copier copier = idle.poll();
        if (copier == null) {
            copier = new Copier(new RenewingReader(store, root), ByteBuffer.allocateDirect(CHUNK_BYTES));
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            long at = from;
            while (at < to && failure.get() == null) {
                ByteBuffer chunk = copier.chunk;
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
                copier.reader.read(entry.offset() + at, chunk);
                chunk.flip();
                while (chunk.hasRemaining()) {
                    int written = file.write(chunk, at);
                    at += written;
                    bytes.addAndGet(written);
                }
            }
        } finally {
            idle.push(copier);
        }
    }

    /** Waits until all is written. */
    void finish() throws IOException {
        pool.shutdown();
        awaitEnd();
        check();
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() throws IOException {
        Throwable failed = failure.get();
        if (failed instanceof IOException e) {
            throw e;
        }
        if (failed instanceof RuntimeException e) {
            throw e;
        }
        if (failed instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void close() {
        failure.compareAndSet(null, new IOException("the export has ended"));
        pool.shutdown();
        awaitEnd();
        for (Copier copier = idle.poll(); copier != null; copier = idle.poll()) {
            copier.reader.close();
        }
    }
}
