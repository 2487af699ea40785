package io.ashlar.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A frame of a journal segment: a record, or a part of a record that is larger than a segment. Frames follow each other
 * without gaps from {@link SegmentLayout#HEADER_BYTES} on, each beginning at a multiple of 16 bytes. Everything is
 * little-endian.
 *
 * <pre>
 *    0       4       8              16              24    26    28      32
 *    +-------+-------+---------------+---------------+-----+-----+-------+-- ... --+-- ... --+
 *    | crc   | bytes | sequence      | durable       | type|flags| record| payload | zeros   |
 *    |       |       |               | sequence      |     |     | bytes |         | to 16   |
 *    +-------+-------+---------------+---------------+-----+-----+-------+-- ... --+-- ... --+
 * </pre>
 *
 * <p>The checksum covers everything behind it, the zeros included, and begins with two seeds that say where the frame
 * belongs: {@link #seedA} (store and life) and {@link #seedB} (segment and offset). So a frame is valid only where it was
 * written: neither the bytes that a recycled file still holds, nor a write that went astray, nor another store's journal in
 * a payload can pass for a record. Segments numbered below 2<sup>32</sup> never share a seed at the same offset, nor do two
 * offsets of a segment.
 *
 * <p><i>Durable sequence</i> is the last record that was known to be durable when the frame was encoded: a later frame that
 * carries it proves that the records up to it had been forced, perhaps acknowledged, and may not be missing.
 *
 * <p>A <i>seal</i> is a frame without a payload and without a sequence number of its own (it repeats that of the last record):
 * the last frame of a life that ended in good order.
 */
public final class FrameLayout {
    /** Frames begin at multiples of this, in bytes. */
    public static final int ALIGNMENT_BYTES = 16;
    /** Size of a frame's header, in bytes. */
    public static final int HEADER_BYTES = 32;
    /** Offset of the checksum, 4 bytes. */
    public static final int CHECKSUM_OFFSET = 0;
    /** Offset of the size of the payload in this frame, 4 bytes. */
    public static final int PAYLOAD_BYTES_OFFSET = 4;
    /** Offset of the record's sequence number, 8 bytes. */
    public static final int SEQUENCE_OFFSET = 8;
    /** Offset of the durable sequence number, 8 bytes. */
    public static final int DURABLE_SEQUENCE_OFFSET = 16;
    /** Offset of the record's type, 2 bytes, unsigned. */
    public static final int TYPE_OFFSET = 24;
    /** Offset of the flags, 2 bytes. */
    public static final int FLAGS_OFFSET = 26;
    /** Offset of the size of the payload of the whole record, 4 bytes. */
    public static final int RECORD_BYTES_OFFSET = 28;

    /** Flag: the record begins in this frame. */
    public static final int FIRST = 1;
    /** Flag: the record ends in this frame. */
    public static final int LAST = 2;
    /** Flag: a seal, not a record. */
    public static final int SEAL = 4;

    /** The largest type of a record. */
    public static final int TYPE_MAX = 0xFFFF;

    private FrameLayout() {}

    /**
     * Tells how much room a frame takes.
     *
     * @param payloadBytes size of its payload
     * @return size of the frame, a multiple of {@link #ALIGNMENT_BYTES}
     */
    public static long frameBytes(long payloadBytes) {
        return (HEADER_BYTES + payloadBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /**
     * The seed that names store and life.
     *
     * @param storeIdHigh upper half of the store's id
     * @param storeIdLow lower half of the store's id
     * @param life number of the life that wrote the segment
     * @return the seed
     */
    public static long seedA(long storeIdHigh, long storeIdLow, long life) {
        // An odd factor spreads the life over all bits without ever mapping two lives to one value.
        return storeIdHigh ^ Long.rotateLeft(storeIdLow, 32) ^ life * 0x9E3779B97F4A7C15L;
    }

    /**
     * The seed that names segment and offset.
     *
     * @param segment the segment's number
     * @param offset offset of the frame in the segment, below 2<sup>31</sup>
     * @return the seed
     */
    public static long seedB(long segment, long offset) {
        return segment ^ offset << 32;
    }

    /**
     * Writes a frame's header, all but the checksum.
     *
     * @param buffer where to, little-endian; position and limit stay as they are
     * @param at index of the header
     * @param payloadBytes size of the payload in this frame
     * @param sequence the record's sequence number
     * @param durableSequence the durable sequence number
     * @param type the record's type
     * @param flags the flags
     * @param recordBytes size of the payload of the whole record
     */
    public static void encode(
            ByteBuffer buffer,
            int at,
            int payloadBytes,
            long sequence,
            long durableSequence,
            int type,
            int flags,
            int recordBytes) {
        assert buffer.order() == ByteOrder.LITTLE_ENDIAN;
        buffer.putInt(at + PAYLOAD_BYTES_OFFSET, payloadBytes);
        buffer.putLong(at + SEQUENCE_OFFSET, sequence);
        buffer.putLong(at + DURABLE_SEQUENCE_OFFSET, durableSequence);
        buffer.putShort(at + TYPE_OFFSET, (short) type);
        buffer.putShort(at + FLAGS_OFFSET, (short) flags);
        buffer.putInt(at + RECORD_BYTES_OFFSET, recordBytes);
    }

    /**
     * Computes the checksum of a frame of which header and payload lie apart, as they do while it is written.
     *
     * @param seedA {@link #seedA}
     * @param seedB {@link #seedB}
     * @param header a buffer with the header, checksum aside
     * @param at index of the header
     * @param payload a buffer with the payload
     * @param from index of the payload
     * @param payloadBytes size of the payload
     * @return the checksum
     */
    public static int checksum(
            long seedA, long seedB, ByteBuffer header, int at, ByteBuffer payload, int from, int payloadBytes) {
        CRC32C crc = new CRC32C();
        Crc32c.seed(crc, seedA, seedB);
        crc.update(header.slice(at + PAYLOAD_BYTES_OFFSET, HEADER_BYTES - PAYLOAD_BYTES_OFFSET));
        crc.update(payload.slice(from, payloadBytes));
        for (long i = HEADER_BYTES + (long) payloadBytes; i < frameBytes(payloadBytes); i++) {
            crc.update(0);
        }
        return (int) crc.getValue();
    }

    /**
     * Checks the checksum of a whole frame, and that the bytes that fill it up are zeros.
     *
     * @param seedA {@link #seedA}
     * @param seedB {@link #seedB}
     * @param buffer the frame, little-endian
     * @param at index of its header
     * @param frameBytes its size, {@link #frameBytes} of its payload
     * @return whether it is whole and in its place
     */
    public static boolean check(long seedA, long seedB, ByteBuffer buffer, int at, int frameBytes) {
        int covered = frameBytes - PAYLOAD_BYTES_OFFSET;
        if (Crc32c.seeded(seedA, seedB, buffer, at + PAYLOAD_BYTES_OFFSET, covered)
                != buffer.getInt(at + CHECKSUM_OFFSET)) {
            return false;
        }
        for (int i = HEADER_BYTES + buffer.getInt(at + PAYLOAD_BYTES_OFFSET); i < frameBytes; i++) {
            if (buffer.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
