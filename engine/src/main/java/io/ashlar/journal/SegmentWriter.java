package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The active segment. One thread. */
final class SegmentWriter implements Closeable {
    private static final long BATCH_BYTES_MAX = 1 << 20;

    final SegmentHeader header;
    private final DiskFile file;
    private final long seedA;
    private @Nullable ByteBuffer batch;
    private long writtenEnd = SegmentLayout.HEADER_BYTES;
    private long forcedEnd = SegmentLayout.HEADER_BYTES;
    private long end = SegmentLayout.HEADER_BYTES;

    private SegmentWriter(SegmentHeader header, DiskFile file, @Nullable ByteBuffer batch) {
        this.header = header;
        this.file = file;
        this.batch = batch;
        this.seedA = header.seedA();
    }

    /**
     * Makes a segment of a spare file. The header is forced under the spare's name, and only then does the file get its own:
     * a segment's name never stands for a file without a header, whenever the crash comes. The name is forced too before
     * this returns, and so before any frame is written.
     *
     * @param previous the segment before, whose batch buffer this one takes over
     * @throws DiskFullException if there is no room; the spare is still a spare
     */
    static SegmentWriter start(SegmentFiles files, Path spare, SegmentHeader header, @Nullable SegmentWriter previous)
            throws IOException {
        DiskFile file = files.disk.open(spare, Disk.Mode.WRITE);
        try {
            file.writeFully(header.encode(), 0);
            file.force();
            Path path = files.segment(header.segment());
            files.disk.rename(spare, path);
            try {
                files.disk.forceDirectory(files.directory);
            } catch (DiskFullException e) {
                // No longer a spare: the promise of that exception is void.
                throw new IOException("no room to force the name of " + path, e);
            }
        } catch (IOException e) {
            try {
                file.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
        return new SegmentWriter(header, file, previous == null ? null : previous.handOver(header.segmentBytes()));
    }

    private @Nullable ByteBuffer handOver(long segmentBytes) {
        ByteBuffer handed = batch;
        batch = null;
        assert handed == null || handed.position() == 0;
        return handed != null && handed.capacity() == batchBytes(segmentBytes) ? handed : null;
    }

    private static int batchBytes(long segmentBytes) {
        return (int) Math.min(segmentBytes, BATCH_BYTES_MAX);
    }

    /** Offset of the next frame. */
    long end() {
        return end;
    }

    /** How many bytes of frames still fit, a multiple of 16. */
    long restBytes() {
        return header.segmentBytes() - FrameLayout.HEADER_BYTES - end;
    }

    boolean empty() {
        return end == SegmentLayout.HEADER_BYTES;
    }

    /** Appends a frame to the batch, which is written whenever it is full. The caller has seen to it that the frame fits. */
    void append(
            int type,
            ByteBuffer payload,
            int from,
            int payloadBytes,
            long sequence,
            long durableSequence,
            int flags,
            int recordBytes)
            throws IOException {
        ByteBuffer to = batch;
        if (to == null) {
            to = Buffers.allocate(batchBytes(header.segmentBytes()));
            batch = to;
        }
        if (to.remaining() < FrameLayout.HEADER_BYTES) {
            write();
        }
        long frameBytes = FrameLayout.frameBytes(payloadBytes);
        assert end + frameBytes <= header.segmentBytes();
        int at = to.position();
        FrameLayout.encode(to, at, payloadBytes, sequence, durableSequence, type, flags, recordBytes);
        int checksum = FrameLayout.checksum(seedA, header.seedB(end), to, at, payload, from, payloadBytes);
        to.putInt(at + FrameLayout.CHECKSUM_OFFSET, checksum);
        to.position(at + FrameLayout.HEADER_BYTES);
        int copied = 0;
        while (copied < payloadBytes) {
            if (!to.hasRemaining()) {
                write();
            }
            int n = Math.min(to.remaining(), payloadBytes - copied);
            to.put(to.position(), payload, from + copied, n);
            to.position(to.position() + n);
            copied += n;
        }
        // Frames and batch are both multiples of the alignment, so the zeros always fit.
        for (long i = FrameLayout.HEADER_BYTES + (long) payloadBytes; i < frameBytes; i++) {
            to.put((byte) 0);
        }
        end += frameBytes;
    }

    /**
     * Notes that everything up to a record is durable and nothing follows, and forces the note: no record depends on it, but
     * without it, what a recycled file holds from before may be counted as torn.
     */
    void seal(long durableSequence) throws IOException {
        append(0, ByteBuffer.allocate(0), 0, 0, durableSequence, durableSequence, FrameLayout.SEAL, 0);
        force();
    }

    void write() throws IOException {
        ByteBuffer from = batch;
        if (from == null || from.position() == 0) {
            return;
        }
        from.flip();
        int bytes = from.remaining();
        file.writeFully(from, writtenEnd);
        writtenEnd += bytes;
        from.clear();
    }

    void force() throws IOException {
        write();
        if (forcedEnd != writtenEnd) {
            file.force();
            forcedEnd = writtenEnd;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
