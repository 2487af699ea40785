package io.ashlar.journal;

import io.ashlar.DamagedException;
import io.ashlar.spi.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Recovery of a journal, in two steps: {@link #replay} reads the history and changes nothing, {@link #startLife} makes it
 * durable and goes on from there. A read-only open stops after the first.
 *
 * <p>The replay gives a prefix of the history that contains every record that was known to be durable. {@link SegmentChain}
 * says which segments are the history, {@link JournalWalk} where it ends and what counts as damage, {@link LifeStart} why
 * the new life begins as it does. Memory stays bounded by one record, one window and a few words for each segment.
 *
 * <p>One thread, except for {@link #read}.
 */
public final class JournalRecovery implements Closeable {
    private final SegmentFiles files;
    private final JournalSettings settings;
    private final long storeIdHigh;
    private final long storeIdLow;
    private final ReplayPoint from;
    private final boolean salvage;
    private final PayloadReader reader;
    private @Nullable LifeStart lifeStart;

    /**
     * Prepares a recovery; reads nothing yet.
     *
     * @param disk where
     * @param directory the journal's directory
     * @param settings sizes for the new life
     * @param storeIdHigh upper half of the store's id
     * @param storeIdLow lower half of the store's id
     * @param from from where to replay
     * @param salvage whether to cut the journal at damage, which loses the records behind it, rather than refuse
     */
    public JournalRecovery(
            Disk disk,
            Path directory,
            JournalSettings settings,
            long storeIdHigh,
            long storeIdLow,
            ReplayPoint from,
            boolean salvage) {
        this.files = new SegmentFiles(disk, directory);
        this.settings = settings;
        this.storeIdHigh = storeIdHigh;
        this.storeIdLow = storeIdLow;
        this.from = from;
        this.salvage = salvage;
        this.reader = new PayloadReader(files, () -> 0);
    }

    /**
     * Reads the journal and hands its records to a visitor. Changes nothing: a read-only open stops here.
     *
     * @param visitor gets every record from the replay point on
     * @return what was found
     * @throws io.ashlar.DamagedException if records that may have been acknowledged are missing or damaged
     * @throws io.ashlar.UnsupportedFormatException if a segment is of another version
     * @throws IOException if reading failed, or the visitor did
     */
    public JournalReport replay(JournalVisitor visitor) throws IOException {
        SegmentFiles.Listing listing = files.list();
        if (listing.segments().isEmpty()) {
            throw new DamagedException(
                    "there is no journal segment in " + files.directory + ", where replay should begin with "
                            + files.segment(from.segment()).getFileName() + "; bring the journal back from a copy");
        }
        Loss loss = new Loss(salvage);
        SegmentChain chain = SegmentChain.load(files, listing.segments(), storeIdHigh, storeIdLow, from, loss);
        JournalWalk walk = new JournalWalk(files, chain.segments, from, loss, visitor);
        walk.run();
        lifeStart = new LifeStart(files, settings, listing, chain, walk, from);
        return walk.report();
    }

    /**
     * Begins a new life after {@link #replay}: makes durable what was replayed, names the cut in a new segment, clears away
     * what is not part of the history.
     *
     * @return the open journal
     * @throws io.ashlar.spi.DiskFullException if there is no room for the new segment; nothing was changed
     * @throws IOException if something failed; recovering again is safe
     */
    public Journal startLife() throws IOException {
        LifeStart start = lifeStart;
        if (start == null) {
            throw new IllegalStateException("a life starts once, after a replay");
        }
        lifeStart = null;
        return start.run();
    }

    /**
     * Reads payload bytes back after {@link #replay}, for a store that is open read-only; any thread.
     *
     * @param payload from where
     * @param target filled from its position to its limit
     * @throws java.nio.file.NoSuchFileException if there is no such segment
     * @throws java.io.EOFException if the segment ends before {@code target} is full
     * @throws IOException if reading failed
     */
    public void read(JournalPosition payload, ByteBuffer target) throws IOException {
        reader.read(payload, target);
    }

    /**
     * Closes the files that {@link #read} opened; has nothing to do with the journal that {@link #startLife} gave.
     *
     * @throws IOException if closing failed
     */
    @Override
    public void close() throws IOException {
        reader.close();
    }
}
