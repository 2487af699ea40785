package io.ashlar.simulation;

import io.ashlar.spi.Threads;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedThreads;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/** Waiting that lets the other actors go on. Threads are not started: the simulation has its own. */
final class SeamThreads implements Threads {
    private final Baton baton;
    private final SimulatedClock clock;
    private final SimulatedThreads alone;

    SeamThreads(Baton baton, SimulatedClock clock) {
        this.baton = baton;
        this.clock = clock;
        alone = new SimulatedThreads(clock, () -> {});
    }

    @Override
    public Worker start(String name, Runnable body) {
        return alone.start(name, body);
    }

    @Override
    public ThreadFactory factory(String prefix) {
        return alone.factory(prefix);
    }

    @Override
    public boolean await(BooleanSupplier done, long timeoutNanos) {
        long begunNanos = clock.nanoTime();
        // Asking may change something, so nobody asks again after a yes.
        boolean[] held = {done.getAsBoolean()};
        if (held[0] || timeoutNanos <= 0) {
            return held[0];
        }
        boolean waited = baton.await(() -> {
            held[0] = held[0] || done.getAsBoolean();
            return held[0] || clock.nanoTime() - begunNanos >= timeoutNanos;
        });
        return waited ? held[0] : alone.await(done, timeoutNanos);
    }
}
