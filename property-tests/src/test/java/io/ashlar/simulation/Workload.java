package io.ashlar.simulation;

import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.Orphans;
import io.ashlar.simulation.Figures.Figure;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The turns of one life: each starts something that users or the engine's own parts do, or goes on with what was suspended.
 * What only one thread does at a time in production, only one actor does at a time here.
 */
final class Workload implements Baton.Turns {
    private static final int DRAINING_MAX = 4_000;

    /** Something that an actor does. */
    @FunctionalInterface
    private interface Action {
        void run(SplittableRandom random) throws IOException;
    }

    private final SimulatedEngine engine;
    private final int life;
    private final int turns;
    private final Decisions decisions;
    private final Swarm swarm;
    private final Baton baton;
    private final Figures figures;
    private final RunLog log;
    private final Users users;
    private final Runnable check;

    private int turn;
    private int draining;
    private boolean committing;
    private boolean maintaining;
    private boolean searching;
    private @Nullable Orphans orphans;

    /**
     * Begins a life.
     *
     * @param check throws what was found wrong where nothing could be thrown; after every turn
     */
    Workload(
            SimulatedEngine engine,
            int life,
            int turns,
            Decisions decisions,
            Swarm swarm,
            Contents contents,
            Baton baton,
            Figures figures,
            RunLog log,
            Runnable check) {
        this.engine = engine;
        this.life = life;
        this.turns = turns;
        this.decisions = decisions;
        this.swarm = swarm;
        this.baton = baton;
        this.figures = figures;
        this.log = log;
        this.check = check;
        users = new Users(engine, swarm, contents, baton, figures, log);
    }

    @Override
    public boolean next() {
        check();
        if (engine.disk.isDead()) {
            return false;
        }
        if (turn == turns) {
            return drain();
        }
        SplittableRandom random = decisions.turn(life, turn++);
        if (random != null) {
            figures.count(Figure.STEPS);
            take(random);
        }
        return true;
    }

    private void check() {
        check.run();
        engine.history.checkFaults();
        Violation.unless(
                !swarm.isGood() || !engine.driver.hasFailed() || engine.disk.isDead(),
                () -> "the store failed although its disk did not: "
                        + engine.core.latch().failure());
    }

    private void take(SplittableRandom random) {
        if (swarm.clockJumps > 0 && random.nextInt(1000) < swarm.clockJumps) {
            jump(random);
        }
        int suspended = baton.suspended();
        if (suspended > 0 && random.nextInt(100) < swarm.resumePercent) {
            log.step("go on with one who was suspended");
            if (!baton.resume(random.nextInt(suspended))) {
                engine.clock.advanceNanos(random.nextInt(200_000));
            }
            return;
        }
        int toss = random.nextInt(100);
        if ((toss -= swarm.puts) < 0 && engine.driver.hasFreePut()) {
            act(Activity.PUTTING, random, engine.driver::stepPut);
        } else if (toss >= 0 && (toss -= swarm.commits) < 0 && !committing && engine.driver.commitsUnderWay() > 0) {
            commit(random);
        } else if (toss >= 0 && (toss -= swarm.collections) < 0 && !maintaining) {
            maintain(Activity.COLLECTING, random, this::collect);
        } else if (toss >= 0 && (toss -= swarm.checkpoints) < 0 && !maintaining) {
            maintain(Activity.CHECKPOINTING, random, this::checkpoint);
        } else if (toss >= 0 && toss < 6) {
            rarely(toss, random);
        } else {
            act(Activity.CALLING, random, users::act);
        }
    }

    private void rarely(int which, SplittableRandom random) {
        switch (which) {
            case 0 ->
                maintain(
                        Activity.CHECKPOINTING,
                        random,
                        drawn -> engine.core.journal().prepareSpare());
            case 1 ->
                act(Activity.CALLING, random, drawn -> {
                    CompletableFuture<Void> unused = engine.driver.control(() -> {});
                });
            case 2, 3 -> search(random);
            case 4 -> engine.core.pins().expire(engine.clock.nanoTime());
            default -> engine.clock.advanceNanos(random.nextInt(4_000_000));
        }
    }

