package io.ashlar.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns an interrupt from the keyboard, or a polite request to terminate, into a flag that long work looks at, and gives the
 * work some time to abandon what it began. Safe for use by many threads.
 */
public final class Interrupt {
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean asked;

    /** Makes one that nobody has asked to stop yet. */
    public Interrupt() {}

    /** Begins to listen: from now on the JVM waits for {@link #ended} before it goes. */
    void listen() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            asked = true;
                            awaitEnd();
                        },
                        "ashlar-interrupt"));
    }

    private void awaitEnd() {
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ashlar: gave up waiting; the store recovers when it is opened the next time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the work to stop. */
    void ask() {
        asked = true;
    }

    /**
     * Tells whether the work should stop.
     *
     * @return whether somebody asked
     */
    public boolean asked() {
        return asked;
    }

    /** The work is over, one way or the other. */
    void ended() {
        ended.countDown();
    }
}
