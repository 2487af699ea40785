package io.ashlar.simulation;

import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedCrash;
import io.ashlar.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a store on a simulated disk through several lives, each of which ends with a power loss, the death of the process
 * or a close in good order. The same seed does the same, step by step.
 */
final class Simulation {
    private static final int LIVES = 4;
    private static final int ROTTEN_IMAGES = 100;

    private final Figures figures;
    private final Decisions decisions;
    private final RunLog log;
    private final int imagesEach;
    private final History history = new History();
    private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
    private final Swarm swarm;
    private final Contents contents;
    private final Baton baton;
    private SimulatedDisk disk;
    private @Nullable Seams seams;
    private int turns = Integer.MAX_VALUE;

    /**
     * Prepares a run.
     *
     * @param imagesEach how many images are drawn at every point
     */
    Simulation(long seed, Figures figures, Decisions decisions, RunLog log, int imagesEach) {
        this.figures = figures;
        this.decisions = decisions;
        this.log = log;
        this.imagesEach = imagesEach;
        SplittableRandom random = new SplittableRandom(seed);
        swarm = new Swarm(random);
        contents = new Contents(random.split(), swarm.contents, swarm.settings.inlineThresholdBytes(), swarm.twins);
        disk = new SimulatedDisk(random.nextLong(), clock, swarm.sectorBytes);
        baton = new Baton(swarm.switchOneIn, figures);
    }

    /** Runs one seed as it is. */
    static void run(long seed, Figures figures, RunLog log, Decisions decisions) throws IOException {
        new Simulation(seed, figures, decisions, log, 1).run();
    }

    /** Runs all lives, none of them longer than so many turns, and looks at no images: for somebody who watches. */
    void lives(int turnsMax, Watch watch) throws IOException {
        history.watch = watch;
        turns = turnsMax;
        try {
            for (int life = 0; life < LIVES; life++) {
                live(life);
            }
        } finally {
            baton.close();
        }
    }

    /** Runs all lives, and looks at images of the disk. */
    void run() throws IOException {
        try {
            for (int life = 0; life < LIVES; life++) {
                live(life);
            }
            end(decisions.life(LIVES + 1));
            figures.count(Figure.SEEDS);
        } finally {
            baton.abandon();
            baton.close();
        }
    }

    /** The last image is looked at in every way, in good weather or with rot. */
    private void end(SplittableRandom random) throws IOException {
        disk.faults().clear();
        disk.capacityBytes(Long.MAX_VALUE);
        if (swarm.manner != Swarm.Manner.ROTTEN) {
            points(random).deep(disk);
            return;
        }
        SimulatedDisk before = disk.fork();
        swarm.rot();
        live(LIVES);
        for (int i = 0; i < ROTTEN_IMAGES; i++) {
            RotCheck.flipAndCheck(before.fork(), clock, swarm.settings, history, figures, random.split());
        }
    }

    /** Looks at the disk as it is. */
    private CrashPoints points(SplittableRandom random) {
        return new CrashPoints(
                disk, clock, swarm.settings, history, random.split(), figures, this::activity, imagesEach);
    }

    private Activity activity() {
        return seams == null ? Activity.OPENING : seams.activity();
    }

    private void live(int life) throws IOException {
        log.add("--- a life begins");
        figures.count(Figure.LIVES);
        SplittableRandom random = decisions.life(life);
        CrashPoints points = points(random);
        Seams watching = new Seams(points, baton, figures);
        seams = watching;
        disk.observe(watching);
        if (swarm.isRotting()) {
            points.rot();
        }
        if (swarm.isRotting() || swarm.manner == Swarm.Manner.CRAMPED) {
            // A journal that fills up takes long to read.
            points.sparse();
        }
        points.endAt(disk.operations() + 1 + random.nextInt(swarm.operationsMax));
        try {
            live(life, random, points, watching);
        } catch (SimulatedCrash | StorageException e) {
            points.checkViolation();
            if (!disk.isDead()) {
                throw e;
            }
            log.add("crash: " + e.getMessage());
        } finally {
            history.watch.ended();
            baton.abandon();
        }
        points.checkViolation();
        figures.add(Figure.OPERATIONS, disk.operations());
        SimulatedDisk left = points.left();
        if (left == null) {
            left = random.nextInt(3) == 0 ? disk.processKilled() : disk.afterCrash(random);
        }
        left.faults().clear();
        disk = left;
    }

    private void live(int life, SplittableRandom random, CrashPoints points, Seams watching) throws IOException {
        swarm.begin(disk, random);
        SimulatedEngine engine;
        try {
            engine = SimulatedEngine.open(
                    disk,
                    clock,
                    swarm.settings,
                    history,
                    figures,
                    random.nextLong(),
                    new SeamThreads(baton, clock),
                    backend -> {
                        FaultyBackend faulty = new FaultyBackend(backend, random.nextLong(), clock::advanceNanos);
                        swarm.set(faulty);
                        faulty.observe(watching);
                        return DeletesInTurn.of(faulty, baton);
                    });
        } catch (IOException | StorageException e) {
            swarm.allows(e);
            figures.count(Figure.OPENINGS_FAILED);
            log.add("could not be opened: " + e);
            return;
        }
        long sequence = engine.lastSequence();
        log.add("opened at record " + sequence);
        history.recovered(sequence);
        check(engine);
        swarm.set(disk);
        Strike strike = swarm.strike(random);
        if (strike != null) {
            watching.strike(strike, disk.faults(), history);
        }
        baton.run(new Workload(
                engine,
                life,
                Math.min(turns, random.nextInt(swarm.stepsMax)),
                decisions,
                swarm,
                contents,
                baton,
                figures,
                log,
                points::checkViolation));
        figures.add(Figure.PACKS_REWRITTEN, engine.core.collector().packsRewritten());
        if (engine.driver.hasFailed()) {
            figures.count(Figure.LATCHED);
        } else if (random.nextInt(4) == 0 && !disk.isDead() && swarm.isGood()) {
            log.add("close");
            watching.outside(Activity.CLOSING);
            engine.close();
            history.checkFaults();
        }
    }

    private void check(SimulatedEngine engine) throws IOException {
        try {
            engine.checkState();
            for (ExtentId id : history.latest().ids(false)) {
                engine.checkBytes(id);
            }
        } catch (IOException | StorageException e) {
            // The tables of the catalog may lie on a disk that fails.
            swarm.allows(e);
        }
    }
}
