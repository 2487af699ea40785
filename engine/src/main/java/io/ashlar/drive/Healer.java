package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.util.List;
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

    private final DriveSet drives;
    private final Placements placements;
    private final RepairQueue queue;
    private final Repairer repairer;
    private final Clock clock;
    private final LongConsumer budget;
    private final long retryNanos;

    /** Where in the list of what is owed the walk is; empty at its beginning. */
    private String walked = "";

    private boolean walking = true;
    private long walkAgainNanos;
    private final AtomicLong mended = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /**
     * Makes a healer.
     *
     * @param retryMillis how soon what could not be mended is tried again, unless a drive comes back before
     * @param budget told how many bytes are about to be read or written; waits if that is too fast
     */
    Healer(
            DriveSet drives,
            Placements placements,
            RepairQueue queue,
            Repairer repairer,
            Clock clock,
            long retryMillis,
            LongConsumer budget) {
        this.drives = drives;
        this.placements = placements;
        this.queue = queue;
        this.repairer = repairer;
        this.clock = clock;
        this.budget = budget;
        retryNanos = TimeUnit.MILLISECONDS.toNanos(retryMillis);
    }

    /** Does a little; returns whether there was something to do. */
    boolean step() {
        if (probe()) {
            return true;
        }
        String object = queue.poll();
        if (object != null) {
            mend(object, Repairer.Effort.THOROUGH);
            return true;
        }
        return walk();
    }

    /** Asks a drive that is not well whether it is again; then whatever is owed may be paid. */
    private boolean probe() {
        for (Drive drive : drives.drives()) {
            if (drive.entry().role() != DriveRole.REMOVED && drive.health().isProbeDue()) {
                if (drive.probe()) {
                    LOG.log(System.Logger.Level.INFO, "{0} is well again", drive);
                    beginWalk();
                }
                return true;
            }
        }
        return false;
    }

    private void beginWalk() {
        walking = true;
        walked = "";
    }

    /** Mends the objects that are remembered as owing something. */
    private boolean walk() {
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
                    mend(entry.object(), Repairer.Effort.QUICK);
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

    private void mend(String object, Repairer.Effort effort) {
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
