package io.ashlar.simulation;

import io.ashlar.simulation.Figures.Figure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the simulator from a shell: {@code scripts/simulate.sh}. Each seed runs on one thread; several may run side by side.
 * Ends with 1 if a promise was broken, after one command that does the same again.
 */
public final class SimulationMain {
    private static final Logger ENGINE = Logger.getLogger("io.ashlar");

    private final long first;
    private final long end;
    private final PrintStream out;
    private final AtomicLong next;
    private final AtomicBoolean violated = new AtomicBoolean();
    private final Figures figures = new Figures();

    private SimulationMain(long first, long seeds, PrintStream out) {
        this.first = first;
        this.end = first + seeds;
        this.out = out;
        next = new AtomicLong(first);
    }

    /**
     * Runs seeds.
     *
     * @param arguments {@code --seeds N}, {@code --first S}, {@code --seed S}, {@code --threads N}
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] arguments) throws InterruptedException {
        long seeds = 100;
        long first = 1;
        int threads = 1;
        for (int i = 0; i < arguments.length; i += 2) {
            long value = i + 1 < arguments.length ? number(arguments[i + 1]) : -1;
            switch (value < 0 ? "" : arguments[i]) {
                case "--seeds" -> seeds = value;
                case "--first" -> first = value;
                case "--threads" -> threads = (int) Math.max(1, value);
                case "--seed" -> {
                    first = value;
                    seeds = 1;
                }
                default -> {
                    System.err.println("usage: simulate.sh [--seeds N] [--first S] [--seed S] [--threads N]");
                    System.exit(2);
                }
            }
        }
        // The engine warns of what the simulator does to it.
        ENGINE.setLevel(Level.OFF);
        boolean kept = new SimulationMain(first, seeds, System.out).run(threads);
        System.exit(kept ? 0 : 1);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private boolean run(int count) throws InterruptedException {
        long begunNanos = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::runSeeds, "simulation-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        report((System.nanoTime() - begunNanos) / 1e9);
        return !violated.get();
    }

    private void runSeeds() {
        long seed;
        while ((seed = next.getAndIncrement()) < end && !violated.get()) {
            Figures mine = new Figures();
            ArrayDeque<String> log = new ArrayDeque<>();
            Throwable failure = null;
            try {
                new Simulation(seed, mine, log).run();
            } catch (Exception | Error e) {
                failure = e;
            }
            synchronized (figures) {
                figures.add(mine);
                if (failure != null && !violated.getAndSet(true)) {
                    complain(seed, mine, log, failure);
                }
            }
        }
    }

    private void complain(long seed, Figures mine, ArrayDeque<String> log, Throwable failure) {
        out.println("What was done last:");
        log.forEach(out::println);
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        out.println(trace);
        out.println(
                "VIOLATED at seed " + seed + ", crash point " + mine.get(Figure.POINTS) + ": " + failure.getMessage());
        out.println("Again: scripts/simulate.sh --seed " + seed);
    }

    private void report(double seconds) {
        figures.print(out);
        out.printf(
                Locale.ROOT,
                "%,d crash points over %,d seeds from %d on in %.1f s, %,.0f a second: %s%n",
                figures.get(Figure.POINTS),
                figures.get(Figure.SEEDS),
                first,
                seconds,
                figures.get(Figure.POINTS) / seconds,
                violated.get() ? "VIOLATED" : "no violation");
    }
}
