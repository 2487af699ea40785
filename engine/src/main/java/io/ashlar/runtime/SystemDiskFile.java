package io.ashlar.runtime;

import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A file on one descriptor, from opening to closing. See {@link SystemDisk} for why it is that kind of channel.
 *
 * <p>Direct buffers go to the system call as they are; heap buffers are copied by the JDK through a direct buffer that it
 * keeps for the thread, so they travel in pieces of at most a mebibyte to keep that buffer from growing with the largest
 * object ever written.
 */
final class SystemDiskFile implements DiskFile {
    private static final int HEAP_PIECE_BYTES = 1 << 20;

    private final Path path;
    private final AsynchronousFileChannel channel;

    SystemDiskFile(Path path, AsynchronousFileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        if (position > Long.MAX_VALUE - target.remaining()) {
            return 0; // no file is that long, but the system would rather complain than say so
        }
        int start = target.position();
        while (target.hasRemaining()) {
            int limit = limitPiece(target);
            int count;
            try {
                count = result(channel.read(target, position + (target.position() - start)));
            } finally {
                target.limit(limit);
            }
            if (count < 0) {
                break;
            }
        }
        return target.position() - start;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int limit = limitPiece(source);
        try {
            return result(channel.write(source, position));
        } catch (IOException e) {
            throw asDiskFull(e);
        } finally {
            source.limit(limit);
        }
    }

    @Override
    public void force() throws IOException {
        try {
            // Without metadata: the system forces the size all the same, and leaves only the times to their own
            // devices.
            channel.force(false);
        } catch (IOException e) {
            // File systems that allocate late (and quotas on a network) refuse only now.
            throw asDiskFull(e);
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        long presentBytes = channel.size();
        if (sizeBytes < 0 || sizeBytes > presentBytes) {
            throw new IllegalArgumentException("cannot cut " + path + " of " + presentBytes + " bytes to " + sizeBytes);
        }
        channel.truncate(sizeBytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Lowers the limit of a large heap buffer to one piece, and returns the old limit. */
    private static int limitPiece(ByteBuffer buffer) {
        int limit = buffer.limit();
        if (!buffer.isDirect() && buffer.remaining() > HEAP_PIECE_BYTES) {
            buffer.limit(buffer.position() + HEAP_PIECE_BYTES);
        }
        return limit;
    }

    /** Takes the result of an operation that is complete already, or (where the system completes it later) waits for it. */
    static int result(Future<Integer> future) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // Only the wait was interrupted, not the operation: wait again, and remember.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException cause) {
                        throw cause;
                    }
                    throw new IOException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IOException asDiskFull(IOException e) {
        return SystemNoSpace.isCauseOf(e) ? new DiskFullException("no space to write " + path, e) : e;
    }
}
