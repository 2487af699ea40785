package io.ashlar.runtime;

import io.ashlar.EngineSettings;
import io.ashlar.StorageException;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.catalog.Collector;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a store in order while it is open: forces of buffered writes, spare segments, checkpoints, the collector, pins that
 * overstay. A thread of its own drives {@link #step}; explicit calls of the face drive the same steps on their own thread. One
 * lock keeps them apart; it is held for a step at a time, and for the whole of a check.
 */
final class Maintenance {
    private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
    private static final long BACK_OFF_NANOS = 1_000_000_000;
    private static final long POLL_NANOS = 50_000_000;

    private final EngineCore core;
    private final EngineSettings settings;
    private final Clock clock;
    private final Threads threads;
    private final Checkpointer checkpointer;
    private final Collector collector;
    private final Object lock = new Object();

    private Threads.@Nullable Worker worker;
    private volatile boolean stopping;
    private volatile boolean roomWanted;
    private volatile boolean collectorRests;
    private volatile CompletableFuture<Void> nudge = new CompletableFuture<>();

    private @Nullable CompletableFuture<Void> forcing;
    private long unforcedSinceNanos = -1;
    private long notBeforeNanos;
    /** Told of once, however often it is met in a row. */
    private String lastFailure = "";

    private long nextCollectNanos;
    private long checkpointSequence = -1;
    private long checkpointJournalBytes;

    Maintenance(EngineCore core) {
        this.core = core;
        settings = core.settings();
        clock = core.clock();
        threads = core.threads();
        checkpointer = core.checkpointer();
        collector = core.collector();
        notBeforeNanos = clock.nanoTime();
        nextCollectNanos = clock.nanoTime();
        if (core.recovery().cleanShutdown() && !core.recovery().created()) {
            checkpointSequence = core.commitStage().appliedSequence();
            checkpointJournalBytes = core.journal().usedBytes();
        }
    }

    void start() {
        worker = threads.start("ashlar-maintenance", this::run);
    }

    private void run() {
        long intervalNanos = Math.max(1, settings.maintenanceIntervalMillis()) * 1_000_000;
        while (!stopping) {
            boolean busy = false;
            try {
                synchronized (lock) {
                    busy = step();
                }
            } catch (IOException | RuntimeException e) {
                backOff(e);
            } catch (Error e) {
                core.latch().fail(e);
                throw e;
            }
            if (!busy) {
                long wait = checkpointer.isUnderWay() || collector.isWaiting()
                        ? 1_000_000
                        : Math.min(intervalNanos, POLL_NANOS);
                rest(wait);
            }
        }
    }

    /** Waits until there may be something to do, or somebody says that there is. */
    private void rest(long nanos) {
        CompletableFuture<Void> call = new CompletableFuture<>();
        nudge = call;
        if (!stopping && (!roomWanted || isBackingOff())) {
            threads.await(call, nanos);
        }
    }

    private boolean isBackingOff() {
        return core.latch().hasFailed() || clock.nanoTime() - notBeforeNanos < 0;
    }

    private void backOff(Exception e) {
        if (!core.latch().hasFailed()) {
            String failure = e.toString();
            if (failure.equals(lastFailure)) {
                LOG.log(System.Logger.Level.DEBUG, "maintenance failed again: {0}", failure);
            } else {
                LOG.log(System.Logger.Level.WARNING, "maintenance failed and is tried again every second", e);
            }
            lastFailure = failure;
        }
        notBeforeNanos = clock.nanoTime() + BACK_OFF_NANOS;
        roomWanted = false;
    }

    /** The journal is full: a checkpoint is due whatever the settings say. Any thread. */
    void wantRoom() {
        if (!roomWanted) {
            roomWanted = true;
            nudge.complete(null);
        }
    }

    /** Does one thing that is due; returns whether there was one. With the lock. */
    private boolean step() throws IOException {
        long now = clock.nanoTime();
        if (isBackingOff()) {
            return false;
        }
        core.pins().expire(now);
        forceBuffered(now);
        if (core.journal().prepareSpare()) {
            return true;
        }
        if (checkpointer.isUnderWay()) {
            return stepCheckpoint();
        }
        if (isCheckpointDue()) {
            beginCheckpoint();
            return true;
        }
        if (!collectorRests && settings.maintenanceIntervalMillis() > 0 && now - nextCollectNanos >= 0) {
            if (collector.step()) {
                return true;
            }
            if (!collector.isWaiting()) {
                nextCollectNanos = now + settings.maintenanceIntervalMillis() * 1_000_000;
            }
        }
        return false;
    }

    private void forceBuffered(long now) {
        if (forcing != null) {
            if (!forcing.isDone()) {
                return;
            }
            forcing = null;
        }
        if (core.commitStage().appliedSequence() <= core.commitStage().durableSequence()) {
            unforcedSinceNanos = -1;
        } else if (unforcedSinceNanos < 0) {
            unforcedSinceNanos = now;
        } else if (now - unforcedSinceNanos >= settings.bufferedForceMillis() * 1_000_000) {
            unforcedSinceNanos = -1;
            forcing = core.driver().control(() -> {});
        }
    }

    private boolean isCheckpointDue() {
        // Not only when somebody waits for room: releases do not, and a store may be opened with a journal that is
        // full.
        boolean full = roomWanted || !core.journal().roomFor(settings.journalSegmentBytes());
        if (!hasChanged() && !(full && checkpointer.wouldFreeSegments())) {
            roomWanted = false;
            return false;
        }
        return full
                || core.journal().usedBytes() - checkpointJournalBytes >= settings.checkpointJournalBytes()
                || core.catalog().changedEntries() >= changedEntriesMax();
    }

    /** Changed entries are kept in memory, at about 400 bytes each. */
    private long changedEntriesMax() {
        return settings.memoryBudgetBytes() / 4 / 400;
    }

    private boolean hasChanged() {
        return core.commitStage().appliedSequence() != checkpointSequence;
    }

    private void beginCheckpoint() {
        roomWanted = false;
        checkpointer.begin();
    }

    private boolean stepCheckpoint() throws IOException {
        long before = checkpointer.completed();
        boolean stepped = checkpointer.step();
        if (checkpointer.completed() != before) {
            lastFailure = "";
            checkpointSequence = checkpointer.sequence();
            checkpointJournalBytes = core.journal().usedBytes();
        }
        return stepped;
    }

    /** Writes a checkpoint that holds everything written so far, unless the last one does. Any thread. */
    void checkpoint() {
        drive("write a checkpoint", () -> {
            finishAndCheckpoint();
            return true;
        });
    }

    /** Writes a checkpoint although nothing has changed, so that a new store has both its superblocks. */
    void checkpointAlways() {
        drive("write the first checkpoint", () -> {
            beginCheckpoint();
            finishCheckpoint();
            return true;
        });
    }

    /** Has the superblock say that a format feature is in use, before anything is written that needs it. Any thread. */
    void use(long feature) {
        drive("write a checkpoint", () -> {
            if (checkpointer.use(feature)) {
                finishCheckpoint();
                beginCheckpoint();
                finishCheckpoint();
            }
            return true;
        });
    }

    /** As {@link #checkpoint}, with the lock. */
    void finishAndCheckpoint() throws IOException {
        finishCheckpoint();
        if (hasChanged()) {
            beginCheckpoint();
            finishCheckpoint();
        }
    }

    /** Runs a checkpoint that is under way to its end. With the lock. */
    private void finishCheckpoint() throws IOException {
        while (checkpointer.isUnderWay()) {
            if (!stepCheckpoint() && checkpointer.isUnderWay()) {
                pause(checkpointer::isReady);
            }
        }
    }

    void pause(BooleanSupplier ready) {
        long timeoutNanos = settings.writeTimeoutMillis() * 2_000_000;
        if (!threads.await(ready, timeoutNanos)) {
            throw new StorageException(
                    "the disk did not answer for " + timeoutNanos / 1_000_000 + " ms; the store goes on, try again");
        }
    }

    /** Something that needs everything else to stand still. */
    interface Exclusive<T> {
        T run() throws IOException;
    }

    /** Does something while neither the collector nor the checkpointer runs. Any thread. */
    <T> T drive(String what, Exclusive<T> action) {
        synchronized (lock) {
            core.latch().check();
            return Errors.typed(what, action::run);
        }
    }

    /** Lets the collector finish what it has begun. With the lock. */
    void quiesce() throws IOException {
        finishCheckpoint();
        while (collector.isWaiting()) {
            if (!collector.step() && collector.isWaiting()) {
                pause(collector::isReady);
            }
        }
        while (collector.eraseDead()) {
            // Until nothing is left to erase.
        }
    }

    /** As {@link #step}, but of the collector alone. Any thread. */
    boolean stepCollector() throws IOException {
        synchronized (lock) {
            return collector.step();
        }
    }

    /** Leaves the collector to whoever calls {@link #stepCollector}, from the beginning of a pass on; or takes it back. */
    void takeCollector(boolean taken) {
        synchronized (lock) {
            collectorRests = taken;
            collector.restart();
        }
    }

    /** Has the collector rest, so that the extents and tables of a checkpoint stay as they are. */
    void restCollector(boolean rest) {
        checkpointer.keepObsolete(rest);
        collectorRests = rest;
    }

    /** Ends the thread. Steps may still be driven by calls. */
    void stop(long timeoutNanos) {
        stopping = true;
        nudge.complete(null);
        Threads.Worker present = worker;
        if (present != null) {
            if (!present.join(timeoutNanos)) {
                throw new StorageException("maintenance did not end within " + timeoutNanos / 1_000_000 + " ms");
            }
        }
    }
}
