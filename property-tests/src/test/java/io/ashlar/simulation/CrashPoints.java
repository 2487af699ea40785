package io.ashlar.simulation;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.RecoveryReport;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.catalog.Checkpointer;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedCrash;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedFaults;
import io.ashlar.testkit.SimulatedObserver;
import io.ashlar.testkit.SimulatedOperation;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops the machine at every operation of a disk, before it and after it, without the run noticing: the disk's image at that
 * moment is drawn, opened, and compared with what must be there. Most images are only opened and compared; some are also
 * checked in full, used, and stopped again while they recover.
 */
final class CrashPoints implements SimulatedObserver {
    private static final int DEEP_ONE_IN = 64;
    private static final int WRITABLE_ONE_IN = 4;
    private static final int KILLED_ONE_IN = 12;
    private static final int NESTED_ONE_IN = 3;
    private static final int ROTTEN_ONE_IN = 64;

    // A superblock is written seldom, and all hangs on it: what is written and not forced must be found by a next life,
    // and
    // lost by that one's crash, before it does harm. Nor is there much to see of what the engine does after a failure,
    // and what
    // somebody finds who starts it again without a power loss in between.
    private static final int ANCHOR_DEEP_ONE_IN = 10;
    private static final int CRITICAL_KILLED_ONE_IN = 3;
    private static final int CRITICAL_IMAGES = 4;
    private static final int TROUBLED_POINTS = 8;

    /** Before there were a dedup hit, a sweep and a checkpoint, not every point is looked at. */
    private static final int EARLY_ONE_IN = 4;

    /** Images are opened so much later: later than any file was written, however the clock on the wall has jumped. */
    private static final long LATER_MILLIS = 1L << 41;

    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private final EngineSettings settings;
    private final History history;
    private final SplittableRandom random;
    private final Figures figures;

    /** What the engine is doing; null in an image, where it recovers or is checked. */
    private final @Nullable Supplier<Activity> activity;

    private final boolean nested;
    private final int imagesEach;

    private record Opened(long sequence, Model state) {}

    /** What images of this life, by their fingerprints, were found to hold. */
    private final Map<Long, Opened> known = new HashMap<>();

    /** At so many more points something has just failed. */
    private int troubled;

    /** The operation after which this life ends, and what it leaves. */
    private long lastOperation = Long.MAX_VALUE;

    /** Whether few points are looked at. */
    private boolean sparse;

    /** Whether the disk damages what it holds, so that promises do not bind. */
    private boolean rotten;

    /** Whether the image that is watched is being opened, and not checked. */
    private boolean checksOpening;

    private @Nullable SimulatedDisk left;
    private @Nullable Throwable violation;

    /** Watches the image that is being checked. */
    private @Nullable CrashPoints inside;

    CrashPoints(
            SimulatedDisk disk,
            SimulatedClock clock,
            EngineSettings settings,
            History history,
            SplittableRandom random,
            Figures figures,
            @Nullable Supplier<Activity> activity,
            int imagesEach) {
        this.disk = disk;
        this.clock = new SimulatedClock(clock.currentTimeMillis() + LATER_MILLIS);
        this.settings = settings;
        this.history = history;
        this.random = random;
        this.figures = figures;
        this.activity = activity;
        this.imagesEach = imagesEach;
        nested = activity == null;
    }

    /** Ends the life at some operation. */
    void endAt(long operation) {
        lastOperation = operation;
    }

    /** From here on images may have lost something, but nothing may read as something else. */
    void rot() {
        rotten = true;
    }

    /** Looks at one point in four only. */
    void sparse() {
        sparse = true;
    }

    /** What the machine left when it stopped. */
    @Nullable
    SimulatedDisk left() {
        return left;
    }

    /** Throws what was found wrong inside of the engine, which may have swallowed it. */
    void checkViolation() {
        if (violation instanceof Violation found) {
            throw found;
        }
        if (violation != null) {
            throw new Violation("a crash image broke the engine: " + violation, violation);
        }
    }

    @Override
    public void before(SimulatedOperation operation) {
        point(operation);
    }

    @Override
    public void after(SimulatedOperation operation, @Nullable IOException failure) {
        if (failure != null && activity != null && activity.get() != Activity.OPENING) {
            troubled = TROUBLED_POINTS;
        }
        point(operation);
        if (operation.ordinal() >= lastOperation && left == null && !nested) {
            left = image(isAnchor(operation) || troubled > 0);
            throw new SimulatedCrash("at " + operation);
        }
    }

    private static boolean isAnchor(SimulatedOperation operation) {
        return operation.path().startsWith(SimulatedEngine.ANCHORS);
    }

