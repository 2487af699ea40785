package io.ashlar.redundancy;

import io.ashlar.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/** Threads that read and write until they are stopped; whatever a call throws is a violation. */
final class Users {
    private static final int WHOLE_ONE_IN = 4;
    private static final long END_MILLIS = 180_000;
    private static final double MIB = 1 << 20;

    private final StorageEngine engine;
    private final Contents contents;
    private final Findings findings;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong puts = new AtomicLong();
    private final AtomicLong putBytes = new AtomicLong();
    private final LongAccumulator slowestRead = new LongAccumulator(Math::max, 0);
    private final LongAccumulator slowestPut = new LongAccumulator(Math::max, 0);

    Users(StorageEngine engine, Contents contents, Findings findings, long seed, int readers, int writers) {
        this.engine = engine;
        this.contents = contents;
        this.findings = findings;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < readers; i++) {
            SplittableRandom own = random.split();
            threads.add(new Thread(() -> read(own), "reader-" + i));
        }
        for (int i = 0; i < writers; i++) {
            threads.add(new Thread(this::write, "writer-" + i));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    void stop() throws InterruptedException {
        stop.set(true);
        for (Thread thread : threads) {
            thread.join(END_MILLIS);
            findings.expect(!thread.isAlive(), thread.getName() + " has hung for " + END_MILLIS + " ms");
        }
    }

    private void read(SplittableRandom random) {
        while (!stop.get()) {
            long begun = System.nanoTime();
            int right = contents.check(engine, contents.any(random), random.nextInt(WHOLE_ONE_IN) == 0, random);
            slowestRead.accumulate(System.nanoTime() - begun);
            reads.incrementAndGet();
            readBytes.addAndGet(Math.max(0, right));
        }
    }

    private void write() {
        while (!stop.get()) {
            long begun = System.nanoTime();
            try {
                putBytes.addAndGet(contents.put(engine));
            } catch (RuntimeException e) {
                findings.violation("a put was refused: " + e);
            }
            slowestPut.accumulate(System.nanoTime() - begun);
            puts.incrementAndGet();
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d reads (%.0f MiB, slowest %d ms) and %,d puts (%.0f MiB, slowest %d ms) went on",
                reads.get(),
                readBytes.get() / MIB,
                slowestRead.get() / 1_000_000,
                puts.get(),
                putBytes.get() / MIB,
                slowestPut.get() / 1_000_000);
    }
}
