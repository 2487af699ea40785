package io.ashlar.pipeline;

import io.ashlar.BackPressureException;
import io.ashlar.EngineSettings;
import io.ashlar.journal.Journal;
import io.ashlar.spi.Threads;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets records into a journal of limited size, and makes their writers wait while there is no room. What was let in and is not
 * committed yet wants room too: without counting it, many writers would all be let in on the strength of the same bytes, and
 * some of them would find the journal full. Safe for use by many threads.
 */
public final class JournalRoom {
    private final Journal journal;
    private final FailureLatch latch;
    private final Threads threads;
    private final Runnable wanted;
    private final long timeoutMillis;

    /** Against a checkpoint that leaves the rest of a segment empty just after a record was let in: that may be all of it. */
    private final long marginBytes;

    private final AtomicLong underWayBytes = new AtomicLong();

    /**
     * Makes the entrance.
     *
     * @param journal has the room
     * @param latch knows whether the store has failed
     * @param threads waiting
     * @param settings sizes and time-outs
     * @param wanted is called, again and again, while there is no room
     */
    public JournalRoom(Journal journal, FailureLatch latch, Threads threads, EngineSettings settings, Runnable wanted) {
        this.journal = journal;
        this.latch = latch;
        this.threads = threads;
        this.wanted = wanted;
        timeoutMillis = settings.writeTimeoutMillis();
        marginBytes = settings.journalSegmentBytes();
    }

    /**
     * Waits until there is room for a record of a user, and takes it.
     *
     * @param bytes the size of its payload; to be given back with {@link #leave}
     * @throws BackPressureException if there was none in time
     * @throws io.ashlar.StoreFailedException if the store has failed
     */
    public void enter(int bytes) {
        if (tryEnter(bytes)) {
            return;
        }
        boolean entered = threads.await(() -> latch.hasFailed() || ask(bytes), timeoutMillis * 1_000_000);
        if (latch.hasFailed()) {
            // Whether or not it had entered by then: nobody enters any more.
            latch.check();
        }
        if (!entered) {
            throw new BackPressureException("the journal stayed full for " + timeoutMillis
                    + " ms: checkpoints are slower than writers, or find no room; nothing was written");
        }
    }

    /** Asks for room each time there is none: one checkpoint may not be enough, and may fail. */
    private boolean ask(int bytes) {
        boolean entered = tryEnter(bytes);
        if (!entered) {
            wanted.run();
        }
        return entered;
    }

    /** Takes room if there is some. Twice what others want, as a record may leave the rest of a segment empty. */
    boolean tryEnter(int bytes) {
        long others = underWayBytes.getAndAdd(bytes);
        if (journal.roomFor(bytes + 2 * others + marginBytes)) {
            return true;
        }
        leave(bytes);
        return false;
    }

    /**
     * Takes room for a record of the engine's own, which has some in reserve.
     *
     * @param bytes the size of its payload; to be given back with {@link #leave}
     */
    public void enterReserved(int bytes) {
        underWayBytes.addAndGet(bytes);
    }

    /**
     * Gives the room of a record back: it is in the journal, or never will be.
     *
     * @param bytes the size of its payload
     */
    public void leave(int bytes) {
        underWayBytes.addAndGet(-bytes);
    }
}
