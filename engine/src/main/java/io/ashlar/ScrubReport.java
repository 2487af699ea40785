package io.ashlar;

import java.util.ArrayList;
import java.util.List;

/**
 * What a scrub of the drives has found and done.
 *
 * @param complete whether it came to its end; otherwise it goes on behind {@code cursor}
 * @param cursor the last object that was looked at; empty if it was none
 * @param objects how many objects were looked at
 * @param mended how many of them had shards made anew
 * @param shardsMade how many shards that were
 * @param shardsMoved how many shards were moved to other drives
 * @param bytesWritten how many bytes were made anew
 * @param strays shards that belonged to nothing any more, and were deleted
 * @param incomplete objects of which shards are still missing, and the journal if copies of it are: no drive takes them, or those
 *     that hold them are away for a while
 * @param lost objects that cannot be read any more
 * @param findings a line for each object that is still not well, the first thousand of them
 */
public record ScrubReport(
        boolean complete,
        String cursor,
        long objects,
        long mended,
        long shardsMade,
        long shardsMoved,
        long bytesWritten,
        long strays,
        long incomplete,
        long lost,
        List<String> findings) {

    /**
     * Adds something that is still not well.
     *
     * @param finding a line about it
     * @return the longer report
     */
    public ScrubReport withFinding(String finding) {
        List<String> more = new ArrayList<>(findings);
        more.add(finding);
        return new ScrubReport(
                complete,
                cursor,
                objects,
                mended,
                shardsMade,
                shardsMoved,
                bytesWritten,
                strays,
                incomplete + 1,
                lost,
                List.copyOf(more));
    }

    /**
     * Adds what a second scrub has found and done, which began where this one did.
     *
     * @param second its report
     * @return what both did, and what was left after the second
     */
    public ScrubReport followedBy(ScrubReport second) {
        return new ScrubReport(
                second.complete,
                second.cursor,
                second.objects,
                mended + second.mended,
                shardsMade + second.shardsMade,
                shardsMoved + second.shardsMoved,
                bytesWritten + second.bytesWritten,
                strays + second.strays,
                second.incomplete,
                second.lost,
                second.findings);
    }

    /**
     * Tells whether all is well now.
     *
     * @return whether every object was looked at and has all its shards, and the journal all its copies
     */
    public boolean clean() {
        return complete && incomplete == 0 && lost == 0;
    }
}
