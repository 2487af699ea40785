package io.ashlar.pipeline;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.ashlar.BackPressureException;
import io.ashlar.StoreFailedException;
import io.ashlar.spi.Threads;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The commit ring: many threads submit, one commits. The ring's end of a batch, everything that arrived while the last batch was
 * being forced, is the group commit.
 */
final class CommitRing {
    private static final class Slot {
        @Nullable
        Commit commit;
    }

    private final Disruptor<Slot> disruptor;
    private final RingBuffer<Slot> ring;
    private final Threads threads;
    private final long timeoutNanos;

    CommitRing(CommitStage stage, int slots, long timeoutNanos, WaitStrategy waiting, Threads threads) {
        this.threads = threads;
        this.timeoutNanos = timeoutNanos;
        disruptor = new Disruptor<>(Slot::new, slots, threads.factory("ashlar-commit"), ProducerType.MULTI, waiting);
        disruptor.handleEventsWith(new EventHandler<Slot>() {
            @Override
            public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
                Commit commit = slot.commit;
                slot.commit = null;
                if (commit != null) {
                    stage.accept(commit);
                }
                if (endOfBatch) {
                    stage.endBatch();
                }
            }
        });
        ring = disruptor.start();
    }

    /** Submits; waits for a slot if the ring is full, and gives up after the time-out. */
    void submit(Commit commit) {
        if (!tryPublish(commit) && !threads.await(() -> tryPublish(commit), timeoutNanos)) {
            throw new BackPressureException("the commit ring stayed full for " + timeoutNanos / 1_000_000
                    + " ms; nothing was written, try again or raise writeTimeoutMillis");
        }
    }

    private boolean tryPublish(Commit commit) {
        try {
            long sequence = ring.tryNext();
            ring.get(sequence).commit = commit;
            ring.publish(sequence);
            return true;
        } catch (InsufficientCapacityException e) {
            return false;
        }
    }

    /** Commits what was submitted, then ends the thread. Nobody submits any more. */
    void close(long closeTimeoutNanos) {
        try {
            disruptor.shutdown(closeTimeoutNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            disruptor.halt();
            throw new StoreFailedException(
                    "the journal did not finish its work within the time allowed for closing", e);
        }
    }
}
