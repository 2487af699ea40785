package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import java.nio.ByteBuffer;

/** The content of a segment's header; {@link SegmentLayout} says what the fields mean. */
record SegmentHeader(
        long segmentBytes,
        long storeIdHigh,
        long storeIdLow,
        long segment,
        long life,
        long firstSequence,
        long continuedBytes,
        long previousSegment,
        long previousEnd) {

    static SegmentHeader decode(ByteBuffer buffer) {
        return new SegmentHeader(
                buffer.getLong(SegmentLayout.SEGMENT_BYTES_OFFSET),
                buffer.getLong(SegmentLayout.STORE_ID_HIGH_OFFSET),
                buffer.getLong(SegmentLayout.STORE_ID_LOW_OFFSET),
                buffer.getLong(SegmentLayout.SEGMENT_OFFSET),
                buffer.getLong(SegmentLayout.LIFE_OFFSET),
                buffer.getLong(SegmentLayout.FIRST_SEQUENCE_OFFSET),
                buffer.getLong(SegmentLayout.CONTINUED_BYTES_OFFSET),
                buffer.getLong(SegmentLayout.PREVIOUS_SEGMENT_OFFSET),
                buffer.getLong(SegmentLayout.PREVIOUS_END_OFFSET));
    }

    ByteBuffer encode() {
        ByteBuffer buffer = Buffers.allocate(SegmentLayout.HEADER_BYTES);
        SegmentLayout.encode(
                buffer,
                segmentBytes,
                storeIdHigh,
                storeIdLow,
                segment,
                life,
                firstSequence,
                continuedBytes,
                previousSegment,
                previousEnd);
        return buffer;
    }

    /** Whether the numbers can be true of any segment; only a defect writes others under a good checksum. */
    boolean sane() {
        return segmentBytes >= JournalSettings.SEGMENT_BYTES_MIN
                && segmentBytes <= JournalSettings.SEGMENT_BYTES_MAX
                && segment >= 1
                && life >= 1
                && firstSequence >= 1
                && continuedBytes >= 0
                && previousSegment >= 0
                && previousSegment < segment
                && previousEnd >= 0;
    }

    long seedA() {
        return FrameLayout.seedA(storeIdHigh, storeIdLow, life);
    }

    long seedB(long offset) {
        return FrameLayout.seedB(segment, offset);
    }
}
