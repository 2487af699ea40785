package io.ashlar.pipeline;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.ashlar.Durability;
import io.ashlar.spi.Threads;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The commit ring: many threads submit, one at a time commits.
 *
 * <ol>
 *   <li><b>Many</b> submit to the ring. Its thread takes everything that arrived while the last batch was being forced and
 *       commits it with one force: the group commit. Whoever was told of the last force is about to come back, so it waits a
 *       moment until as many have arrived as were seen last time.
 *   <li><b>A lone</b> SYNC commit runs on the thread that submits it, which would but wait otherwise: the two wake-ups saved
 *       are a third of its time. It may do so when nothing is in the ring and last time nobody else was there.
 *   <li><b>The turn</b> is held by whoever runs the stage. The ring's thread takes it for a whole batch; a submitter only
 *       tries it, and goes to the ring if it is taken. So nobody overtakes: what a thread submitted before is either
 *       complete or in the ring, and then everything else goes there too.
 * </ol>
 *
 * <p>What runs when a commit is complete runs on the committing thread, inside the turn; it may submit, and that goes to the
 * ring. It must not wait for a commit.
 *
 * <p>{@code docs/decisions/0005-threads.md} has the figures. Safe for use by many threads.
 */
final class CommitRing {
    /**
     * How commits get their thread.
     *
     * @param aloneOnCaller whether a lone SYNC commit runs on the thread that submits it
     * @param gatherNanos how long a batch waits at most for others to join in
     * @param waiting how the ring's thread waits for work
     */
    record Policy(boolean aloneOnCaller, long gatherNanos, WaitStrategy waiting) {}

    private static final class Slot {
        @Nullable
        Commit commit;
    }

    private final CommitStage stage;
    private final Policy policy;
    private final Threads threads;
    private final BoundedRing<Slot, Commit> ring;
    private final ReentrantLock turn = new ReentrantLock();

    /** How many were seen to commit at the same time, last time. Written with the turn. */
    private volatile long crowd = 1;

    /** Looked at with the turn: who has taken it after this was set commits nothing. */
    private volatile boolean closed;

    CommitRing(CommitStage stage, int slots, long timeoutNanos, Policy policy, Threads threads) {
        this.stage = stage;
        this.policy = policy;
        this.threads = threads;
        Disruptor<Slot> disruptor = new Disruptor<>(
                Slot::new, slots, threads.factory("ashlar-commit"), ProducerType.MULTI, policy.waiting());
        disruptor.handleEventsWith(new Committer());
        ring = new BoundedRing<>(
                disruptor, (slot, sequence, commit) -> slot.commit = commit, threads, timeoutNanos, "commit");
    }

    /** Submits; waits for a slot if the ring is full, and gives up after the time-out. */
    void submit(Commit commit) {
        if (!commitAlone(commit)) {
            ring.submit(commit);
        }
    }

    private boolean commitAlone(Commit commit) {
        if (!policy.aloneOnCaller()
                || commit.durability != Durability.SYNC
                || commit.control != null
                || crowd > 1
                || turn.isHeldByCurrentThread()
                || !turn.tryLock()) {
            return false;
        }
        try {
            if (closed || ring.backlog() > 0) {
                return false;
            }
            stage.accept(commit);
            stage.commitBatch();
            crowd = 1 + ring.backlog();
            stage.acknowledge();
            return true;
        } finally {
            turn.unlock();
        }
    }

    /** The ring's thread. Holds the turn from the first commit of a batch until the batch is committed. */
    private final class Committer implements EventHandler<Slot> {
        private boolean myTurn;
        private long taken;

        @Override
        public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
            if (!myTurn) {
                turn.lock();
                myTurn = true;
                taken = 0;
            }
            Commit commit = slot.commit;
            slot.commit = null;
            if (commit != null) {
                stage.accept(commit);
            }
            taken++;
            if (endOfBatch && !gather(sequence)) {
                stage.commitBatch();
                // Before they are told, and come back to be counted twice.
                crowd = taken + ring.submittedAfter(sequence);
                stage.acknowledge();
                myTurn = false;
                turn.unlock();
            }
        }

        /** Waits for others; true if one has come, whom the ring then hands over at once. */
        private boolean gather(long sequence) {
            return taken < crowd
                    && policy.gatherNanos() > 0
                    && stage.asksForForce()
                    && threads.linger(() -> ring.submittedAfter(sequence) > 0, policy.gatherNanos());
        }
    }

    /**
     * Commits what was submitted, then ends the thread. Whoever submits later is refused.
     *
     * @param timeoutNanos how long that may take
     * @throws io.ashlar.StoreFailedException if it took longer
     */
    void close(long timeoutNanos) {
        try {
            ring.close(timeoutNanos);
        } finally {
            closed = true;
            // Somebody may be committing on a thread of his own.
            if (threads.await(turn::tryLock, timeoutNanos)) {
                turn.unlock();
            }
        }
    }
}
