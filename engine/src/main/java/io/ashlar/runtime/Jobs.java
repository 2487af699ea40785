package io.ashlar.runtime;

import io.ashlar.CollectReport;
import io.ashlar.FsckReport;
import io.ashlar.ProgressListener;
import io.ashlar.ReencodeReport;
import io.ashlar.StorageException;
import io.ashlar.StoreClosedException;
import io.ashlar.catalog.Collector;
import io.ashlar.catalog.Fsck;
import io.ashlar.catalog.Orphans;
import io.ashlar.spi.Disk;
import java.io.IOException;

/**
 * Collections and checks that a caller asks for. They run on the caller's thread, one at a time, in the steps of {@link
 * Maintenance}; closing the store ends them early.
 */
final class Jobs {
    private final EngineCore core;
    private final Maintenance maintenance;
    private final StoreFiles files;
    private final Disk disk;
    private final Collector collector;
    private final Object oneAtATime = new Object();
    private volatile boolean underWay;
    private volatile boolean stopping;

    Jobs(EngineCore core, Maintenance maintenance, StoreFiles files, Disk disk) {
        this.core = core;
        this.maintenance = maintenance;
        this.files = files;
        this.disk = disk;
        collector = core.collector();
    }

    private <T> T run(String what, Errors.Action<T> action) {
        synchronized (oneAtATime) {
            underWay = true;
            try {
                if (stopping) {
                    throw new StoreClosedException("could not " + what + ": the store is closed");
                }
                core.latch().check();
                return Errors.typed(what, action);
            } finally {
                underWay = false;
            }
        }
    }

    /** Has the job under way end early, and no other begin. */
    void stop(long timeoutNanos) {
        stopping = true;
        if (!core.threads().await(() -> !underWay, timeoutNanos)) {
            throw new StorageException(
                    "a collection or a check did not end within " + timeoutNanos / 1_000_000 + " ms");
        }
    }

    /** A listener that also stops what it listens to when the store is closed. */
    private ProgressListener whileOpen(ProgressListener listener) {
        return (phase, done, total) -> listener.progress(phase, done, total) && !stopping;
    }

    // ---- checks -------------------------------------------------------------------------------------------------

    /** Checks a fresh checkpoint while the collector rests; writing and checkpoints go on. Any thread. */
    FsckReport check(long maxBytesPerSecond, ProgressListener listener) {
        return run("check the store", () -> {
            maintenance.drive("prepare to check the store", () -> {
                maintenance.quiesce();
                maintenance.finishAndCheckpoint();
                maintenance.restCollector(true);
                return true;
            });
            try {
                return fsck(maxBytesPerSecond, whileOpen(listener));
            } finally {
                maintenance.restCollector(false);
            }
        });
    }

    private FsckReport fsck(long maxBytesPerSecond, ProgressListener listener) throws IOException {
        Throttle throttle = new Throttle(core.clock(), core.threads(), maxBytesPerSecond, () -> stopping);
        Fsck fsck = new Fsck(
                core.catalog(),
                core.tableReader(),
                core.access(),
                core.backend(),
                core.checkpointer().inForce(),
                core.settings(),
                throttle::read,
                listener);
        fsck.mended(core.recovery().problems());
        fsck.checkAnchors(disk, files.directory(), core.journal());
        return fsck.run();
    }

    // ---- conversions --------------------------------------------------------------------------------------------

    /** Stores extents anew as their policies say now. Any thread; waits for a job that is under way. */
    ReencodeReport reencode(long maxBytesPerSecond, ProgressListener listener) {
        return run("convert extents to what their policies say", () -> {
            Throttle throttle = new Throttle(core.clock(), core.threads(), maxBytesPerSecond, () -> stopping);
            return core.reencoder(throttle::read, whileOpen(listener)).run();
        });
    }

    // ---- collections --------------------------------------------------------------------------------------------

    /** Collects until nothing is left that could be collected now. Any thread; waits for a check that is under way. */
    CollectReport collect(boolean dryRun, ProgressListener listener) {
        ProgressListener whileOpen = whileOpen(listener);
        return run("collect garbage", () -> dryRun ? dryCollect(whileOpen) : reallyCollect(whileOpen));
    }

    private CollectReport reallyCollect(ProgressListener listener) throws IOException {
        maintenance.takeCollector(true);
        try {
            return collectAll(listener);
        } finally {
            maintenance.takeCollector(false);
        }
    }

    private CollectReport collectAll(ProgressListener listener) throws IOException {
        long extents = collector.sweptExtents();
        long bytes = collector.sweptBytes();
        long packs = collector.packsRewritten();
        long journal = core.journal().usedBytes();
        boolean on = true;
        while (on) {
            boolean stepped = maintenance.stepCollector();
            if (!stepped && collector.isWaiting()) {
                maintenance.pause(collector::isReady);
            } else if (!stepped) {
                if (collector.heldExtents() == 0 || !awaitGrace()) {
                    break;
                }
            }
            on = listener.progress("collecting", collector.sweptExtents() - extents, 0);
        }
        Orphans orphans = orphans(false);
        while (on && orphans.step()) {
            on = listener.progress("looking for orphans", orphans.found(), 0);
        }
        long segments = (journal - core.journal().usedBytes()) / core.settings().journalSegmentBytes();
        return new CollectReport(
                false,
                collector.sweptExtents() - extents,
                collector.sweptBytes() - bytes,
                orphans.found(),
                orphans.foundBytes(),
                orphans.young(),
                collector.heldExtents(),
                collector.packsRewritten() - packs,
                Math.max(0, segments));
    }

    /** Waits for the grace of marked extents to pass, once; returns whether any of them can be swept then. */
    private boolean awaitGrace() throws IOException {
        core.threads().await(() -> stopping, core.settings().gcGraceMillis() * 1_000_000 + 1_000_000);
        return maintenance.stepCollector();
    }

    private CollectReport dryCollect(ProgressListener listener) throws IOException {
        Collector.Estimate estimate = collector.estimate();
        Orphans orphans = orphans(true);
        while (orphans.step() && listener.progress("looking for orphans", orphans.found(), 0)) {
            // Goes on until it is done, or told to stop.
        }
        return new CollectReport(
                true,
                estimate.extents(),
                estimate.bytes(),
                orphans.found(),
                orphans.foundBytes(),
                orphans.young(),
                0,
                estimate.packs(),
                0);
    }

    private Orphans orphans(boolean dryRun) {
        return new Orphans(
                core.catalog(),
                core.backend(),
                core.names(),
                core.checkpointer()::needs,
                core.latch()::hasFailed,
                core.clock(),
                core.settings(),
                dryRun,
                core.probe());
    }
}
