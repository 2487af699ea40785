package io.ashlar.journal;

import io.ashlar.spi.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Recovery, in two steps: {@link #replay}, which changes nothing, then {@link #startLife}. */
@SuppressWarnings("DoNotCallSuggester")
public final class JournalRecovery implements Closeable {

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
            boolean salvage) {}

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
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
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
    public void read(JournalPosition payload, ByteBuffer target) throws IOException {}

    /**
     * Closes the files that {@link #read} opened; has nothing to do with the journal that {@link #startLife} gave.
     *
     * @throws IOException if closing failed
     */
    @Override
    public void close() throws IOException {}
}
