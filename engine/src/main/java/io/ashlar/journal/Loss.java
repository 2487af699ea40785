package io.ashlar.journal;

import io.ashlar.DamagedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What recovery does about damage: refuse, or with salvage note what is lost and go on without it. */
final class Loss {

    private final boolean salvage;
    private final List<String> warnings = new ArrayList<>();
    private boolean cut;
    private long lostTo;

    Loss(boolean salvage) {
        this.salvage = salvage;
    }

    /**
     * There is damage.
     *
     * @param path the segment's file
     * @param offset where in it
     * @param firstSequence the first record at stake; zero if unknown
     * @param lastSequence the last record known to be at stake; zero if unknown
     * @param what what is wrong
     * @throws DamagedException unless salvage was asked for
     */
    void damage(Path path, long offset, long firstSequence, long lastSequence, String what) {
        String records = firstSequence == 0
                ? "its records"
                : lastSequence <= firstSequence
                        ? "record " + firstSequence + " and any behind it"
                        : "records " + firstSequence + " to " + lastSequence + " at least";
        String message = "journal segment " + path + " is damaged at offset " + offset + ": " + what + ". At stake: "
                + records + ", some of which may have been acknowledged.";
        if (!salvage) {
            throw new DamagedException(
                    message + " Bring the file back from a copy, or open with --salvage, which cuts the"
                            + " journal there and loses them.");
        }
        cut = true;
        lostTo = Math.max(lostTo, lastSequence);
        warn(message + " Salvage cuts the journal there.");
    }

    void warn(String message) {
        if (warnings.size() < JournalReport.WARNINGS_MAX) {
            warnings.add(message);
        }
    }

    boolean cut() {
        return cut;
    }

    long lostTo() {
        return lostTo;
    }

    List<String> warnings() {
        return warnings;
    }
}
