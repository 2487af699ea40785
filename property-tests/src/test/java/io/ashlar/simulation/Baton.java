package io.ashlar.simulation;

import io.ashlar.testkit.SimulatedCrash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets several actors run on threads of their own, but only one of them at a time: whoever holds the baton. It changes hands
 * only where the holder lets it go, at a seam of the engine or while it waits, and a seed decides where and to whom. So one seed
 * gives one order, and any order is possible that differs from it only between two seams.
 *
 * <ol>
 *   <li>A thread that holds the baton takes one turn after the other. A turn runs an actor, or goes on with one that was
 *       suspended: then the baton goes to the thread of that one.
 *   <li>An actor that is suspended keeps its thread, and the turns go on in another.
 *   <li>What the holder does happens before what the next one does, by the semaphore that hands the baton over: nothing here
 *       or in the oracle needs a lock.
 *   <li>Nobody is suspended while he holds a monitor ({@link HeldLocks}): whoever came to want it would wait for ever. The
 *       engine holds none at most seams; where it does, real threads would wait there, too.
 * </ol>
 */
final class Baton implements AutoCloseable {
    private static final int SUSPENDED_MAX = 6;
    private static final long STUCK_SECONDS = 120;

    /** What goes on. */
    interface Turns {
        /**
         * Takes one turn.
         *
         * @return whether there is another
         */
        boolean next();
    }

    /** Somebody who does one thing. */
    private static final class Actor {
        final SplittableRandom random;
        Activity activity;

        Actor(Activity activity, SplittableRandom random) {
            this.activity = activity;
            this.random = random;
        }
    }

    /** A thread. */
    private final class Runner {
        final Semaphore go = new Semaphore(0);
        final Thread thread = new Thread(this::loop, Thread.currentThread().getName() + "-actor");

        @Nullable
        Actor actor;

        /** Whether it may be resumed; null if it may at any time. */
        @Nullable
        BooleanSupplier ready;

        void loop() {
            go.acquireUninterruptibly();
            while (!closed) {
                takeTurns(this);
                go.acquireUninterruptibly();
            }
        }
    }

    private final int switchOneIn;
    private final Figures figures;
    private final HeldLocks locks = new HeldLocks();
    private final ArrayDeque<Runner> idle = new ArrayDeque<>();
    private final List<Runner> suspended = new ArrayList<>();
    private final List<Runner> all = new ArrayList<>();
    private final Semaphore ended = new Semaphore(0);

    private Turns turns = () -> false;
    private @Nullable Runner holder;
    private @Nullable Runner successor;
    private boolean over = true;
    private @Nullable Throwable failure;
    private volatile boolean closed;

    /**
     * Prepares to run.
     *
     * @param switchOneIn at one in how many seams the baton is given away; zero for never
     */
    Baton(int switchOneIn, Figures figures) {
        this.switchOneIn = switchOneIn;
        this.figures = figures;
    }

    /** Takes turns until there are no more, then ends with what the last one threw. Whoever is suspended stays so. */
    void run(Turns what) {
        turns = what;
        over = false;
        failure = null;
        pass(fresh());
        awaitEnd();
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** Ends those who are suspended, as the end of their process does. */
    void abandon() {
        over = true;
        while (!suspended.isEmpty()) {
            pass(suspended.remove(suspended.size() - 1));
            awaitEnd();
        }
        failure = null;
    }

    private void awaitEnd() {
        try {
            if (!ended.tryAcquire(STUCK_SECONDS, TimeUnit.SECONDS)) {
                Runner stuck = holder;
                Violation violation = new Violation("somebody waits for somebody who waits: "
                        + (stuck == null || stuck.actor == null ? "nobody" : stuck.actor.activity));
                if (stuck != null) {
                    violation.setStackTrace(stuck.thread.getStackTrace());
                }
                throw violation;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Runner fresh() {
        Runner runner = idle.poll();
        if (runner == null) {
            runner = new Runner();
            runner.thread.setDaemon(true);
            all.add(runner);
            runner.thread.start();
        }
        return runner;
    }

    private void pass(Runner next) {
        holder = next;
        next.go.release();
    }

    private void takeTurns(Runner me) {
        while (!over) {
            try {
                // Whoever is to go on is no longer among the suspended, and has not come to an end.
                over = !turns.next() && successor == null;
            } catch (RuntimeException | Error e) {
                failure = e;
                over = true;
            }
            Runner next = successor;
            if (next != null) {
                successor = null;
                idle.push(me);
                pass(next);
                return;
            }
        }
        idle.push(me);
        holder = null;
        ended.release();
    }

    /** Runs an actor within a turn. */
    void act(Activity activity, SplittableRandom random, Consumer<SplittableRandom> what) {
        Runner me = holder;
        if (me == null) {
            throw new IllegalStateException("not within a turn");
        }
        me.actor = new Actor(activity, random.split());
        try {
            what.accept(random);
        } finally {
            me.actor = null;
        }
    }

    /** What the holder does; null if nobody does anything within a turn. */
    @Nullable
    Activity activity() {
        Runner me = holder;
        return me == null || me.actor == null ? null : me.actor.activity;
    }

    /** Says more exactly what the holder does. */
    void activity(Activity activity) {
        Runner me = holder;
        if (me != null && me.actor != null) {
            me.actor.activity = activity;
        }
    }

    int suspended() {
        return suspended.size();
    }

    /** Goes on with one of those who are suspended, unless it waits in vain; within a turn. */
    boolean resume(int which) {
        Runner runner = suspended.get(which);
        if (runner.ready != null && !runner.ready.getAsBoolean()) {
            return false;
        }
        suspended.remove(which);
        successor = runner;
        return true;
    }

    /** A place where the baton may change hands. Does nothing on a thread that does not hold it. */
    void seam() {
        Runner me = holder;
        if (switchOneIn == 0 || over || me == null || me.thread != Thread.currentThread()) {
            return;
        }
        Actor actor = me.actor;
        if (actor == null || suspended.size() >= SUSPENDED_MAX || actor.random.nextInt(switchOneIn) != 0) {
            return;
        }
        if (locks.anyHeld()) {
            figures.count(Figures.Figure.SWITCHES_REFUSED);
            return;
        }
        figures.count(Figures.Figure.SWITCHES);
        suspend(me, null);
    }

    /**
     * Lets others go on until something holds.
     *
     * @param ready asked by whoever holds the baton, until it holds once
     * @return false on a thread that is no actor's, which cannot be suspended
     */
    boolean await(BooleanSupplier ready) {
        Runner me = holder;
        if (over || me == null || me.actor == null || me.thread != Thread.currentThread()) {
            return false;
        }
        suspend(me, ready);
        return true;
    }

    private void suspend(Runner me, @Nullable BooleanSupplier ready) {
        me.ready = ready;
        suspended.add(me);
        pass(fresh());
        me.go.acquireUninterruptibly();
        me.ready = null;
        if (over) {
            throw new SimulatedCrash("the process of a suspended actor has ended");
        }
    }

    /** Ends the threads; nobody may be suspended any more. */
    @Override
    public void close() {
        closed = true;
        all.forEach(runner -> runner.go.release());
    }
}
