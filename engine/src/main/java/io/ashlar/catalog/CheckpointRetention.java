package io.ashlar.catalog;

import io.ashlar.catalog.Checkpointer.InForce;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the two checkpoints that superblocks name, and lets go of objects that only those before them needed. For one thread, but
 * for {@link #needs} and {@link #keepObsolete}.
 */
final class CheckpointRetention {
    private volatile InForce newest;
    private volatile InForce older;
    private List<String> obsolete = List.of();
    private volatile boolean keepObsolete;

    CheckpointRetention(InForce newest, InForce older) {
        this.newest = newest;
        this.older = older;
    }

    List<InForce> inForce() {
        return List.of(newest, older);
    }

    /** Whether one of the two needs an object. */
    boolean needs(String objectName) {
        return newest.objects().contains(objectName) || older.objects().contains(objectName);
    }

    /** The oldest segment of the journal that one of the two needs. */
    long oldestSegment() {
        return older.oldestSegment();
    }

    /** Whether one more checkpoint moves {@link #oldestSegment}, even if it holds nothing new. */
    boolean wouldFreeSegments() {
        return older.oldestSegment() < newest.oldestSegment();
    }

    /** A superblock names one more checkpoint. Of what was written for it, merged tables may be of no use any more. */
    void advance(InForce next, List<String> written) {
        InForce before = older;
        older = newest;
        newest = next;
        obsolete = new ArrayList<>(obsolete);
        obsolete.addAll(before.objects());
        obsolete.addAll(written);
        obsolete.removeIf(this::needs);
    }

    /** Whether somebody reads what nobody needs: then it stays until {@link #deleteObsolete} is called without. */
    void keepObsolete(boolean keep) {
        keepObsolete = keep;
    }

    /** Deletes what only checkpoints needed that are not in force any more. */
    void deleteObsolete(ExtentBackend backend) throws IOException {
        if (!keepObsolete) {
            for (String name : obsolete) {
                backend.delete(name);
            }
            obsolete = List.of();
        }
    }
}
