package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;

/**
 * Sizes of a journal. They may change from one life to the next: segments remember theirs.
 *
 * @param segmentBytes size of a segment's file: a multiple of 4096, from 8 KiB to 1 GiB
 * @param maxBytes how large the journal may grow, spare segments not counted; two segments of this are held in reserve for
 *     reserved appends. Each life of the store adds a segment, even to a journal that is full, and then may add as many again
 * @param maxRecordBytes the largest payload of a record; must fit an otherwise empty journal
 * @param spareSegments how many preallocated segments to keep at most; 0 to 1024, and below {@link #RESERVED_SEGMENTS} there
 *     is no reserve
 */
public record JournalSettings(long segmentBytes, long maxBytes, int maxRecordBytes, int spareSegments) {
    /** How many segments are held in reserve for system records. */
    public static final int RESERVED_SEGMENTS = 2;

    /** The least size of a segment in bytes. */
    public static final long SEGMENT_BYTES_MIN = 8 << 10;

    /** The greatest size of a segment in bytes. */
    public static final long SEGMENT_BYTES_MAX = 1 << 30;

    /** The greatest {@link #maxRecordBytes}. */
    public static final int RECORD_BYTES_MAX = 1 << 30;

    static final int SPARE_SEGMENTS_MAX = 1024;

    /**
     * Checks the bounds.
     *
     * @param segmentBytes see the record
     * @param maxBytes see the record
     * @param maxRecordBytes see the record
     * @param spareSegments see the record
     * @throws IllegalArgumentException if one is out of bounds; the message says which and what would do
     */
    public JournalSettings {
        check(
                segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes <= SEGMENT_BYTES_MAX && segmentBytes % 4096 == 0,
                "segmentBytes must be a multiple of 4096 from 8 KiB to 1 GiB",
                segmentBytes);
        check(
                maxRecordBytes >= 1 && maxRecordBytes <= RECORD_BYTES_MAX,
                "maxRecordBytes must be from 1 to 1 GiB",
                maxRecordBytes);
        check(
                spareSegments >= 0 && spareSegments <= SPARE_SEGMENTS_MAX,
                "spareSegments must be from 0 to " + SPARE_SEGMENTS_MAX,
                spareSegments);
        long leastBytes = footprintBytes(segmentBytes, maxRecordBytes) + (RESERVED_SEGMENTS + 1) * segmentBytes;
        check(
                maxBytes >= leastBytes,
                "maxBytes must be at least " + leastBytes + ", for the largest record, the segment it follows and the"
                        + " reserve",
                maxBytes);
    }

    /**
     * Tells how many bytes of frames a segment takes: all but its header and the place of the seal.
     *
     * @return a multiple of 16
     */
    static long capacityBytes(long segmentBytes) {
        return segmentBytes - SegmentLayout.HEADER_BYTES - FrameLayout.HEADER_BYTES;
    }

    /** The most bytes by which appending a payload to a full segment makes the journal grow. */
    static long footprintBytes(long segmentBytes, long payloadBytes) {
        long capacityBytes = capacityBytes(segmentBytes);
        long frameBytes = FrameLayout.frameBytes(payloadBytes);
        if (frameBytes <= capacityBytes) {
            return SegmentLayout.HEADER_BYTES + frameBytes;
        }
        long chunkBytes = capacityBytes - FrameLayout.HEADER_BYTES;
        return (payloadBytes + chunkBytes - 1) / chunkBytes * segmentBytes;
    }

    private static void check(boolean holds, String rule, long value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", not " + value);
        }
    }
}
