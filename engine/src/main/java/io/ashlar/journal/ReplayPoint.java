package io.ashlar.journal;

import io.ashlar.format.SegmentLayout;

/**
 * A boundary between two records, from which the journal can be replayed. Checkpoints store it.
 *
 * @param segment the segment that is being written
 * @param offset offset in its file at which the next frame goes, in bytes, unless that starts another segment
 * @param nextSequence the sequence number of the next record
 */
public record ReplayPoint(long segment, long offset, long nextSequence) {
    /** Where the journal of a new store begins. */
    public static final ReplayPoint BEGINNING = new ReplayPoint(1, SegmentLayout.HEADER_BYTES, 1);

    /**
     * Checks that it can be one.
     *
     * @param segment see the record
     * @param offset see the record
     * @param nextSequence see the record
     * @throws IllegalArgumentException if a number is too small
     */
    public ReplayPoint {
        if (segment < 1 || offset < SegmentLayout.HEADER_BYTES || nextSequence < 1) {
            throw new IllegalArgumentException(
                    "not a replay point: segment " + segment + ", offset " + offset + ", sequence " + nextSequence);
        }
    }
}
