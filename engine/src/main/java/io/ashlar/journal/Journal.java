package io.ashlar.journal;

import io.ashlar.spi.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The open journal. */
@SuppressWarnings("DoNotCallSuggester")
public final class Journal implements Closeable {

    private Journal() {}

    /**
     * Creates the journal of a new store and begins its first life.
     *
     * @param disk where
     * @param directory the journal's directory; created if missing
     * @param settings sizes
     * @param storeIdHigh upper half of the store's id
     * @param storeIdLow lower half of the store's id
     * @return the open journal
     * @throws java.nio.file.FileAlreadyExistsException if there is a journal already
     * @throws IOException if it cannot be created
     */
    public static Journal create(Disk disk, Path directory, JournalSettings settings, long storeIdHigh, long storeIdLow)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends a record to the batch; commit thread only.
     *
     * @param type the record's type, 0 to 65535
     * @param payload its payload, from position to limit; copied, the position stays as it is
     * @param reserved whether it may use what is held in reserve for system records
     * @return its sequence number
     * @throws JournalFullException if the journal may not grow that much; nothing was changed
     * @throws io.ashlar.spi.DiskFullException if a new segment is needed and the disk is full; nothing was changed
     * @throws JournalFailedException if the journal has failed, now or earlier
     * @throws IllegalArgumentException if the payload is larger than the settings allow
     * @throws IOException as listed
     */
    public long append(int type, ByteBuffer payload, boolean reserved) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells where the payload of the record appended last lies; commit thread only.
     *
     * @return the place; {@link JournalPosition#NONE} if the record is split over several segments
     */
    public JournalPosition positionOfLast() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the batch to the file; commit thread only.
     *
     * @throws JournalFailedException if the journal has failed, now or earlier
     */
    public void write() throws JournalFailedException {}

    /**
     * Makes everything appended so far durable; commit thread only.
     *
     * @throws JournalFailedException if the journal has failed, now or earlier
     */
    public void force() throws JournalFailedException {}

    /**
     * Begins a new segment unless the active one is empty; commit thread only.
     *
     * @param reserved whether it may use the spares that are held in reserve
     * @throws JournalFullException if the journal may not grow that much; nothing was changed
     * @throws io.ashlar.spi.DiskFullException if the disk is full; nothing was changed
     * @throws JournalFailedException if the journal has failed, now or earlier
     * @throws IOException as listed
     */
    public void roll(boolean reserved) throws IOException {}

    /**
     * Retires segments that nobody needs any more; commit thread only. Crash-safe at any point; does not fail the journal for
     * lack of space.
     *
     * @param firstSegmentToKeep all segments with smaller numbers go, except the active one
     * @throws JournalFailedException if the journal has failed, now or earlier
     * @throws IOException if files could not be deleted or renamed; the next call tries them again
     */
    public void truncate(long firstSegmentToKeep) throws IOException {}

    /**
     * The boundary after the record appended last; commit thread only.
     *
     * @return from where a replay gives all records after it and none before
     */
    public ReplayPoint replayPoint() {
        throw new UnsupportedOperationException();
    }

    /**
     * The record appended last; any thread.
     *
     * @return its sequence number; zero if there never was one
     */
    public long lastSequence() {
        throw new UnsupportedOperationException();
    }

    /**
     * The last record known to be durable; any thread.
     *
     * @return its sequence number; zero if there never was one
     */
    public long durableSequence() {
        throw new UnsupportedOperationException();
    }

    /**
     * How large the journal is; any thread.
     *
     * @return size in bytes: the retained segments, of the active one only what is used
     */
    public long usedBytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether a record of a user would be within the journal's limit now; any thread, without promise for later.
     *
     * @param payloadBytes size of its payload
     * @return whether it would
     */
    public boolean roomFor(long payloadBytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * How many preallocated segments there are; any thread.
     *
     * @return their number
     */
    public int spares() {
        throw new UnsupportedOperationException();
    }

    /**
     * Preallocates one segment if there are fewer spares than the settings ask for; any thread, at the same time as
     * anything else.
     *
     * @return whether one was made
     * @throws io.ashlar.spi.DiskFullException if the disk is full
     * @throws IOException if it could not be made; the journal is none the worse
     */
    public boolean prepareSpare() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads payload bytes back; any thread. What was appended but not yet written reads as something else, and disks rot: the
     * caller checks what it gets.
     *
     * @param payload from where
     * @param target filled from its position to its limit
     * @throws java.nio.file.NoSuchFileException if the segment has been truncated, possibly while reading
     * @throws java.io.EOFException if the segment ends before {@code target} is full
     * @throws IOException if reading failed
     */
    public void read(JournalPosition payload, ByteBuffer target) throws IOException {}

    /**
     * Reads all retained segments up to the last durable record and checks every frame; any thread, at the same time as
     * anything else. Damage in a segment ends the check of that segment only.
     *
     * @param throttle told after each read how many bytes it was; may wait
     * @param damage told what is damaged
     * @return how many bytes were checked
     * @throws IOException if reading failed
     */
    public long verify(LongConsumer throttle, Consumer<JournalDamage> damage) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Forces what was appended, notes the good end and closes the files; commit thread only, once no other thread reads. A
     * journal that has failed only closes its files.
     *
     * @throws IOException if something failed; the files are closed all the same
     */
    @Override
    public void close() throws IOException {}
}
