package io.ashlar.simulation;

import io.ashlar.EngineSettings;
import io.ashlar.StorageException;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedCrash;
import io.ashlar.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * One seed: a store on a simulated disk through several lives, each of which ends with a power loss, the death of the process
 * or a close in good order. The same seed does the same, step by step.
 */
final class Simulation {
    private static final int LIVES = 4;
    private static final int STEPS_MAX = 900;
    private static final int OPERATIONS_MAX = 260;

    private final SplittableRandom random;
    private final Figures figures;
    private final History history = new History();
    private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
    private final EngineSettings settings;
    private final Contents contents;
    private final Weather weather;
    private final ArrayDeque<String> log;
    private SimulatedDisk disk;

    /**
     * Prepares a run.
     *
     * @param log gets the newest of what is done
     */
    Simulation(long seed, Figures figures, ArrayDeque<String> log) {
        this.figures = figures;
        this.log = log;
        random = new SplittableRandom(seed);
        settings = settings(seed);
        contents = new Contents(random.split(), 6 + random.nextInt(10), settings.inlineThresholdBytes());
        weather = Weather.of(random);
        disk = new SimulatedDisk(random.nextLong(), clock, random.nextInt(3) == 0 ? 64 : 512);
    }

    private EngineSettings settings(long seed) {
        int segment = 8192 << random.nextInt(2);
        return EngineSettings.defaults()
                .withExtentPageBytes(512)
                .withInlineThresholdBytes(random.nextInt(8) == 0 ? 0 : 300 + random.nextInt(400))
                .withJournalSegmentBytes(segment)
                .withCheckpointJournalBytes(segment)
                .withJournalMaxBytes(640 << 10)
                // Not drawn: kept seeds go on meaning what they meant.
                .withDiskReserveBytes((seed & 2) == 0 ? 0 : 96 << 10)
                .withMemoryBudgetBytes(1 << 18)
                .withGcGraceMillis(random.nextInt(2))
                .withOrphanGraceMillis(0)
                .withMaintenanceIntervalMillis(0);
    }

    /** Runs all lives. */
    void run() throws IOException {
        for (int life = 0; life < LIVES; life++) {
            live();
        }
        // The last one is looked at in every way, in good weather.
        disk.faults().clear();
        disk.capacityBytes(Long.MAX_VALUE);
        CrashPoints points = points();
        points.deep(disk);
        figures.count(Figure.SEEDS);
    }

    private CrashPoints points() {
        return new CrashPoints(disk, clock, settings, history, random.split(), figures, false);
    }

    private void live() throws IOException {
        log.add("--- a life begins");
        figures.count(Figure.LIVES);
        CrashPoints points = points();
        points.endAt(disk.operations() + 1 + random.nextInt(OPERATIONS_MAX));
        disk.observe(points);
        try {
            live(points);
        } catch (SimulatedCrash | StorageException e) {
            points.checkViolation();
            if (!disk.isDead()) {
                throw e;
            }
            log.add("crash: " + e.getMessage());
        }
        points.checkViolation();
        figures.add(Figure.OPERATIONS, disk.operations());
        figures.addFaults(disk);
        SimulatedDisk left = points.left();
        if (left == null) {
            left = random.nextInt(3) == 0 ? disk.processKilled() : disk.afterCrash(random);
        }
        left.faults().clear();
        disk = left;
    }

    private void live(CrashPoints points) throws IOException {
        Workload[] workload = new Workload[1];
        weather.set(disk, random);
        SimulatedEngine engine;
        try {
            engine = SimulatedEngine.open(
                    disk, clock, settings, history, figures, random.nextLong(), () -> step(workload[0], points));
        } catch (IOException | StorageException e) {
            weather.allows(e);
            figures.count(Figure.OPENINGS_FAILED);
            log.add("could not be opened: " + e);
            return;
        }
        long sequence = engine.lastSequence();
        log.add("opened at record " + sequence);
        history.recovered(sequence);
        engine.checkState();
        Workload users = new Workload(engine, random, contents, weather, figures, log);
        workload[0] = users;
        int steps = random.nextInt(STEPS_MAX);
        for (int i = 0; i < steps && !disk.isDead(); i++) {
            step(users, points);
        }
        figures.add(Figure.PACKS_REWRITTEN, engine.core.collector().packsRewritten());
        if (engine.driver.hasFailed()) {
            figures.count(Figure.LATCHED);
        } else if (random.nextInt(4) == 0 && !disk.isDead() && weather.isGood()) {
            log.add("close");
            engine.close();
            history.checkFaults();
        }
    }

    private void step(Workload users, CrashPoints points) {
        users.step();
        points.checkViolation();
    }
}
