package io.ashlar.simulation;

import com.sun.management.OperatingSystemMXBean;
import io.ashlar.simulation.Figures.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
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
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final String USAGE =
            "usage: simulate.sh [--seeds N | --images N] [--first S] [--seed S] [--shrink S] [--threads N] [--resume FILE]";

    private final Options options;
    private final Progress progress;
    private final PrintStream out;
    private final AtomicLong next;
    private final AtomicBoolean violated = new AtomicBoolean();
    private final Figures figures = new Figures();

    private record Options(long first, long seeds, long images, int threads, String resume, boolean shrink) {
        long end() {
            return first + seeds;
        }

        static Options of(String[] arguments) {
            long seeds = 100;
            long images = Long.MAX_VALUE;
            long first = 1;
            int threads = 1;
            String resume = "";
            boolean shrink = false;
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Long.parseLong(value);
                    case "--images" -> {
                        images = Long.parseLong(value);
                        seeds = Integer.MAX_VALUE;
                    }
                    case "--first" -> first = Long.parseLong(value);
                    case "--threads" -> threads = Math.max(1, Integer.parseInt(value));
                    case "--resume" -> resume = value;
                    case "--seed", "--shrink" -> {
                        first = Long.parseLong(value);
                        seeds = 1;
                        shrink = arguments[i].equals("--shrink");
                    }
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            return new Options(first, seeds, images, threads, resume, shrink);
        }
    }

    private SimulationMain(Options options, PrintStream out) throws IOException {
        this.options = options;
        this.out = out;
        progress = Progress.of(options.resume.isEmpty() ? null : Path.of(options.resume));
        figures.add(progress.before());
        next = new AtomicLong(options.first);
    }

    /**
     * Runs seeds.
     *
     * @param arguments {@code --seeds N}, {@code --images N}, {@code --first S}, {@code --seed S}, {@code --threads N}, {@code --resume FILE}
     * @throws InterruptedException if somebody interrupts it
     * @throws IOException if the file with the progress cannot be read or written
     */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        // The engine warns of what the simulator does to it.
        ENGINE.setLevel(Level.OFF);
        if (options.shrink) {
            System.exit(new Shrinker(options.first, System.out).run() ? 1 : 0);
        }
        boolean kept = new SimulationMain(options, System.out).run();
        System.exit(kept ? 0 : 1);
    }

    private boolean run() throws InterruptedException {
        long begunNanos = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < options.threads; i++) {
            Thread thread = new Thread(this::runBlocks, "simulation-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        report((System.nanoTime() - begunNanos) / 1e9);
        return !violated.get();
    }

    private void runBlocks() {
        long from;
        while (!isEnough() && (from = next.getAndAdd(Progress.BLOCK_SEEDS)) < options.end() && !violated.get()) {
            long to = Math.min(options.end(), from + Progress.BLOCK_SEEDS);
            if (!progress.isDone(from)) {
                runBlock(from, to);
            }
        }
    }

    /** Whether as many images were looked at as are wanted. */
    private boolean isEnough() {
        synchronized (figures) {
            return figures.get(Figure.POINTS_QUALIFIED) >= options.images;
        }
    }

    private void runBlock(long from, long to) {
        Figures block = new Figures();
        for (long seed = from; seed < to && !violated.get(); seed++) {
            Figures mine = new Figures();
            Decisions decisions = new Decisions(seed, null);
            RunLog log = new RunLog(decisions);
            Throwable failure = null;
            try {
                Simulation.run(seed, mine, log, decisions);
            } catch (Exception | Error e) {
                failure = e;
            }
            block.add(mine);
            synchronized (figures) {
                figures.add(mine);
                if (failure != null && !violated.getAndSet(true)) {
                    complain(seed, mine, log, failure);
                }
            }
        }
        if (!violated.get()) {
            try {
                progress.done(from, to - from, block);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void complain(long seed, Figures mine, RunLog log, Throwable failure) {
        out.println("What was done last:");
        log.lines().forEach(out::println);
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        out.println(trace);
        out.println(
                "VIOLATED at seed " + seed + ", crash point " + mine.get(Figure.POINTS) + ": " + failure.getMessage());
        out.println("Again: scripts/simulate.sh --seed " + seed + ", and shorter: --shrink " + seed);
    }

    private void report(double seconds) {
        figures.print(out);
        Figures before = progress.before();
        if (before.get(Figure.SEEDS) > 0) {
            out.printf(Locale.ROOT, "%,d of the seeds were done before%n", before.get(Figure.SEEDS));
        }
        long points = figures.get(Figure.POINTS) - before.get(Figure.POINTS);
        long opened = figures.get(Figure.POINTS_OPENED) - before.get(Figure.POINTS_OPENED);
        double processorSeconds = PROCESS.getProcessCpuTime() / 1e9;
        out.printf(
                Locale.ROOT,
                "In %.1f s, a second of processor time: %,.0f crash points, of which %,.0f opened%n",
                seconds,
                points / processorSeconds,
                opened / processorSeconds);
        out.printf(
                Locale.ROOT,
                "%,d crash points over %,d seeds from %d on in %.1f s, %,.0f a second: %s%n",
                figures.get(Figure.POINTS),
                figures.get(Figure.SEEDS),
                options.first,
                seconds,
                points / seconds,
                violated.get() ? "VIOLATED" : "no violation");
    }
}
