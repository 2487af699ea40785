package io.ashlar.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a journal segment: the first 4096 bytes of its file, written and forced before the file gets its name and
 * never changed. Everything is little-endian.
 *
 * <pre>
 *    0        4        8                16               24               32
 *    +--------+--------+----------------+----------------+----------------+
 *    | "AJL1" | version| segment bytes  | store id, high | store id, low  |
 *    +--------+--------+----------------+----------------+----------------+
 *   32               40               48               56               64
 *    +----------------+----------------+----------------+----------------+
 *    | segment number | life number    | first sequence | continued bytes|
 *    +----------------+----------------+----------------+----------------+
 *   64               72               80                             4092  4096
 *    +----------------+----------------+-------------- ... ------------+------+
 *    | previous       | previous end   | zeros                         | crc  |
 *    +----------------+----------------+-------------- ... ------------+------+
 * </pre>
 *
 * <p>The checksum covers all that stands before it. Whatever the version, magic, version and checksum keep their places, so
 * that a newer version can be told from damage.
 *
 * <p><i>Previous</i> is the number of the segment that comes before in the history and <i>previous end</i> the offset at
 * which its valid part ends: whatever lies behind that, or in segments numbered between the two, is not part of the history.
 * The last complete record before the cut is the one before <i>first sequence</i>. <i>Continued bytes</i> says how much of
 * the payload of record <i>first sequence</i> lies in earlier segments: zero unless this segment begins within a record.
 */
public final class SegmentLayout {
    /** The magic, {@code AJL1} as bytes in the file. */
    public static final int MAGIC = 'A' | 'J' << 8 | 'L' << 16 | '1' << 24;
    /** The version that this engine writes, and the only one that it reads. */
    public static final int VERSION = 1;
    /** Size of the header, and thus the offset of the first frame, in bytes. */
    public static final int HEADER_BYTES = 4096;
    /** Offset of the magic, 4 bytes. */
    public static final int MAGIC_OFFSET = 0;
    /** Offset of the version, 4 bytes. */
    public static final int VERSION_OFFSET = 4;
    /** Offset of the size of the whole file in bytes, 8 bytes. */
    public static final int SEGMENT_BYTES_OFFSET = 8;
    /** Offset of the upper half of the store's id, 8 bytes. */
    public static final int STORE_ID_HIGH_OFFSET = 16;
    /** Offset of the lower half of the store's id, 8 bytes. */
    public static final int STORE_ID_LOW_OFFSET = 24;
    /** Offset of the segment's number, 8 bytes. */
    public static final int SEGMENT_OFFSET = 32;
    /** Offset of the number of the life that wrote the segment, 8 bytes. */
    public static final int LIFE_OFFSET = 40;
    /** Offset of the sequence number of the first record in the segment, or of the one continued in it, 8 bytes. */
    public static final int FIRST_SEQUENCE_OFFSET = 48;
    /** Offset of how many payload bytes of the first record lie in earlier segments, 8 bytes. */
    public static final int CONTINUED_BYTES_OFFSET = 56;
    /** Offset of the number of the previous segment of the history, 8 bytes; zero if there is none. */
    public static final int PREVIOUS_SEGMENT_OFFSET = 64;
    /** Offset of the end of the previous segment's valid part, 8 bytes; zero if there is no previous segment. */
    public static final int PREVIOUS_END_OFFSET = 72;
    /** Offset of the zeros. */
    public static final int ZEROS_OFFSET = 80;
    /** Offset of the checksum, 4 bytes. */
    public static final int CHECKSUM_OFFSET = 4092;

    /** What became of checking a header. */
    public enum Check {
        /** It is whole, and of a version that this engine reads. */
        VALID,
        /** It is whole, but of another version. */
        OTHER_VERSION,
        /** The magic is missing: perhaps not a segment at all. */
        NO_MAGIC,
        /** The checksum is wrong. */
        WRONG_CHECKSUM
    }

    private SegmentLayout() {}

    /**
     * Writes a header.
     *
     * @param buffer where to, little-endian; {@link #HEADER_BYTES} bytes from index 0, position and limit stay as they are
     * @param segmentBytes size of the file
     * @param storeIdHigh upper half of the store's id
     * @param storeIdLow lower half of the store's id
     * @param segment the segment's number
     * @param life the life's number
     * @param firstSequence sequence number of the first or continued record
     * @param continuedBytes payload bytes of that record in earlier segments
     * @param previousSegment number of the previous segment, or zero
     * @param previousEnd offset at which that ends, or zero
     */
    public static void encode(
            ByteBuffer buffer,
            long segmentBytes,
            long storeIdHigh,
            long storeIdLow,
            long segment,
            long life,
            long firstSequence,
            long continuedBytes,
            long previousSegment,
            long previousEnd) {
        assert buffer.order() == ByteOrder.LITTLE_ENDIAN;
        buffer.putInt(MAGIC_OFFSET, MAGIC);
        buffer.putInt(VERSION_OFFSET, VERSION);
        buffer.putLong(SEGMENT_BYTES_OFFSET, segmentBytes);
        buffer.putLong(STORE_ID_HIGH_OFFSET, storeIdHigh);
        buffer.putLong(STORE_ID_LOW_OFFSET, storeIdLow);
        buffer.putLong(SEGMENT_OFFSET, segment);
        buffer.putLong(LIFE_OFFSET, life);
        buffer.putLong(FIRST_SEQUENCE_OFFSET, firstSequence);
        buffer.putLong(CONTINUED_BYTES_OFFSET, continuedBytes);
        buffer.putLong(PREVIOUS_SEGMENT_OFFSET, previousSegment);
        buffer.putLong(PREVIOUS_END_OFFSET, previousEnd);
        for (int i = ZEROS_OFFSET; i < CHECKSUM_OFFSET; i += Integer.BYTES) {
            buffer.putInt(i, 0);
        }
        buffer.putInt(CHECKSUM_OFFSET, Crc32c.of(buffer, 0, CHECKSUM_OFFSET));
    }

    /**
     * Checks a header as a whole; whether it is in its place is for the caller to say.
     *
     * @param buffer the header, little-endian, {@link #HEADER_BYTES} bytes from index 0
     * @return what it is
     */
    public static Check check(ByteBuffer buffer) {
        assert buffer.order() == ByteOrder.LITTLE_ENDIAN;
        if (buffer.getInt(MAGIC_OFFSET) != MAGIC) {
            return Check.NO_MAGIC;
        }
        if (buffer.getInt(CHECKSUM_OFFSET) != Crc32c.of(buffer, 0, CHECKSUM_OFFSET)) {
            return Check.WRONG_CHECKSUM;
        }
        return buffer.getInt(VERSION_OFFSET) == VERSION ? Check.VALID : Check.OTHER_VERSION;
    }
}
