package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.spi.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The open journal: a life of it, from {@link #create} or {@link JournalRecovery#startLife} to {@link #close}.
 *
 * <ol>
 *   <li><b>Order.</b> Records get sequence numbers that are contiguous over all lives. {@link #append} only fills a batch;
 *       {@link #write} and {@link #force} push it out, and {@link #durableSequence} moves when a force has returned.
 *   <li><b>Segments.</b> The journal is a chain of preallocated files. Rolling forces the old segment, then forces the new
 *       one's header, which names the old one and where it ends, then its name, and only then are records written to it. So
 *       only the last segment of the chain can hold anything that is not durable.
 *   <li><b>Failure.</b> The first failed write or force latches: what the kernel holds after it is no longer what the disk
 *       holds, and forcing again would prove nothing. Everything later is refused with the first cause. A full disk is not a
 *       failure as long as it shows before anything was written, and that is where spares are taken.
 *   <li><b>Reserve.</b> Two segments of {@link JournalSettings#maxBytes} and the last two spares are only for reserved
 *       appends: what makes room must not wait for room. Each life has two segments more than it found at least: its own
 *       first one may have taken them.
 * </ol>
 *
 * <p>"Commit thread only" stands for one thread at a time; the other methods are safe for use by many threads.
 */
public final class Journal implements Closeable {
    /** A segment that is complete, and where its valid part ends. */
    record Closed(SegmentHeader header, long end) {}

    /** What is durable: the complete segments, and the active one up to an offset. */
    record View(List<Closed> closed, SegmentHeader active, long activeEnd) {}

    private final SegmentFiles files;
    private final JournalSettings settings;
    private final SparePool spares;
    private final PayloadReader reader;
    private final Retirement retirement;
    private final FailureLatch latch;
    private final Appender appender;

    private boolean closed;
    private volatile long firstRetained;

    Journal(
            SegmentFiles files,
            JournalSettings settings,
            SparePool spares,
            SegmentWriter active,
            List<Closed> closed,
            List<Long> leftovers,
            List<Retirement.Retiring> retiring) {
        this.files = files;
        this.settings = settings;
        this.spares = spares;
        this.latch = new FailureLatch(files.directory);
        this.appender = new Appender(files, settings, spares, latch, active, closed);
        this.retirement = new Retirement(files, spares, latch, leftovers);
        retiring.forEach(retirement::add);
        this.firstRetained = firstOf();
        this.reader = new PayloadReader(files, () -> firstRetained);
    }

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
        return create(disk, directory, settings, storeIdHigh, storeIdLow, 1);
    }

    /**
     * Creates the journal of a store that has lost its own, and begins a life of it.
     *
     * @param disk where
     * @param directory the journal's directory; created if missing
     * @param settings sizes
     * @param storeIdHigh upper half of the store's id
     * @param storeIdLow lower half of the store's id
     * @param life the number of the life; greater than that of every life that the store has had
     * @return the open journal
     * @throws java.nio.file.FileAlreadyExistsException if there is a journal already
     * @throws IOException if it cannot be created
     */
    public static Journal create(
            Disk disk, Path directory, JournalSettings settings, long storeIdHigh, long storeIdLow, long life)
            throws IOException {
        return JournalCreation.create(disk, directory, settings, storeIdHigh, storeIdLow, life);
    }

    /**
     * Tells whether there is a journal, whole or not, that stands in the way of another. Changes nothing.
     *
     * @param disk where
     * @param directory the journal's directory
     * @return whether {@link #create} would find one
     * @throws IOException if that cannot be found out
     */
    public static boolean exists(Disk disk, Path directory) throws IOException {
        return JournalCreation.isJournal(disk, directory);
    }

    /**
     * Tells which life of the store this is: one more than the last time the journal was opened for writing. Any thread.
     *
     * @return from 1 on
     */
    public long life() {
        return appender.view().active().life();
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
        int payloadBytes = payload.remaining();
        if (type < 0 || type > FrameLayout.TYPE_MAX) {
            throw new IllegalArgumentException("record type " + type + " is not within 0 to " + FrameLayout.TYPE_MAX);
        }
        if (payloadBytes > settings.maxRecordBytes()) {
            throw new IllegalArgumentException(
                    "a record of " + payloadBytes + " bytes; the journal takes " + settings.maxRecordBytes());
        }
        checkUsable();
        return appender.append(type, payload, reserved);
    }

    /**
     * Tells where the payload of the record appended last lies; commit thread only.
     *
     * @return the place; {@link JournalPosition#NONE} if the record is split over several segments
     */
    public JournalPosition positionOfLast() {
        return appender.positionOfLast();
    }

    /**
     * Writes the batch to the file; commit thread only.
     *
     * @throws JournalFailedException if the journal has failed, now or earlier
     */
    public void write() throws JournalFailedException {
        checkUsable();
        appender.write();
    }

    /**
     * Makes everything appended so far durable; commit thread only.
     *
     * @throws JournalFailedException if the journal has failed, now or earlier
     */
    public void force() throws JournalFailedException {
        checkUsable();
        appender.force();
    }

    /**
     * Begins a new segment unless the active one is empty; commit thread only.
     *
     * @param reserved whether it may use the spares that are held in reserve
     * @throws JournalFullException if the journal may not grow that much; nothing was changed
     * @throws io.ashlar.spi.DiskFullException if the disk is full; nothing was changed
     * @throws JournalFailedException if the journal has failed, now or earlier
     * @throws IOException as listed
     */
    public void roll(boolean reserved) throws IOException {
        checkUsable();
        appender.roll(reserved);
    }

    /**
     * Retires segments that nobody needs any more; commit thread only. Crash-safe at any point; does not fail the journal for
     * lack of space.
     *
     * @param firstSegmentToKeep all segments with smaller numbers go, except the active one
     * @throws JournalFailedException if the journal has failed, now or earlier
     * @throws IOException if files could not be deleted or renamed; the next call tries them again
     */
    public void truncate(long firstSegmentToKeep) throws IOException {
        checkUsable();
        List<Closed> kept = new ArrayList<>();
        for (Closed segment : appender.view().closed()) {
            SegmentHeader header = segment.header();
            if (header.segment() < firstSegmentToKeep) {
                retirement.add(
                        new Retirement.Retiring(header.segment(), header.segmentBytes() == settings.segmentBytes()));
            } else {
                kept.add(segment);
            }
        }
        retirement.addLeftoversBelow(firstSegmentToKeep);
        appender.retain(kept);
        // Before any file is renamed: see PayloadReader.
        firstRetained = firstOf();
        reader.dropBelow(firstRetained);
        retirement.run();
    }

    /**
     * The boundary after the record appended last; commit thread only.
     *
     * @return from where a replay gives all records after it and none before
     */
    public ReplayPoint replayPoint() {
        return appender.end();
    }

    /**
     * The record appended last; any thread.
     *
     * @return its sequence number; zero if there never was one
     */
    public long lastSequence() {
        return appender.lastSequence();
    }

    /**
     * The last record known to be durable; any thread.
     *
     * @return its sequence number; zero if there never was one
     */
    public long durableSequence() {
        return appender.durableSequence();
    }

    /**
     * How large the journal is; any thread.
     *
     * @return size in bytes: the retained segments, of the active one only what is used
     */
    public long usedBytes() {
        return appender.space.usedBytes();
    }

    /**
     * Tells whether a record of a user would be within the journal's limit now; any thread, without promise for later.
     *
     * @param payloadBytes size of its payload
     * @return whether it would
     */
    public boolean roomFor(long payloadBytes) {
        return appender.space.roomFor(payloadBytes);
    }

    /**
     * How many preallocated segments there are; any thread.
     *
     * @return their number
     */
    public int spares() {
        return spares.count();
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
        return spares.prepare();
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
    public void read(JournalPosition payload, ByteBuffer target) throws IOException {
        reader.read(payload, target);
    }

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
        return new JournalVerifier(files, () -> firstRetained, throttle, damage).verify(appender.view());
    }

    /**
     * Forces what was appended, notes the good end and closes the files; commit thread only, once no other thread reads. A
     * journal that has failed only closes its files.
     *
     * @throws IOException if something failed; the files are closed all the same
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try (appender;
                reader) {
            if (!latch.isLatched()) {
                force();
                // An empty segment too: what a recycled one holds from before may look like a torn record.
                appender.seal();
            }
        } finally {
            closed = true;
        }
    }

    /** Retires what recovery found to be no part of the history. */
    void retire() throws IOException {
        retirement.run();
    }

    private void checkUsable() throws JournalFailedException {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        latch.check();
    }

    private long firstOf() {
        View view = appender.view();
        long first = view.active().segment();
        for (Closed segment : view.closed()) {
            first = Math.min(first, segment.header().segment());
        }
        return retirement.lowest(first);
    }
}
