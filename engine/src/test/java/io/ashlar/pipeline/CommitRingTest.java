package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.lmax.disruptor.BlockingWaitStrategy;
import io.ashlar.Durability;
import io.ashlar.StoreClosedException;
import io.ashlar.StoreFailedException;
import io.ashlar.catalog.Catalog;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalPosition;
import io.ashlar.journal.JournalSettings;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CommitRingTest {
    private static final long TIMEOUT_NANOS = 20_000_000_000L;
    private static final int WORKERS = 8;

    @TempDir
    private Path directory;

    private final GatedDisk disk = new GatedDisk();
    private final FailureLatch latch = new FailureLatch();
    private final History history = new History();
    private final Lingering threads = new Lingering();
    private Journal journal;
    private CommitStage stage;
    private CommitRing ring;

    /** What was applied, in order. Fails whoever comes in while somebody is in. */
    private static final class History implements StateMachine {
        private final AtomicInteger inside = new AtomicInteger();
        private final List<Long> applied = Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> by = Collections.synchronizedList(new ArrayList<>());
        private long last;

        @Override
        public Catalog.Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position) {
            if (inside.getAndIncrement() != 0 || sequence != last + 1) {
                throw new IllegalStateException("record " + sequence + " after " + last);
            }
            last = sequence;
            applied.add(payload.getLong(payload.position()));
            by.add(Thread.currentThread());
            Thread.onSpinWait();
            inside.decrementAndGet();
            return Catalog.Outcome.DONE;
        }

        @Override
        public void durable(long sequence) {
            if (sequence > last) {
                throw new IllegalStateException("durable before it was applied");
            }
        }
    }

    /** Real threads; a test may say what happens while the ring gathers. */
    private static final class Lingering implements Threads {
        private final Threads real = new SystemThreads();
        private volatile Runnable meanwhile = () -> {};

        @Override
        public Worker start(String name, Runnable body) {
            return real.start(name, body);
        }

        @Override
        public ThreadFactory factory(String prefix) {
            return real.factory(prefix);
        }

        @Override
        public boolean await(BooleanSupplier done, long timeoutNanos) {
            return real.await(done, timeoutNanos);
        }

        @Override
        public boolean linger(BooleanSupplier done, long timeoutNanos) {
            meanwhile.run();
            return done.getAsBoolean();
        }
    }

    @BeforeEach
    void open() throws IOException {
        journal = Journal.create(
                disk, directory.resolve("journal"), new JournalSettings(1 << 20, 64 << 20, 1 << 16, 2), 1, 2);
        stage = new CommitStage(journal, history, latch);
        ring = ring(64);
    }

    private CommitRing ring(int slots) {
        return new CommitRing(
                stage, slots, TIMEOUT_NANOS, new CommitRing.Policy(true, 50_000, new BlockingWaitStrategy()), threads);
    }

    @AfterEach
    void close() throws IOException {
        disk.gate = () -> {};
        ring.close(TIMEOUT_NANOS);
        journal.close();
    }

    private static Commit commit(long number, Durability durability) {
        return Commit.record(1, ByteBuffer.allocate(64).putLong(0, number), durability, false);
    }

    private Commit submitted(long number, Durability durability) {
        Commit commit = commit(number, durability);
        ring.submit(commit);
        return commit;
    }

    /** Holds every force until the latch is open; counts those who wait. */
    private CountDownLatch closeGate(CountDownLatch arrived) {
        CountDownLatch open = new CountDownLatch(1);
        disk.gate = () -> {
            arrived.countDown();
            await(open);
        };
        return open;
    }

    private static void await(CountDownLatch event) {
        boolean interrupted = false;
        while (true) {
            try {
                if (!event.await(20, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody came");
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Thread> start(int count, Work work, AtomicReference<Throwable> failure) {
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int ordinal = i;
            Thread thread = new Thread(() -> {
                try {
                    work.run(ordinal);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            });
            thread.start();
            started.add(thread);
        }
        return started;
    }

    private interface Work {
        void run(int ordinal) throws Exception;
    }

    @Test
    void shouldCommitALoneSyncRecordOnTheThreadThatSubmitsIt() {
        for (int i = 0; i < 10; i++) {
            Commit commit = submitted(i, Durability.SYNC);
            assertThat(commit.done).isCompletedWithValue(Catalog.Outcome.DONE);
            assertThat(stage.durableSequence()).isEqualTo(i + 1);
        }
        assertThat(history.by).containsOnly(Thread.currentThread());
    }

    @Test
    void shouldNotMakeTheCallerOfAGroupedRecordWaitForTheForce() {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = closeGate(arrived);
        Commit commit = submitted(1, Durability.GROUPED);
        await(arrived);
        assertThat(commit.done).isNotDone();
        open.countDown();
        assertThat(commit.done.join()).isEqualTo(Catalog.Outcome.DONE);
        assertThat(history.by).doesNotContain(Thread.currentThread());
    }

    @Test
    void shouldNotOvertakeWhatTheSameThreadSubmittedBefore() {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = closeGate(arrived);
        Commit grouped = submitted(1, Durability.GROUPED);
        await(arrived);
        // The first is being forced, the second waits behind it: the third must not go ahead on its own.
        Commit second = submitted(2, Durability.BUFFERED);
        Commit third = submitted(3, Durability.SYNC);
        open.countDown();
        third.done.join();
        assertThat(List.of(grouped.sequence, second.sequence, third.sequence)).containsExactly(1L, 2L, 3L);
        assertThat(history.applied).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldCommitTogetherWhatArrivesWhileALoneCallerForces() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = closeGate(arrived);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> lone = start(1, i -> submitted(1, Durability.SYNC), failure);
        await(arrived);
        List<Commit> others = new ArrayList<>();
        for (int i = 2; i < 10; i++) {
            others.add(submitted(i, Durability.SYNC));
        }
        int before = disk.forces.get();
        open.countDown();
        others.forEach(other -> other.done.join());
        assertThat(disk.forces.get() - before).isEqualTo(2);
        lone.get(0).join();
        assertThat(failure.get()).isNull();
    }

    /** Three commit at once, of which the last two go together: next time, two are expected. */
    private void gatherCrowd() {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = closeGate(arrived);
        Commit first = submitted(1, Durability.GROUPED);
        await(arrived);
        Commit second = submitted(2, Durability.GROUPED);
        Commit third = submitted(3, Durability.GROUPED);
        open.countDown();
        List.of(first, second, third).forEach(one -> one.done.join());
    }

    @Test
    void shouldSendASyncRecordToTheRingWhileOthersAreAround() {
        gatherCrowd();
        // Lets the ring's thread come to rest, so that nothing but the crowd speaks for the ring.
        assertThat(threads.await(() -> false, 20_000_000)).isFalse();
        submitted(4, Durability.SYNC).done.join();
        assertThat(history.by).doesNotContain(Thread.currentThread());
    }

    @Test
    void shouldRunControlsOnTheRingsThread() {
        AtomicReference<Thread> by = new AtomicReference<>();
        Commit control = Commit.control(() -> by.set(Thread.currentThread()));
        ring.submit(control);
        control.done.join();
        assertThat(by.get().getName()).startsWith("ashlar-commit");
    }

    @Test
    void shouldForceOnceForThoseWhoJoinInWhileItGathers() {
        gatherCrowd();
        // Two came together. Of the next two, one comes late.
        List<Commit> late = Collections.synchronizedList(new ArrayList<>());
        threads.meanwhile = () -> late.add(submitted(5, Durability.GROUPED));
        int before = disk.forces.get();
        submitted(4, Durability.GROUPED).done.join();
        assertThat(late).hasSize(1);
        late.get(0).done.join();
        assertThat(disk.forces.get() - before).isEqualTo(1);
    }

    @Test
    void shouldReturnToTheCallersThreadWhenTheOthersHaveGone() {
        for (int round = 0; round < 3; round++) {
            List<Commit> many = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                many.add(submitted(i, Durability.GROUPED));
            }
            many.forEach(one -> one.done.join());
            // Not at once: the ring's thread may still be busy telling of the last batch.
            int tries = 0;
            do {
                submitted(0, Durability.SYNC).done.join();
            } while (history.by.get(history.by.size() - 1) != Thread.currentThread() && ++tries < 1000);
            assertThat(tries).isLessThan(1000);
        }
    }

    @Test
    void shouldTakeWhatACompletionSubmits() {
        for (Durability durability : Durability.values()) {
            CompletableFuture<Commit> nested = new CompletableFuture<>();
            Commit first = commit(1, durability);
            CompletableFuture<Void> unused = first.done.thenRun(() -> nested.complete(submitted(2, Durability.SYNC)));
            ring.submit(first);
            nested.join().done.join();
        }
        assertThat(history.applied).containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
    }

    @Test
    void shouldCommitForAnInterruptedCallerAndLeaveTheFlag() {
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().interrupt();
            Commit commit = submitted(i, Durability.SYNC);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(commit.done).isCompletedWithValue(Catalog.Outcome.DONE);
        }
        assertThat(latch.hasFailed()).isFalse();
    }

    @Test
    void shouldKeepOneOrderWithManyThreadsAndControls() throws Exception {
        ring.close(TIMEOUT_NANOS);
        ring = ring(4);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger controls = new AtomicInteger();
        List<Thread> workers = start(
                WORKERS,
                worker -> {
                    Random random = new Random(worker);
                    Commit last = null;
                    for (long i = 0; i < 400; i++) {
                        long number = worker * 1_000_000L + i;
                        int choice = random.nextInt(20);
                        if (choice == 0) {
                            Commit before = last;
                            Commit control = Commit.control(() -> {
                                controls.incrementAndGet();
                                if (before != null && stage.durableSequence() < before.sequence) {
                                    throw new IllegalStateException("a control ran before what came before it");
                                }
                            });
                            ring.submit(control);
                            control.done.join();
                        } else if (choice < 12) {
                            last = submitted(number, Durability.SYNC);
                            last.done.join();
                            assertThat(stage.durableSequence()).isGreaterThanOrEqualTo(last.sequence);
                        } else {
                            last = submitted(number, choice < 16 ? Durability.GROUPED : Durability.BUFFERED);
                        }
                        if (random.nextInt(50) == 0) {
                            Thread.sleep(1); // so that somebody is alone now and then
                        }
                    }
                },
                failure);
        for (Thread worker : workers) {
            worker.join();
        }
        ring.close(TIMEOUT_NANOS);
        assertThat(failure.get()).isNull();
        assertThat(controls.get()).isPositive();
        for (long worker = 0; worker < WORKERS; worker++) {
            long of = worker;
            assertThat(history.applied.stream().filter(number -> number / 1_000_000 == of))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        // Both ways were gone.
        assertThat(history.by.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void shouldFailEveryWaitingCallerWhenAForceFails() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        disk.gate = () -> {
            arrived.countDown();
            await(open);
            throw new IOException("the disk is gone");
        };
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Commit> lone = new AtomicReference<>();
        List<Thread> caller = start(1, i -> lone.set(submitted(1, Durability.SYNC)), failure);
        await(arrived);
        List<Commit> waiting = new ArrayList<>();
        for (int i = 2; i < 8; i++) {
            waiting.add(submitted(i, i % 2 == 0 ? Durability.SYNC : Durability.BUFFERED));
        }
        Commit control = Commit.control(() -> {});
        ring.submit(control);
        waiting.add(control);
        open.countDown();
        caller.get(0).join();
        waiting.add(lone.get());
        waiting.add(submitted(9, Durability.SYNC));
        for (Commit commit : waiting) {
            assertThatThrownBy(commit.done::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("the disk is gone");
        }
        assertThat(failure.get()).isNull();
        assertThat(history.applied).isEmpty();
        disk.gate = () -> {};
    }

    @Test
    void shouldFailTheStoreWhenAControlBreaksAndGoOnServing() {
        Commit control = Commit.control(() -> {
            throw new AssertionError("a defect");
        });
        ring.submit(control);
        assertThatThrownBy(control.done::join).cause().isInstanceOf(StoreFailedException.class);
        Commit after = submitted(1, Durability.GROUPED);
        assertThatThrownBy(after.done::join).cause().isInstanceOf(StoreFailedException.class);
    }

    @Test
    void shouldEndEveryCommitWhenItIsClosedMeanwhile() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Long> acknowledged = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(WORKERS * 20);
        List<Thread> workers = start(
                WORKERS,
                worker -> {
                    Random random = new Random(worker);
                    for (long i = 0; refused.get() < 100; i++) {
                        long number = worker * 1_000_000L + i;
                        try {
                            Commit commit =
                                    submitted(number, random.nextBoolean() ? Durability.SYNC : Durability.BUFFERED);
                            assertThat(threads.await(commit.done, TIMEOUT_NANOS))
                                    .isTrue();
                            Catalog.Outcome unused = commit.done.join();
                            acknowledged.add(number);
                        } catch (StoreClosedException e) {
                            refused.incrementAndGet();
                        }
                        busy.countDown();
                    }
                },
                failure);
        await(busy);
        ring.close(TIMEOUT_NANOS);
        long durable = stage.durableSequence();
        for (Thread worker : workers) {
            worker.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(history.applied).containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(stage.durableSequence()).isEqualTo(durable);
    }

    @Test
    void shouldWaitForALoneCommitterBeforeItIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch open = closeGate(arrived);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> lone = start(1, i -> submitted(1, Durability.SYNC).done.join(), failure);
        await(arrived);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> ring.close(TIMEOUT_NANOS));
        assertThatThrownBy(() -> closing.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        open.countDown();
        closing.join();
        lone.get(0).join();
        assertThat(failure.get()).isNull();
        assertThatThrownBy(() -> submitted(2, Durability.SYNC)).isInstanceOf(StoreClosedException.class);
        assertThat(history.applied).containsExactly(1L);
    }
}