    private SimulatedDisk image(boolean critical) {
        boolean killed = random.nextInt(critical ? CRITICAL_KILLED_ONE_IN : KILLED_ONE_IN) == 0;
        figures.add(Figure.POINTS_KILLED, killed ? 1 : 0);
        Activity during = activity == null ? Activity.OPENING : activity.get();
        if (!nested || checksOpening) {
            figures.table.count(killed ? "PROCESS_KILLED" : "POWER_LOSS", during, 1);
        }
        return killed ? disk.processKilled() : disk.afterCrash(random);
    }

    private void point(SimulatedOperation operation) {
        boolean anchor = isAnchor(operation);
        boolean again = (nested && !checksOpening && anchor) || troubled > 0;
        if (violation != null || imagesEach == 0 || (!again && isPassedOver())) {
            return;
        }
        try {
            int images = again ? CRITICAL_IMAGES : imagesEach;
            boolean critical = anchor || troubled > 0;
            troubled = Math.max(0, troubled - 1);
            for (int i = 0; i < images; i++) {
                check(image(critical), anchor ? ANCHOR_DEEP_ONE_IN : DEEP_ONE_IN);
            }
        } catch (Exception | Error caught) {
            Throwable e = inside != null && inside.violation != null ? inside.violation : caught;
            violation = e instanceof Violation found
                    ? new Violation(found.getMessage() + "; the machine had stopped at " + operation, found)
                    : e;
            throw new SimulatedCrash("a violation was found");
        }
    }

    /** Most points are not looked at where an image recovers, and as long as little has happened. */
    private boolean isPassedOver() {
        return (nested && random.nextInt(NESTED_ONE_IN) != 0) || isEarly();
    }

    private boolean isEarly() {
        return imagesEach == 1 && (sparse || !figures.qualify()) && random.nextInt(EARLY_ONE_IN) != 0;
    }

    private void check(SimulatedDisk image, int deepOneIn) throws IOException {
        // What is done with this image must not decide about the next.
        SplittableRandom drawn = random.split();
        image.faults().clear();
        image.capacityBytes(Long.MAX_VALUE);
        if (rotten) {
            RotCheck.check(image, clock, settings, history, figures, drawn);
            return;
        }
        if (!nested && drawn.nextInt(ROTTEN_ONE_IN) == 0) {
            RotCheck.flipAndCheck(image, clock, settings, history, figures, drawn);
            return;
        }
        figures.count(Figure.POINTS);
        figures.add(Figure.POINTS_QUALIFIED, figures.qualify() ? 1 : 0);
        figures.add(Figure.POINTS_NESTED, nested ? 1 : 0);
        if (!nested && drawn.nextInt(deepOneIn) == 0) {
            deep(image);
        } else if (!isKnown(image)) {
            open(image, drawn);
        }
    }

    /** Whether the same image was opened before and led to a state that is still the right one. */
    private boolean isKnown(SimulatedDisk image) {
        Opened before = known.get(image.fingerprint());
        if (before == null) {
            return false;
        }
        history.check(before.sequence);
        return history.at(before.sequence) == before.state;
    }

    private void open(SimulatedDisk image, SplittableRandom drawn) throws IOException {
        figures.count(Figure.POINTS_OPENED);
        long fingerprint = image.fingerprint();
        long sequence;
        if (drawn.nextInt(WRITABLE_ONE_IN) != 0 && image.exists(SimulatedEngine.SUPERBLOCK)) {
            sequence = readOnly(image);
        } else {
            sequence = shallow(image);
        }
        known.put(fingerprint, new Opened(sequence, history.at(sequence)));
    }

    /** Opens an image, and compares every name, extent and count; reads one extent. */
    private long shallow(SimulatedDisk image) throws IOException {
        SimulatedEngine engine = open(image, history);
        history.check(engine.lastSequence());
        engine.checkState();
        readSome(engine);
        count(engine);
        return engine.lastSequence();
    }

    /** Opens an image for reading only, which is half the work, and compares what users see. */
    private long readOnly(SimulatedDisk image) throws IOException {
        StorageEngine engine = SimulatedEngine.openReadOnly(image, clock, settings);
        long sequence = StateCheck.check(engine, history, random);
        figures.count(Figure.POINTS_READ_ONLY);
        count(engine.recovery());
        return sequence;
    }

    private SimulatedEngine open(SimulatedDisk image, History known) throws IOException {
        return open(image, known, settings);
    }

    private SimulatedEngine open(SimulatedDisk image, History known, EngineSettings chosen) throws IOException {
        return SimulatedEngine.open(image, clock, chosen, known, new Figures(), random.nextLong(), () -> {});
    }

    private void readSome(SimulatedEngine engine) throws IOException {
        List<ExtentId> ids = history.at(engine.lastSequence()).ids(false);
        if (!ids.isEmpty()) {
            engine.checkBytes(ids.get(random.nextInt(ids.size())));
        }
        ExtentId newest = history.newest(engine.lastSequence());
        if (newest != null) {
            engine.checkBytes(newest);
        }
    }

