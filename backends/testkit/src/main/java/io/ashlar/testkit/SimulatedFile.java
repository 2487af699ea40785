package io.ashlar.testkit;

import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/** An open file of a simulated disk: checks the arguments and the handle's state, and leaves the work to the space. */
final class SimulatedFile implements DiskFile {
    private final SimulatedSpace space;
    private final SimulatedInode inode;
    private final String path;
    private final boolean writable;
    private boolean closed;

    SimulatedFile(SimulatedSpace space, SimulatedInode inode, String path, boolean writable) {
        this.space = space;
        this.inode = inode;
        this.path = path;
        this.writable = writable;
        inode.handles++;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        checkOpen();
        checkNotNegative(position);
        return space.read(inode, path, target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        checkOpen();
        checkWritable();
        checkNotNegative(position);
        return source.hasRemaining() ? space.write(inode, path, source, position) : 0;
    }

    @Override
    public void force() throws IOException {
        checkOpen();
        space.force(inode, path);
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return inode.sizeBytes();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        checkOpen();
        checkWritable();
        checkNotNegative(sizeBytes);
        if (sizeBytes > inode.sizeBytes()) {
            throw new IllegalArgumentException(
                    "cutting " + path + " of " + inode.sizeBytes() + " bytes to " + sizeBytes);
        }
        space.truncate(inode, path, sizeBytes);
    }

    /** Closing is no operation of the disk: it is allowed on a dead one too, where {@code finally} blocks lead. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            inode.handles--;
            space.released(inode);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        space.gate.checkAlive(path);
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void checkWritable() {
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private static void checkNotNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("negative: " + position);
        }
    }
}
