package io.ashlar;

import java.net.URI;
import java.util.List;

/** The drives of a store. Safe for use by many threads; changes wait for each other. */
public interface StoreDrives {

    /**
     * Lists the drives.
     *
     * @return all that there ever were, in the order of their numbers
     */
    List<DriveStatus> list();

    /**
     * How extents are spread that are put from now on.
     *
     * @return the redundancy
     */
    Redundancy redundancy();

    /**
     * Adds a drive. Nothing moves by itself: it takes its share of what is put from now on.
     *
     * @param uri where it is; empty, or not there yet
     * @param domain what fails together with it; empty for a domain of its own
     * @param weight its share of the data in relation to the others', such as its capacity; positive
     * @return its number
     * @throws StorageException if there is a drive already at that place, or it cannot be written; nothing has changed
     */
    int add(URI uri, String domain, long weight);

    /**
     * Puts an empty drive in the place of one that is lost. It gets the same number, and whatever the old one held is made anew on it
     * by and by, or by a {@link #scrub}.
     *
     * @param number of the drive that is lost
     * @param uri where the new one is; may be the same place
     * @throws StorageException if there is no such drive, the new one is not empty or cannot be written; nothing has changed
     */
    void replace(int number, URI uri);

    /**
     * Moves everything away from a drive that is to be removed. New shards go to others at once; those that it holds are copied, and
     * deleted when their copies are durable. Runs beside other work, on the caller's thread.
     *
     * @param number of the drive
     * @param maxBytesPerSecond how fast to read and write at most; {@link Long#MAX_VALUE} for no limit
     * @param listener is told how far it has come, and may end it; draining again goes on
     * @return what was found and done
     * @throws StorageException if there is no such drive, or too few would be left; nothing has changed
     */
    ScrubReport drain(int number, long maxBytesPerSecond, ProgressListener listener);

    /**
     * Removes a drive that was drained. Its number is not used again.
     *
     * @param number of the drive
     * @throws StorageException if there is no such drive, it was not drained, or still holds something; nothing has changed
     */
    void remove(int number);

    /**
     * Moves shards to where they would be put today, as few of them as that takes: after drives were added. Runs beside other work,
     * on the caller's thread.
     *
     * @param after only objects behind this one, as a report's cursor names it; the empty string for all
     * @param maxBytesPerSecond how fast to read and write at most; {@link Long#MAX_VALUE} for no limit
     * @param listener is told how far it has come, and may end it
     * @return what was found and done
     * @throws StorageException if drives cannot be listed
     */
    ScrubReport rebalance(String after, long maxBytesPerSecond, ProgressListener listener);

    /**
     * Looks at all objects, finds out whether their shards are there, and mends what is not well. Runs beside other work, on the
     * caller's thread; one at a time.
     *
     * @param after only objects behind this one, as a report's cursor names it; the empty string for all
     * @param deep whether every byte is read and checked
     * @param maxBytesPerSecond how fast to read and write at most; {@link Long#MAX_VALUE} for no limit
     * @param listener is told how far it has come, and may end it
     * @return what was found and done
     * @throws StorageException if drives cannot be listed
     */
    ScrubReport scrub(String after, boolean deep, long maxBytesPerSecond, ProgressListener listener);
}