    private void count(RecoveryReport report) {
        figures.add(Figure.WITH_REPLAY, report.recordsReplayed() > 0 ? 1 : 0);
        figures.add(Figure.RECORDS_REPLAYED, report.recordsReplayed());
        figures.add(Figure.WITH_TORN_TAIL, report.tornBytes() > 0 ? 1 : 0);
    }

    private void count(SimulatedEngine engine) {
        count(engine.core.recovery());
        List<Checkpointer.InForce> checkpoints = engine.core.checkpointer().inForce();
        figures.add(Figure.WITH_CHECKPOINT, checkpoints.get(0).manifest() == null ? 0 : 1);
        figures.add(Figure.WITH_TWO_CHECKPOINTS, checkpoints.get(1).manifest() == null ? 0 : 1);
        figures.add(Figure.WITH_LOST_RECORDS, engine.lastSequence() < history.last() ? 1 : 0);
    }

    /**
     * Opens an image while machines stop at the operations of that, too; reads everything; collects, writes a checkpoint and
     * checks the whole store; closes it in good order, opens it once more and fills it up.
     */
    void deep(SimulatedDisk image) throws IOException {
        figures.count(Figure.POINTS_DEEP);
        openInBadWeather(image.fork());
        watch(image, history).checksOpening = true;
        SimulatedEngine engine = open(image, history);
        long sequence = engine.lastSequence();
        history.check(sequence);
        engine.checkState();
        count(engine);
        image.observe(new SimulatedObserver() {});
        engine = reopen(engine, history.fork(sequence));
        Model model = engine.history.latest();
        for (ExtentId id : model.extents.keySet()) {
            StateCheck.checkImage(engine.core, engine.history, id, model.extents.get(id));
        }
        watch(engine.disk, engine.history);
        FsckReport report = engine.fsck();
        engine.history.checkFaults();
        Violation.unless(report.clean(), () -> "the recovered store is not clean: " + report.findings());
        StateCheck.checkObjects(engine);
        engine.disk.observe(new SimulatedObserver() {});
        engine.close();
        fill(engine);
        if (inside != null) {
            inside.checkViolation();
        }
    }

    /** A disk that fails while a store is opened may keep it from being opened, but not from being opened later. */
    private void openInBadWeather(SimulatedDisk image) throws IOException {
        for (SimulatedFaults.Kind kind : SimulatedFaults.Kind.values()) {
            if (kind != SimulatedFaults.Kind.MISDIRECTED_WRITE && random.nextInt(3) == 0) {
                image.faults().rate(kind, 0.05);
            }
        }
        try {
            open(image, history);
        } catch (IOException | StorageException e) {
            figures.count(Figure.OPENINGS_FAILED);
        }
        figures.addFaults(image, Activity.OPENING);
        SimulatedDisk left = random.nextBoolean() ? image.processKilled() : image.afterCrash(random);
        left.faults().clear();
        shallow(left);
    }

    /** Opens a store that was closed in good order, fills it up, and looks at what a power loss leaves of that. */
    private void fill(SimulatedEngine closed) throws IOException {
        FullCheck.What what = FullCheck.draw(random);
        SimulatedEngine again = open(closed.disk, closed.history, what.settings(settings));
        Violation.unless(
                again.core.recovery().cleanShutdown(),
                () -> "a store closed in good order is not so when opened: " + again.core.recovery());
        again.history.check(again.lastSequence());
        again.checkState();
        SimulatedEngine emptied = FullCheck.check(again, random, what, killed -> {
            SimulatedEngine found = open(killed.disk.processKilled(), killed.history, what.settings(settings));
            long sequence = found.lastSequence();
            killed.history.check(sequence);
            return open(found.disk.processKilled(), killed.history.fork(sequence), what.settings(settings));
        });
        SimulatedEngine last = open(emptied.disk.afterCrash(random), emptied.history);
        last.history.check(last.lastSequence());
        last.checkState();
    }

    private CrashPoints watch(SimulatedDisk image, History before) {
        CrashPoints watching = new CrashPoints(image, clock, settings, before, random, figures, null, 1);
        inside = watching;
        image.observe(watching);
        return watching;
    }

    /**
     * The machine or the process dies right after recovery, before anything else is written; what was shown must stay. The
     * process alone leaves what was not forced as it was, for a later crash to decide about.
     */
    private SimulatedEngine reopen(SimulatedEngine engine, History settled) throws IOException {
        SimulatedDisk left = random.nextBoolean() ? engine.disk.afterCrash(random) : engine.disk.processKilled();
        SimulatedEngine again = open(left, settled);
        settled.check(again.lastSequence());
        again.checkState();
        return again;
    }
}
