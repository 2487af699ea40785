package io.ashlar.testkit;

import io.ashlar.spi.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * No threads at all. What a component wants to run in a thread of its own is written down, for the simulation to run or to
 * replace by single steps; waiting runs the simulation's step and moves the simulated clock. For one thread.
 */
public final class SimulatedThreads implements Threads {
    private static final long FIRST_TICK_NANOS = 1_000;
    /** After so many steps the clock moves twice as fast, so that even an endless wait ends after some hundred steps. */
    private static final int STEPS_PER_TICK_LENGTH = 16;

    private static final int NESTED_WAITS_MAX = 64;

    private final SimulatedClock clock;
    private final Runnable step;
    private final List<SimulatedWorker> started = new ArrayList<>();
    private int nestedWaits;

    /**
     * Prepares to drive components.
     *
     * @param clock moved by waiting
     * @param step lets the other parts of the simulation do a little; may itself wait
     */
    public SimulatedThreads(SimulatedClock clock, Runnable step) {
        this.clock = clock;
        this.step = step;
    }

    /**
     * Writes down what was to run; runs nothing.
     *
     * @return a worker that ends when the simulation has run it
     */
    @Override
    public Worker start(String name, Runnable body) {
        SimulatedWorker worker = new SimulatedWorker(name, body);
        started.add(worker);
        return worker;
    }

    /**
     * Refuses: whoever starts threads by himself cannot be simulated.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public ThreadFactory factory(String prefix) {
        throw new UnsupportedOperationException("no threads in a simulation, not even " + prefix);
    }

    /**
     * Asks, lets the simulation take a step, moves the clock, and so on.
     *
     * @throws IllegalStateException if waits are nested so deeply that they must be waiting for each other
     */
    @Override
    public boolean await(BooleanSupplier done, long timeoutNanos) {
        if (nestedWaits == NESTED_WAITS_MAX) {
            throw new IllegalStateException("waits within waits: " + NESTED_WAITS_MAX);
        }
        nestedWaits++;
        try {
            return awaitSteps(done, timeoutNanos);
        } finally {
            nestedWaits--;
        }
    }

    private boolean awaitSteps(BooleanSupplier done, long timeoutNanos) {
        long begunNanos = clock.nanoTime();
        long tickNanos = FIRST_TICK_NANOS;
        for (long steps = 1; !done.getAsBoolean(); steps++) {
            long leftNanos = timeoutNanos - (clock.nanoTime() - begunNanos);
            if (leftNanos <= 0) {
                return false;
            }
            step.run();
            clock.advanceNanos(Math.min(tickNanos, leftNanos));
            if (steps % STEPS_PER_TICK_LENGTH == 0 && tickNanos <= Long.MAX_VALUE / 2) {
                tickNanos *= 2;
            }
        }
        return true;
    }

    /**
     * What components wanted to run, in order.
     *
     * @return an unmodifiable view
     */
    public List<SimulatedWorker> started() {
        return Collections.unmodifiableList(started);
    }

    /** A thread that was asked for and does not exist. */
    public final class SimulatedWorker implements Worker {
        private final String name;
        private final Runnable body;
        private boolean ended;
        private long wakes;

        private SimulatedWorker(String name, Runnable body) {
            this.name = name;
            this.body = body;
        }

        /**
         * What the thread would have been called.
         *
         * @return its name
         */
        public String name() {
            return name;
        }

        /**
         * Runs the body to its end, on the calling thread. Only once.
         *
         * @throws IllegalStateException if it has run
         */
        public void run() {
            if (ended) {
                throw new IllegalStateException(name + " has run");
            }
            try {
                body.run();
            } finally {
                ended = true;
            }
        }

        /**
         * Tells how often it was woken.
         *
         * @return how many calls of {@link #wake}
         */
        public long wakes() {
            return wakes;
        }

        @Override
        public boolean join(long timeoutNanos) {
            return await(() -> ended, timeoutNanos);
        }

        @Override
        public void wake() {
            wakes++;
        }
    }
}
