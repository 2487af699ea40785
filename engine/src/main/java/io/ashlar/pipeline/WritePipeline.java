package io.ashlar.pipeline;

import com.lmax.disruptor.BlockingWaitStrategy;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StoreClosedException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.CommandPort;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.journal.Journal;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The way of a write, wired:
 *
 * <pre>
 * large put ──► payload ring:  hash ─► dedup, compare, place ──┐
 * small put ──► the same stages on the caller's thread ────────┼──► commit ring:  journal (group commit) ─► apply ─► acknowledge
 * other commands ──────────────────────────────────────────────┘
 * </pre>
 *
 * <p>A small put does not pass the payload ring: hashing 16 KiB takes less time than handing it over. The commit ring has one
 * consumer with all its stages fused; {@code docs/decisions/0005-threads.md} has the figures behind both. Safe for use by many
 * threads.
 */
public final class WritePipeline implements CommandPort, PutPort {
    /** Longer than it takes to wake up who was just acknowledged, and much shorter than a force. */
    private static final long GATHER_NANOS = 50_000;

    private static final int INLINE_BENCHES_MAX = 64;

    private final CommitRing commits;
    private final PayloadRing payloads;
    private final PutStages stages;
    private final PutDriver driver;
    private final Reused<InlineBench> inlineBenches = new Reused<>(INLINE_BENCHES_MAX, InlineBench::new);
    private final JournalRoom room;
    private final FailureLatch latch;
    private volatile boolean closed;

    /**
     * Wires the pipeline and starts its threads.
     *
     * @param putStages makes the stages of puts, given where their records go
     * @param journal takes the records; belongs to the pipeline from now on
     * @param commitStage commits
     * @param latch knows whether the store has failed
     * @param threads threads and waiting
     * @param settings sizes and time-outs
     * @param wantsRoom is called when the journal is full, so that a checkpoint makes room
     */
    public WritePipeline(
            Function<CommandPort, PutStages> putStages,
            Journal journal,
            CommitStage commitStage,
            FailureLatch latch,
            Threads threads,
            EngineSettings settings,
            Runnable wantsRoom) {
        this.latch = latch;
        long timeoutNanos = settings.writeTimeoutMillis() * 1_000_000;
        int cores = Runtime.getRuntime().availableProcessors();
        room = new JournalRoom(journal, latch, threads, settings, wantsRoom);
        stages = putStages.apply(this);
        driver = new PutDriver(stages, threads, timeoutNanos);
        commits = new CommitRing(
                commitStage,
                settings.commitRingSlots(),
                timeoutNanos,
                new CommitRing.Policy(true, GATHER_NANOS, new BlockingWaitStrategy()),
                threads);
        payloads = new PayloadRing(
                stages,
                driver,
                settings.payloadRingSlots(),
                Math.max(1, cores / 2),
                Math.max(2, Math.min(cores, 8)),
                timeoutNanos,
                new BlockingWaitStrategy(),
                threads);
    }

    @Override
    public CompletableFuture<ExtentId> put(PutTask task) {
        checkOpen();
        if (stages.isInline(task)) {
            putInline(task);
        } else {
            payloads.submit(task);
        }
        return task.done;
    }

    private void putInline(PutTask task) {
        InlineBench bench = inlineBenches.take();
        try {
            stages.encode(task, bench.encoder, bench.image(task.maxImageBytes()));
            driver.afterEncoding(task);
        } catch (IOException e) {
            stages.fail(task, e);
        } finally {
            // The record has a copy of the image.
            inlineBenches.give(bench);
        }
    }

    /** What the encoding of a small extent needs. For one thread at a time. */
    private static final class InlineBench {
        private final ExtentEncoder encoder = new ExtentEncoder();
        private ByteBuffer image = ByteBuffer.allocate(0);

        ByteBuffer image(int bytes) {
            if (image.capacity() < bytes) {
                image = ByteBuffer.allocate(bytes);
            }
            return image.duplicate().clear();
        }
    }

    @Override
    public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
        latch.check();
        ByteBuffer payload = command.encode();
        int bytes = payload.remaining();
        if (reserved) {
            room.enterReserved(bytes);
        } else {
            room.enter(bytes);
        }
        Commit commit = Commit.record(command.type(), payload, durability, reserved, room);
        try {
            commits.submit(commit);
        } catch (RuntimeException e) {
            room.leave(bytes);
            throw e;
        }
        return commit.done;
    }

    @Override
    public CompletableFuture<Void> control(Control control) {
        Commit commit = Commit.control(control);
        commits.submit(commit);
        return commit.done.thenApply(outcome -> null);
    }

    @Override
    public boolean hasFailed() {
        return latch.hasFailed();
    }

    private void checkOpen() {
        if (closed) {
            throw new StoreClosedException("the store is closed");
        }
        latch.check();
    }

    /** Refuses new work from outside; the engine's own goes on until {@link #close}. */
    public void refuse() {
        closed = true;
    }

    /**
     * Completes what is under way, then ends the threads.
     *
     * @param timeoutNanos how long that may take
     * @throws io.ashlar.StoreFailedException if it took longer
     */
    public void close(long timeoutNanos) {
        refuse();
        try {
            payloads.close(timeoutNanos);
        } finally {
            commits.close(timeoutNanos);
        }
    }

    /**
     * Completes large extents that are under way. New ones must have been refused before.
     *
     * @param timeoutNanos how long that may take
     * @throws io.ashlar.StoreFailedException if it took longer
     */
    public void drainPayloads(long timeoutNanos) {
        payloads.close(timeoutNanos);
    }
}
