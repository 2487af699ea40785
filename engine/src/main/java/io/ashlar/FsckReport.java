package io.ashlar;

import java.util.List;

/**
 * What a check of the whole store found.
 *
 * @param complete whether it ran to its end
 * @param extentsChecked extents whose every page was read and verified
 * @param bytesChecked bytes that were read
 * @param referencesChecked references that were counted afresh
 * @param problems how many problems there are
 * @param findings the first thousand of them
 */
public record FsckReport(
        boolean complete,
        long extentsChecked,
        long bytesChecked,
        long referencesChecked,
        long problems,
        List<Finding> findings) {

    /** How many findings a report holds at most. */
    public static final int MAX_FINDINGS = 1000;

    /**
     * Tells whether all is well.
     *
     * @return whether the check was complete and found nothing
     */
    public boolean clean() {
        return complete && problems == 0;
    }

    /**
     * One problem.
     *
     * @param kind what sort it is
     * @param object which file, extent or name
     * @param message what is wrong, and what it affects
     */
    public record Finding(Kind kind, String object, String message) {}

    /** Sorts of problems. */
    public enum Kind {
        /** Bytes are not what they were. */
        DAMAGED,
        /** Something that a reference names is not there. */
        MISSING,
        /** Is there and agrees with its checksums, but the key that it is encrypted with is not known: nobody can read it. */
        LOCKED,
        /** A stored count differs from the references that there are. */
        MISCOUNTED,
        /** Something was wrong at opening and has been put right. */
        REPAIRED
    }
}
