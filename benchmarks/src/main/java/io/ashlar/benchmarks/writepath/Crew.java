package io.ashlar.benchmarks.writepath;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that do the same thing at the same time. */
public final class Crew {
    /** What one of them does. */
    public interface Work {
        void run(int ordinal, Stopwatch.Lane lane) throws Exception;
    }

    private Crew() {}

    /** Runs them all, from the same moment on, and waits for the last. */
    public static void run(int threads, Stopwatch watch, Work work) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> crew = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int ordinal = i;
            Stopwatch.Lane lane = watch.lane();
            Thread thread = new Thread(
                    () -> {
                        try {
                            go.await();
                            work.run(ordinal, lane);
                        } catch (Exception | Error e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "crew-" + i);
            thread.start();
            crew.add(thread);
        }
        watch.start();
        go.countDown();
        for (Thread thread : crew) {
            thread.join();
        }
        watch.stop();
        Throwable first = failure.get();
        if (first != null) {
            throw new IllegalStateException("a thread of the benchmark failed", first);
        }
    }
}
