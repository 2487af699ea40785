package io.ashlar;

import java.util.List;
import java.util.OptionalLong;

/**
 * What was found of a store whose superblocks and journal are lost, and what was not.
 *
 * @param objects how many objects were looked at
 * @param extents how many extents there are again, without packs and without those that are lost
 * @param plainBytes their logical bytes
 * @param nodes how many of the extents are nodes of objects
 * @param packs how many packs hold small extents
 * @param members how many small extents are in packs
 * @param misplaced objects whose shards are elsewhere than their names tell
 * @param copies objects, or members of packs, that hold what is whole elsewhere as well; the newest whole one counts
 * @param checkpointMillis when the checkpoint was written that names and references were taken from, in milliseconds since the epoch
 *     of 1970; empty if none could be read
 * @param names names that this checkpoint knew and that are bound again
 * @param references extents that were given back the references that callers had taken of them by then
 * @param recovered extents that nothing refers to: each is bound to a name that begins with {@value #RECOVERED}
 * @param namesLost names that the checkpoint knew, of which the extent is gone
 * @param inJournal extents that were in the journal alone when the checkpoint was written, and are gone with it
 * @param inJournalBytes their logical bytes
 * @param gone extents that had an object by then and have none now: deleted since, most of them
 * @param lost extents that nodes refer to and of which nothing was found; reading them says so, putting them again repairs them
 * @param unreadable objects, or members of packs, that cannot be read
 * @param findings a line for each thing that is lost, the first thousand of them
 */
public record RebuildReport(
        long objects,
        long extents,
        long plainBytes,
        long nodes,
        long packs,
        long members,
        long misplaced,
        long copies,
        OptionalLong checkpointMillis,
        long names,
        long references,
        long recovered,
        long namesLost,
        long inJournal,
        long inJournalBytes,
        long gone,
        long lost,
        long unreadable,
        List<String> findings) {

    /** How names begin that are made for extents to which nothing refers. The id of the extent follows. */
    public static final String RECOVERED = "recovered/";

    /**
     * Tells whether all that was found can be read, as far as could be told without reading all of it.
     *
     * @return whether nothing is known to be lost but what only the journal knew
     */
    public boolean clean() {
        return lost == 0 && unreadable == 0 && namesLost == 0;
    }

    /**
     * Says what only the journal knew, and is gone with it.
     *
     * @return a sentence for each sort of it
     */
    public List<String> lostWithJournal() {
        if (checkpointMillis.isEmpty()) {
            return List.of(
                    "no checkpoint could be read: all names, policies, tenants, and references that callers had taken are gone",
                    "small extents that were put shortly before the loss, and had not left the journal yet, are gone",
                    "what had been released, and was not deleted yet, is back under names that begin with "
                            + RECOVERED);
        }
        return List.of(
                inJournal + " extents of " + inJournalBytes
                        + " bytes that were in the journal alone when the last checkpoint was written are gone",
                "small extents that were put after that checkpoint, and had not left the journal yet, are gone",
                "names that were bound, moved or unbound after that checkpoint are as they were then, and so are policies",
                "references that were taken after that checkpoint are gone; those that were given back are there again",
                "what had been released, and was not deleted yet, is back under names that begin with " + RECOVERED);
    }
}
