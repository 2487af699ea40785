package io.ashlar.catalog.table;

import io.ashlar.format.ManifestLayout;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint leaves behind: the tables that hold the catalog, and where the journal takes over. Immutable.
 *
 * @param life the life of the process that wrote it; positive
 * @param replaySegment the segment of the journal where replay begins
 * @param replayOffset where in that segment, in bytes
 * @param replaySequence the sequence number of the first record to be replayed
 * @param oldestSegment the oldest segment that is still needed; not after {@code replaySegment}
 * @param nextObject the number of the next object
 * @param createdMillis when it was written, in milliseconds since the epoch of 1970
 * @param counters what else has to be known without reading a table, by tag: numbers of extents, bytes, names and such. Tags
 *     are never negative, and never change their meaning; those that a reader does not know must go into its next manifest
 * @param tables the tables
 */
public record Manifest(
        long life,
        long replaySegment,
        long replayOffset,
        long replaySequence,
        long oldestSegment,
        long nextObject,
        long createdMillis,
        SortedMap<Integer, Long> counters,
        TableStack tables) {

    /**
     * Checks the bounds and copies the counters.
     *
     * @param life the life of the process
     * @param replaySegment the segment where replay begins
     * @param replayOffset where in that segment
     * @param replaySequence the first record to be replayed
     * @param oldestSegment the oldest segment needed
     * @param nextObject the number of the next object
     * @param createdMillis when it was written
     * @param counters what else has to be known
     * @param tables the tables
     * @throws IllegalArgumentException if a number is negative, replay would begin before the oldest segment, or there are too
     *     many counters or tables
     */
    public Manifest {
        check(life > 0, "life", life);
        check(replayOffset >= 0, "offset of replay", replayOffset);
        check(replaySequence >= 0, "sequence number of replay", replaySequence);
        check(oldestSegment >= 0, "oldest segment", oldestSegment);
        check(replaySegment >= oldestSegment, "segment of replay", replaySegment);
        check(nextObject >= 0, "next object", nextObject);
        check(counters.size() <= ManifestLayout.MAX_COUNTERS, "number of counters", counters.size());
        check(
                tables.tables().size() <= ManifestLayout.MAX_TABLES,
                "number of tables",
                tables.tables().size());
        counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
        if (!counters.isEmpty()) {
            check(counters.firstKey() >= 0, "tag", counters.firstKey());
        }
    }

    private static void check(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException("a manifest cannot have the " + what + " " + value);
        }
    }
}
