package io.ashlar;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a drive of a store does.
 *
 * @param number its number, from 1
 * @param uri where it is
 * @param domain what fails together with it
 * @param weight its share of the data in relation to the others
 * @param state how it does
 * @param full whether it has no room just now
 * @param low whether it has so little room that it takes shards only if no other drive can
 * @param freeBytes how much room it had when it was asked last; empty if it cannot tell
 * @param journal whether it has a copy of the journal
 * @param errors how many calls to it have failed since the store was opened
 * @param problem what went wrong last, if it is not well
 */
public record DriveStatus(
        int number,
        URI uri,
        String domain,
        long weight,
        State state,
        boolean full,
        boolean low,
        OptionalLong freeBytes,
        boolean journal,
        long errors,
        Optional<String> problem) {

    /** How a drive does, and what the store wants of it. */
    public enum State {
        /** Takes shards and gives them back. */
        ONLINE,
        /** Has failed or been slow lately: takes no shards as long as others do, and is asked last. */
        SUSPECT,
        /** Does not answer, or is not the drive that belongs there. Asked now and then whether it is back. */
        OFFLINE,
        /** Takes no shards any more; those that it holds are read, and moved away. */
        DRAINING,
        /** Holds nothing that is needed. */
        REMOVED
    }
}
