package io.ashlar.pipeline;

import io.ashlar.BackendException;
import io.ashlar.Durability;
import io.ashlar.StorageException;
import io.ashlar.StoreFailedException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.CommandPort;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalFailedException;
import io.ashlar.journal.JournalFullException;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Journal, state and acknowledgement, in this order: the group commit.
 *
 * <p>Records are gathered by {@link #accept} and committed together by {@link #endBatch}: written, forced once if one of them
 * asks for that, applied in order, acknowledged. A record is never applied before it is written, and what waits for its
 * durability is told only after the force.
 *
 * <p>One thread at a time. The first failure latches: the batch it hit and everything later is refused with the cause.
 */
public final class CommitStage {
    /** So many records are committed together at most, so that the first of them need not wait for ever. */
    private static final int BATCH_MAX = 4096;

    private final Journal journal;
    private final StateMachine machine;
    private final FailureLatch latch;
    private final List<Commit> batch = new ArrayList<>();

    private volatile long appliedSequence;
    private volatile long durableSequence;

    /**
     * Makes the stage.
     *
     * @param journal where records go
     * @param machine what they change
     * @param latch knows whether the store has failed
     */
    public CommitStage(Journal journal, StateMachine machine, FailureLatch latch) {
        this.journal = journal;
        this.machine = machine;
        this.latch = latch;
        appliedSequence = journal.lastSequence();
        durableSequence = journal.durableSequence();
    }

    /**
     * Takes a record into the batch, or runs a control after committing what came before it.
     *
     * @param commit what to do
     */
    public void accept(Commit commit) {
        StoreFailedException failure = latch.failure();
        if (failure != null) {
            commit.fail(failure);
            return;
        }
        CommandPort.Control control = commit.control;
        if (control != null) {
            commitBatch(true);
            acknowledge();
            run(control, commit);
            return;
        }
        try {
            commit.sequence = journal.append(commit.type, commit.payload, commit.reserved);
            commit.position = journal.positionOfLast();
            batch.add(commit);
        } catch (JournalFullException | DiskFullException e) {
            // Nothing has changed, and nothing but this record is affected.
            commit.fail(new StoreFullException(
                    "no room for a record of " + commit.payload.remaining()
                            + " bytes in the journal: " + e.getMessage()
                            + "; free disk space, or let a checkpoint make room",
                    e));
        } catch (IOException | RuntimeException | Error e) {
            commit.fail(latched(e));
        }
        if (batch.size() >= BATCH_MAX) {
            endBatch();
        }
    }

    /** Commits what was taken, and tells whoever waits. */
    public void endBatch() {
        commitBatch();
        acknowledge();
    }

    /** Commits what was taken; {@link #acknowledge} comes next. */
    void commitBatch() {
        commitBatch(false);
    }

    /** Tells whoever waits for what was committed. */
    void acknowledge() {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete();
        }
        batch.clear();
    }

    private void run(CommandPort.Control control, Commit commit) {
        StoreFailedException failure = latch.failure();
        if (failure != null) {
            commit.fail(failure);
            return;
        }
        try {
            control.run();
            commit.complete();
        } catch (JournalFailedException e) {
            commit.fail(latched(e));
        } catch (DiskFullException e) {
            commit.fail(new StoreFullException("no room for the engine's own work: " + e.getMessage(), e));
        } catch (IOException | RuntimeException e) {
            commit.fail(
                    e instanceof StorageException
                            ? e
                            : new BackendException("the engine's own work failed: " + e.getMessage(), e));
        } catch (Error e) {
            commit.fail(latched(e));
        }
    }

    private void commitBatch(boolean force) {
        int applied = 0;
        try {
            boolean forced = force ? journal.lastSequence() > durableSequence : asksForForce();
            if (forced) {
                journal.force();
            } else if (!batch.isEmpty()) {
                journal.write();
            }
            for (; applied < batch.size(); applied++) {
                Commit commit = batch.get(applied);
                ByteBuffer payload = commit.payload.duplicate();
                commit.outcome = machine.apply(commit.sequence, commit.type, payload, commit.position);
                appliedSequence = commit.sequence;
            }
            if (forced) {
                machine.durable(journal.durableSequence());
                durableSequence = journal.durableSequence();
            }
        } catch (IOException | RuntimeException | Error e) {
            StoreFailedException failure = latched(e);
            batch.forEach(commit -> commit.fail(failure));
            batch.clear();
        }
    }

    /** Tells whether something taken into the batch waits to be durable. */
    boolean asksForForce() {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).durability != Durability.BUFFERED) {
                return true;
            }
        }
        return false;
    }

    private StoreFailedException latched(Throwable cause) {
        latch.fail(cause instanceof JournalFailedException && cause.getCause() != null ? cause.getCause() : cause);
        StoreFailedException failure = latch.failure();
        return failure == null ? new StoreFailedException("the store has failed", cause) : failure;
    }

    /**
     * Tells how far the state is. Any thread.
     *
     * @return the last record applied
     */
    public long appliedSequence() {
        return appliedSequence;
    }

    /**
     * Tells how far the journal is durable. Any thread.
     *
     * @return the last durable record
     */
    public long durableSequence() {
        return durableSequence;
    }
}
