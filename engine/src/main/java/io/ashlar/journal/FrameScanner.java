package io.ashlar.journal;

import static java.util.Objects.requireNonNull;

import io.ashlar.format.FrameLayout;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether there is a valid frame at an offset of a segment. One thread, one frame at a time; the window that it
 * reads through is reused from segment to segment and only grows for a frame that does not fit.
 *
 * <p>Whatever a header claims is believed as far as to read the frame only if its sequence number is among the expected ones:
 * stale bytes practically never get that far, so that neither the search behind a torn tail nor a damaged length costs more
 * than a look.
 */
final class FrameScanner {
    private static final long WINDOW_BYTES = 256 << 10;

    private final LongConsumer onRead;
    private @Nullable ByteBuffer window;
    private @Nullable DiskFile file;
    private @Nullable SegmentHeader header;
    private long windowFrom;
    private int windowBytes;

    private int at;
    private long offset;
    private int frameBytes;

    /** @param onRead told after each read how many bytes it was */
    FrameScanner(LongConsumer onRead) {
        this.onRead = onRead;
    }

    void open(DiskFile segmentFile, SegmentHeader segmentHeader) {
        file = segmentFile;
        header = segmentHeader;
        windowFrom = 0;
        windowBytes = 0;
    }

    /**
     * Loads the frame at an offset.
     *
     * @param from the offset
     * @param limit the frame must not reach beyond this
     * @param sequenceMin least expected sequence number
     * @param sequenceMax greatest expected sequence number
     * @return whether there is a valid frame of an expected number
     */
    boolean load(long from, long limit, long sequenceMin, long sequenceMax) throws IOException {
        if (limit - from < FrameLayout.HEADER_BYTES) {
            return false;
        }
        at = fetch(from, FrameLayout.HEADER_BYTES, limit);
        if (at < 0) {
            return false;
        }
        ByteBuffer in = loaded();
        int payloadBytes = in.getInt(at + FrameLayout.PAYLOAD_BYTES_OFFSET);
        long sequence = in.getLong(at + FrameLayout.SEQUENCE_OFFSET);
        if (payloadBytes < 0
                || sequence < sequenceMin
                || sequence > sequenceMax
                || in.getInt(at + FrameLayout.RECORD_BYTES_OFFSET) < payloadBytes
                || FrameLayout.frameBytes(payloadBytes) > limit - from) {
            return false;
        }
        offset = from;
        frameBytes = (int) FrameLayout.frameBytes(payloadBytes);
        at = fetch(from, frameBytes, limit);
        SegmentHeader of = requireNonNull(header);
        return at >= 0 && FrameLayout.check(of.seedA(), of.seedB(from), loaded(), at, frameBytes);
    }

    /** Size that the header at an offset claims, if it names the expected record; else zero. For reports only. */
    long claimedBytes(long from, long limit, long sequence) throws IOException {
        if (limit - from < FrameLayout.HEADER_BYTES) {
            return 0;
        }
        int index = fetch(from, FrameLayout.HEADER_BYTES, limit);
        if (index < 0 || loaded().getLong(index + FrameLayout.SEQUENCE_OFFSET) != sequence) {
            return 0;
        }
        int payloadBytes = loaded().getInt(index + FrameLayout.PAYLOAD_BYTES_OFFSET);
        return payloadBytes < 0 ? 0 : Math.min(FrameLayout.frameBytes(payloadBytes), limit - from);
    }

    long offset() {
        return offset;
    }

    long end() {
        return offset + frameBytes;
    }

    long sequence() {
        return loaded().getLong(at + FrameLayout.SEQUENCE_OFFSET);
    }

    long durableSequence() {
        return loaded().getLong(at + FrameLayout.DURABLE_SEQUENCE_OFFSET);
    }

    int type() {
        return Short.toUnsignedInt(loaded().getShort(at + FrameLayout.TYPE_OFFSET));
    }

    int flags() {
        return Short.toUnsignedInt(loaded().getShort(at + FrameLayout.FLAGS_OFFSET));
    }

    int recordBytes() {
        return loaded().getInt(at + FrameLayout.RECORD_BYTES_OFFSET);
    }

    int payloadBytes() {
        return loaded().getInt(at + FrameLayout.PAYLOAD_BYTES_OFFSET);
    }

    /** The payload, valid until the next load. */
    ByteBuffer payload() {
        return loaded().slice(at + FrameLayout.HEADER_BYTES, payloadBytes());
    }

    /** The whole frame, valid until the next load. */
    ByteBuffer frame() {
        return loaded().slice(at, frameBytes);
    }

    private ByteBuffer loaded() {
        return requireNonNull(window);
    }

    /** Index in the window of {@code bytes} bytes at {@code from}, or -1 if the file ends before. */
    private int fetch(long from, int bytes, long limit) throws IOException {
        DiskFile source = requireNonNull(file);
        if (from >= windowFrom && from + bytes <= windowFrom + windowBytes) {
            return (int) (from - windowFrom);
        }
        ByteBuffer in = window;
        int wanted = (int)
                Math.max(bytes, Math.min(WINDOW_BYTES, requireNonNull(header).segmentBytes()));
        if (in == null || in.capacity() < wanted) {
            in = Buffers.allocate(wanted);
            window = in;
        }
        in.clear().limit((int) Math.min(in.capacity(), limit - from));
        windowFrom = from;
        windowBytes = 0;
        windowBytes = source.read(in, from);
        in.clear();
        onRead.accept(windowBytes);
        return windowBytes < bytes ? -1 : 0;
    }
}
