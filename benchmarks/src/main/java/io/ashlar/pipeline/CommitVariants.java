package io.ashlar.pipeline;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.PhasedBackoffWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.ashlar.Durability;
import io.ashlar.benchmarks.writepath.Contender;
import io.ashlar.benchmarks.writepath.Content;
import io.ashlar.benchmarks.writepath.Contest;
import io.ashlar.benchmarks.writepath.Crew;
import io.ashlar.benchmarks.writepath.Stopwatch;
import io.ashlar.catalog.Catalog;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalPosition;
import io.ashlar.journal.JournalSettings;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Times ways to give commits a thread: the real commit ring and the real journal, records as long as those of puts of 4 KiB, and
 * nothing to apply. Lives in this package to reach the ring.
 */
public final class CommitVariants {
    private static final int RECORD_BYTES = 4232;
    private static final long TIMEOUT_NANOS = 30_000_000_000L;
    private static final long JOURNAL_BYTES = 64 << 20;

    private CommitVariants() {}

    private record Variant(String name, int threads, boolean alone, long gatherNanos, Supplier<WaitStrategy> waiting)
            implements Contender {
        @Override
        public int operationBytes() {
            return 4096;
        }

        @Override
        public String limit() {
            return threads + ": ring, blocking";
        }

        @Override
        public Round prepare(Path directory) throws IOException {
            return new Running(this, directory);
        }
    }

    private static void add(
            List<Contender> to,
            int threads,
            String name,
            boolean alone,
            int gatherMicros,
            Supplier<WaitStrategy> waiting) {
        to.add(new Variant(threads + ": " + name, threads, alone, gatherMicros * 1_000L, waiting));
    }

    private static WaitStrategy phased(int yieldMicros) {
        return PhasedBackoffWaitStrategy.withLock(1, yieldMicros, TimeUnit.MICROSECONDS);
    }

    /** Changes nothing: what is measured is the way there. */
    private static final class Nothing implements StateMachine {
        @Override
        public Catalog.Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position) {
            return Catalog.Outcome.DONE;
        }

        @Override
        public void durable(long sequence) {}
    }

    private static final class Running implements Contender.Round {
        private final Threads threads = new SystemThreads();
        private final Variant variant;
        private final Journal journal;
        private final CommitRing ring;
        private final Threads.Worker keeper;
        private volatile boolean closing;

        Running(Variant variant, Path directory) throws IOException {
            this.variant = variant;
            journal = Journal.create(
                    new SystemDisk(),
                    directory.resolve("journal"),
                    new JournalSettings(8 << 20, 512 << 20, 1 << 20, 4),
                    1,
                    2);
            while (journal.prepareSpare()) {
                // Until there are enough.
            }
            ring = new CommitRing(
                    new CommitStage(journal, new Nothing(), new FailureLatch()),
                    1024,
                    TIMEOUT_NANOS,
                    new CommitRing.Policy(variant.alone, variant.gatherNanos, variant.waiting.get()),
                    threads);
            keeper = threads.start("keeper", this::keep);
        }

        /** Stands in for maintenance: spares, and a journal that does not grow. */
        private void keep() {
            while (!closing) {
                try {
                    if (!journal.prepareSpare()) {
                        if (journal.usedBytes() > JOURNAL_BYTES) {
                            truncate();
                        }
                        boolean unused = threads.await(() -> false, 20_000_000);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private void truncate() {
            Commit truncation = Commit.control(() -> {
                journal.roll(true);
                journal.truncate(journal.replayPoint().segment());
            });
            ring.submit(truncation);
            Catalog.Outcome unused = truncation.done.join();
        }

        @Override
        public void run(Stopwatch watch) throws Exception {
            Crew.run(variant.threads, watch, (ordinal, lane) -> {
                Content content = new Content(RECORD_BYTES + RECORD_BYTES % 8);
                while (lane.running()) {
                    ByteBuffer next = content.next();
                    long started = System.nanoTime();
                    Commit commit = Commit.record(1, next.duplicate(), Durability.SYNC, false);
                    ring.submit(commit);
                    CompletableFuture<Catalog.Outcome> done = commit.done;
                    if (!threads.await(done, TIMEOUT_NANOS)) {
                        throw new IllegalStateException("a commit did not end");
                    }
                    Catalog.Outcome unused = done.join();
                    lane.done(started);
                }
            });
        }

        @Override
        public void close() throws IOException {
            closing = true;
            if (!keeper.join(TIMEOUT_NANOS)) {
                throw new IllegalStateException("the keeper did not end");
            }
            ring.close(TIMEOUT_NANOS);
            journal.close();
        }
    }

    /**
     * Runs it.
     *
     * @param arguments those of {@link Contest#run}
     * @throws Exception if something failed
     */
    public static void main(String[] arguments) throws Exception {
        List<Contender> contenders = new ArrayList<>();
        for (int threads : new int[] {1, 2, 8, 64}) {
            add(contenders, threads, "ring, blocking", false, 0, BlockingWaitStrategy::new);
            add(contenders, threads, "ring, gather", false, 30, BlockingWaitStrategy::new);
            add(contenders, threads, "alone", true, 0, BlockingWaitStrategy::new);
            for (int gather : new int[] {20, 50, 100}) {
                add(contenders, threads, "alone, gather " + gather, true, gather, BlockingWaitStrategy::new);
            }
            for (int yields : new int[] {20, 50, 100}) {
                add(contenders, threads, "alone, gather 50, phased " + yields, true, 50, () -> phased(yields));
            }
            add(contenders, threads, "alone, gather 50, yielding", true, 50, YieldingWaitStrategy::new);
        }
        Contest.run(contenders, arguments);
    }
}