    /** Both clocks go forward by far, or that on the wall goes anywhere. */
    private void jump(SplittableRandom random) {
        figures.count(Figure.CLOCK_JUMPS);
        long millis = 1L << random.nextInt(34);
        if (random.nextInt(3) == 0) {
            log.add("both clocks go " + millis + " ms forward");
            figures.countFault("CLOCK_FORWARD", Activity.CALLING);
            engine.clock.advanceMillis(millis);
        } else {
            long by = random.nextBoolean() ? millis : -millis;
            log.add("the wall clock goes by " + by + " ms");
            figures.countFault("WALL_CLOCK_JUMP", Activity.CALLING);
            engine.clock.jumpWallMillis(by);
        }
    }

    private void act(Activity activity, SplittableRandom random, Action action) {
        if (activity != Activity.CALLING) {
            log.step("a step of " + activity.heading);
        }
        baton.act(activity, random, drawn -> {
            try {
                action.run(drawn);
            } catch (StorageException e) {
                figures.add(Figure.REFUSED_FULL, e instanceof StoreFullException ? 1 : 0);
                log.add("refused: " + e.getClass().getSimpleName() + ": " + e.getMessage());
            } catch (IOException e) {
                // A fault of the disk; whoever asked is told, and the engine goes on or has latched.
                log.add("failed: " + e.getMessage());
            }
        });
    }

    private void commit(SplittableRandom random) {
        if (!committing) {
            act(Activity.COMMITTING, random, drawn -> {
                committing = true;
                try {
                    engine.driver.stepCommit(1 + drawn.nextInt(6));
                } finally {
                    committing = false;
                }
            });
        }
    }

    private void maintain(Activity activity, SplittableRandom random, Action action) {
        if (!maintaining) {
            act(activity, random, drawn -> {
                maintaining = true;
                try {
                    action.run(drawn);
                } finally {
                    maintaining = false;
                }
            });
        }
    }

    private void collect(SplittableRandom random) throws IOException {
        long before = engine.core.collector().sweptExtents();
        for (int i = random.nextInt(swarm.burst);
                i >= 0 && engine.core.collector().step();
                i--) {
            // As long as there is something to do.
        }
        figures.add(Figure.SWEPT, engine.core.collector().sweptExtents() - before);
    }

    private void checkpoint(SplittableRandom random) throws IOException {
        if (engine.core.checkpointer().isUnderWay()) {
            long before = engine.core.checkpointer().completed();
            for (int i = random.nextInt(swarm.burst);
                    i >= 0 && engine.core.checkpointer().step();
                    i--) {
                // As long as it need not wait.
            }
            figures.add(Figure.CHECKPOINTS, engine.core.checkpointer().completed() - before);
        } else if (engine.driver.takeRoomWanted() || (swarm.manner != Swarm.Manner.CRAMPED && random.nextInt(2) == 0)) {
            log.add("begin a checkpoint");
            engine.core.checkpointer().begin();
        }
    }

    private void search(SplittableRandom random) {
        if (!searching) {
            act(Activity.SEARCHING, random, drawn -> {
                searching = true;
                try {
                    Orphans search = orphans == null ? engine.orphans() : orphans;
                    long before = search.found();
                    orphans = null;
                    orphans = search.step() ? search : null;
                    figures.add(Figure.ORPHANS, search.found() - before);
                } finally {
                    searching = false;
                }
            });
        }
    }

    /** Lets those who are suspended come to an end; whether somebody is still. */
    private boolean drain() {
        if (baton.suspended() == 0) {
            return false;
        }
        Violation.unless(draining++ < DRAINING_MAX, () -> "there are calls that never end");
        for (int i = 0; i < baton.suspended(); i++) {
            if (baton.resume(i)) {
                return true;
            }
        }
        SplittableRandom random = new SplittableRandom(draining);
        if (random.nextBoolean()) {
            commit(random);
        } else {
            act(Activity.PUTTING, random, engine.driver::stepPut);
        }
        engine.clock.advanceNanos(1L << Math.min(36, draining / 8));
        return true;
    }
}
