package io.ashlar.spi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}, read and written at positions. Reads may run at the same time as anything but {@link
 * #close}; writes and forces come from one thread at a time.
 */
public interface DiskFile extends Closeable {

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @param target where to; its position advances by what was read
     * @param position where in the file, in bytes
     * @return how many bytes were read; fewer than there was room for only at the end of the file
     * @throws IOException if reading failed
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Writes some of {@code source}: like the system call beneath it, it may write fewer bytes than there are. Use {@link
     * #writeFully} unless that is wanted.
     *
     * @param source what to write; its position advances by what was written
     * @param position where in the file, in bytes; a gap before it reads as zeros
     * @return how many bytes were written; at least one if there were any
     * @throws DiskFullException if there is no space; nothing can be said about the range
     * @throws IOException if writing failed; nothing can be said about the range
     */
    int write(ByteBuffer source, long position) throws IOException;

    /**
     * Writes all of {@code source}.
     *
     * @param source what to write; its position advances to its limit
     * @param position where in the file, in bytes
     * @throws IOException as for {@link #write}
     */
    default void writeFully(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int written = write(source, at);
            if (written <= 0) {
                throw new IOException("no progress writing " + source.remaining() + " bytes at " + at);
            }
            at += written;
        }
    }

    /**
     * Makes everything written to this file so far durable, its size included. The file's directory entry is another matter:
     * see {@link Disk#forceDirectory}.
     *
     * @throws IOException if the force failed; it must not be tried again
     */
    void force() throws IOException;

    /**
     * Tells how long the file is.
     *
     * @return the size in bytes
     * @throws IOException if that cannot be found out
     */
    long size() throws IOException;

    /**
     * Cuts the file.
     *
     * @param sizeBytes its new size; no larger than the present one
     * @throws IOException if that failed
     */
    void truncate(long sizeBytes) throws IOException;
}
