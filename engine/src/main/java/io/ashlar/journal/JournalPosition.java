package io.ashlar.journal;

/**
 * A place in the journal: where the payload of a record begins.
 *
 * @param segment the segment's number, from 1 on
 * @param offset offset in the segment's file, in bytes
 */
public record JournalPosition(long segment, long offset) {
    /** No place: what records have that are split over several segments. */
    public static final JournalPosition NONE = new JournalPosition(0, 0);
}
