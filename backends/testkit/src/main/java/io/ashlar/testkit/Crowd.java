package io.ashlar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Runs something on many threads at once, and fails if it fails on one of them. */
final class Crowd {

    /** What a member does. */
    interface Task {
        void run(int member) throws Exception;
    }

    private Crowd() {}

    static void run(int members, Task task) throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < members; index++) {
            int member = index;
            Thread thread = new Thread(
                    () -> {
                        try {
                            start.await();
                            task.run(member);
                        } catch (Throwable e) {
                            failures.add(e);
                        }
                    },
                    "crowd-" + member);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable first = failures.poll();
        if (first != null) {
            failures.forEach(first::addSuppressed);
            throw new AssertionError("one of " + members + " threads failed: " + first, first);
        }
    }
}
