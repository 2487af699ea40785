package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Keeps objects well: finds out whether drives are back, mends what reads and writes have complained about, and pays what is owed.
 * Step-able: one drive or one object a step. One thread.
 */
final class Healer {
    private static final System.Logger LOG = System.getLogger(Healer.class.getName());
    private static final int OWED_PAGE = 128;

    /** A drive that gives no answer to a probe for so long hangs, and is offline. */
    private static final long HANGS_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final DriveSet drives;
    private final Placements placements;
    private final RepairQueue queue;
    private final Repairer repairer;
    private final Clock clock;
    private final long retryNanos;

    /** Where in the list of what is owed the walk is; empty at its beginning. */
    private String walked = "";

    /** How often drives are asked how much room they have. */
    private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long askRoomAtNanos;

    /** When probes were begun that are not over. */
    private final Map<Drive, Long> probing = new ConcurrentHashMap<>();

    /** Drives that were not well when they were looked at last. */
    private final Set<Drive> unwell = new HashSet<>();

    private boolean walking = true;
    private long walkAgainNanos;
    private final AtomicLong mended = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /**
     * Makes a healer.
     *
     * @param retryMillis how soon what could not be mended is tried again, unless a drive comes back before
     */
    Healer(
            DriveSet drives,
            Placements placements,
            RepairQueue queue,
            Repairer repairer,
            Clock clock,
            long retryMillis) {
        this.drives = drives;
        this.placements = placements;
        this.queue = queue;
        this.repairer = repairer;
        this.clock = clock;
        askRoomAtNanos = clock.nanoTime();
        retryNanos = TimeUnit.MILLISECONDS.toNanos(retryMillis);
    }

    /**
     * Does a little.
     *
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     * @return whether there was something to do
     */
    boolean step(LongConsumer budget) {
        askRoom();
        if (probe()) {
            return true;
        }
        String object = queue.poll();
        if (object != null) {
            mend(object, Repairer.Effort.THOROUGH, budget);
            return true;
        }
        return walk(budget);
    }

    /** Has all drives find out how much room they have, now and then: what others delete and write there nobody else tells. */
    private void askRoom() {
        if (clock.nanoTime() - askRoomAtNanos < 0) {
            return;
        }
        askRoomAtNanos = clock.nanoTime() + ROOM_NANOS;
        for (Drive drive : drives.drives()) {
            if (drive.isReadable()) {
                // One that has more to do than it can is asked the next time.
                drive.executor().offer(drive::askRoom);
            }
        }
    }

    /** Has a drive that is not well find out whether it is again; then whatever is owed may be paid. Waits for none. */
    private boolean probe() {
        // First, so that a probe that has ended since the last step counts in this one.
        lookForThoseThatAreBack();
        for (Drive drive : drives.drives()) {
            if (drive.entry().role() == DriveRole.REMOVED) {
                continue;
            }
            Long since = probing.get(drive);
            if (since != null) {
                if (drive.health().condition() != DriveState.OFFLINE && clock.nanoTime() - since >= HANGS_NANOS) {
                    drive.health().gone(new IOException("it gives no answer, and not even an error"));
                }
            } else if (drive.health().isProbeDue()) {
                probe(drive);
                return true;
            }
        }
        return false;
    }

    private void probe(Drive drive) {
        unwell.add(drive);
        probing.put(drive, clock.nanoTime());
        boolean taken = drive.executor().offer(() -> {
            try {
                drive.probe();
            } finally {
                probing.remove(drive);
            }
        });
        if (!taken) {
            probing.remove(drive);
            drive.health().probeFailed(new IOException(drive + " has more to do than it can"));
        }
        // Where calls run at once, it is over.
        lookForThoseThatAreBack();
    }

    private void lookForThoseThatAreBack() {
        // Others have taken the place of those that were replaced.
        unwell.retainAll(drives.drives());
        for (Drive drive : List.copyOf(unwell)) {
            if (drive.health().isWell()) {
                unwell.remove(drive);
                LOG.log(System.Logger.Level.INFO, "{0} is well again", drive);
                beginWalk();
            }
        }
    }

    private void beginWalk() {
        walking = true;
        walked = "";
    }

    /** Mends the objects that are remembered as owing something. */
    private boolean walk(LongConsumer budget) {
        if (!walking && clock.nanoTime() - walkAgainNanos >= 0) {
            beginWalk();
        }
        if (!walking) {
            return false;
        }
        try {
            List<PlacementLog.Entry> page = placements.log().list(walked, OWED_PAGE);
            for (PlacementLog.Entry entry : page) {
                walked = entry.object();
                if (entry.placement().owed() > 0 || isGivenUp(entry.placement())) {
                    mend(entry.object(), Repairer.Effort.QUICK, budget);
                    return true;
                }
            }
            if (!page.isEmpty()) {
                return true;
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "what is owed cannot be listed, and is later: {0}", e.getMessage());
        }
        walking = false;
        walkAgainNanos = clock.nanoTime() + retryNanos;
        return false;
    }

    private boolean isGivenUp(Placement placement) {
        for (int shard = 0; shard < placement.shards(); shard++) {
            Drive drive = drives.drive(placement.drive(shard));
            if (drive != null && repairer.isGivenUp(drive)) {
                return true;
            }
        }
        return false;
    }

    private void mend(String object, Repairer.Effort effort, LongConsumer budget) {
        try {
            Repairer.Outcome outcome = repairer.mend(object, effort, budget);
            if (outcome != null && outcome.made() > 0) {
                mended.incrementAndGet();
            }
        } catch (DamagedException e) {
            lost.incrementAndGet();
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
        } catch (IOException | RuntimeException e) {
            // Not put back: what is owed is remembered, and the rest is found by whoever reads it next.
            LOG.log(System.Logger.Level.WARNING, "object {0} could not be mended: {1}", object, e.getMessage());
        }
    }

    /** How many objects got shards anew. */
    long mended() {
        return mended.get();
    }

    /** How many were found that cannot be mended. */
    long lost() {
        return lost.get();
    }
}
