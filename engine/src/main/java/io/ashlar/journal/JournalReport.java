package io.ashlar.journal;

import java.util.List;

/**
 * What a replay found.
 *
 * @param segmentsRead how many segments were read
 * @param recordsReplayed how many records the visitor got
 * @param bytesReplayed how many bytes of payload the visitor got
 * @param tornBytes how many bytes of records behind the end were recognised and dropped: written, never forced, never
 *     acknowledged
 * @param lastSequence the last record; zero if there never was one
 * @param lostFrom the first record that salvage gave up; zero if none
 * @param lostTo the last record that salvage is known to have given up; there may have been more; zero if none
 * @param warnings what is worth a person's attention, {@link #WARNINGS_MAX} lines at most
 */
public record JournalReport(
        long segmentsRead,
        long recordsReplayed,
        long bytesReplayed,
        long tornBytes,
        long lastSequence,
        long lostFrom,
        long lostTo,
        List<String> warnings) {
    /** How many warnings are kept at most. */
    public static final int WARNINGS_MAX = 100;

    /**
     * Copies the list.
     *
     * @param segmentsRead see the record
     * @param recordsReplayed see the record
     * @param bytesReplayed see the record
     * @param tornBytes see the record
     * @param lastSequence see the record
     * @param lostFrom see the record
     * @param lostTo see the record
     * @param warnings see the record
     */
    public JournalReport {
        warnings = List.copyOf(warnings);
    }

    /**
     * Tells whether salvage gave up records.
     *
     * @return whether it did
     */
    public boolean lossy() {
        return lostFrom != 0;
    }
}
