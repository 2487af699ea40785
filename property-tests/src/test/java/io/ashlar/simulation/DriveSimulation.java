package io.ashlar.simulation;

import io.ashlar.BackendException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.ScrubReport;
import io.ashlar.StorageException;
import io.ashlar.drive.DriveStore;
import io.ashlar.runtime.EngineAssembly;
import io.ashlar.simulation.DriveFaults.Harm;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedCrash;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a store over six simulated drives, 4+2, through several lives that end with a power loss. One drive at a time dies, comes
 * back stale, is wiped and replaced, lies, fills up, slows down; when all is mended, now and then two are lost at once. Whatever was
 * acknowledged is there and right, and nothing is refused that need not be.
 */
final class DriveSimulation {
    private static final int DRIVES = 6;
    private static final int LIVES = 4;
    private static final int STEPS_MAX = 60;
    private static final int HEALS_MAX = 2_000;
    private static final Redundancy FOUR_AND_TWO = Redundancy.of(4, 2);

    private final Figures figures = new Figures();
    private final History history = new History();
    private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
    private final SplittableRandom random;
    private final EngineSettings settings;
    private final Harm[] harms = new Harm[DRIVES + 1];
    private final List<ExtentId> held = new ArrayList<>();
    private SimulatedDisk disk;

    /** The drive with which something is or was wrong that is not mended yet; 0 if there is none. */
    private int harmed;

    /** Whether what that drive has must be taken for lost. */
    private boolean wiped;

    /** A second drive that is lost; 0 if there is none. */
    private int other;

    /** What happened, for whoever wants to know why a seed fails. */
    final List<String> log = new ArrayList<>();

    int lives;
    int harmsDone;
    int mended;
    int lostTwo;

    DriveSimulation(long seed) {
        random = new SplittableRandom(seed);
        Arrays.fill(harms, Harm.NONE);
        settings = EngineSettings.defaults()
                .withExtentPageBytes(512)
                .withInlineThresholdBytes(random.nextInt(3) == 0 ? 0 : 400)
                .withJournalSegmentBytes(16 << 10)
                .withCheckpointJournalBytes(16 << 10)
                .withJournalMaxBytes(640 << 10)
                .withMemoryBudgetBytes(1 << 18)
                .withGcGraceMillis(0)
                .withOrphanGraceMillis(0)
                .withMaintenanceIntervalMillis(0);
        disk = new SimulatedDisk(random.nextLong(), clock, 512);
    }

    void run() throws IOException {
        for (int life = 0; life < LIVES; life++) {
            live();
            lives++;
            disk = disk.afterCrash(random);
        }
    }

    private static URI place(int number) {
        return DriveFaults.drive(number).toUri();
    }

    private SimulatedEngine open() throws IOException {
        @Nullable SimulatedEngine[] opened = new @Nullable SimulatedEngine[1];
        SimulatedThreads threads = new SimulatedThreads(clock, () -> {
            SimulatedEngine engine = opened[0];
            if (engine != null) {
                step(engine);
            }
        });
        EngineAssembly assembly = new EngineAssembly(SimulatedEngine.DIRECTORY);
        assembly.settings(settings);
        List<URI> places = new ArrayList<>();
        for (int number = 1; number <= DRIVES; number++) {
            places.add(place(number));
        }
        assembly.drives(FOUR_AND_TWO, places);
        SimulatedEngine engine = SimulatedEngine.open(
                disk,
                new DriveFaults(disk, clock, random.split(), harms),
                clock,
                history,
                figures,
                random.nextLong(),
                threads,
                assembly);
        opened[0] = engine;
        return engine;
    }

    private static void step(SimulatedEngine engine) {
        engine.driver.stepPuts();
        engine.driver.stepCommit(Integer.MAX_VALUE);
    }

    private void live() throws IOException {
        if (random.nextInt(3) == 0) {
            disk.crashAfter(disk.operations() + 200 + random.nextInt(20_000));
        }
        try {
            SimulatedEngine engine = open();
            history.recovered(engine.lastSequence());
            log.add("opened at record " + engine.lastSequence());
            held.clear();
            held.addAll(history.latest().ids(true));
            check(engine);
            if (other != 0) {
                // With two less nothing can be written.
                heal(engine);
            }
            int steps = 10 + random.nextInt(STEPS_MAX);
            for (int i = 0; i < steps; i++) {
                turn(engine);
            }
        } catch (SimulatedCrash | IOException | StorageException e) {
            if (!disk.isDead()) {
                throw e;
            }
            log.add("power lost: " + e.getMessage());
        }
    }

    private DriveStore drives(SimulatedEngine engine) {
        DriveStore drives = engine.core.drives();
        if (drives == null) {
            throw new Violation("the store has no drives");
        }
        return drives;
    }

    private void turn(SimulatedEngine engine) throws IOException {
        int what = random.nextInt(100);
        if (what < 50) {
            put(engine);
        } else if (what < 60 && !held.isEmpty()) {
            engine.extents.release(held.remove(random.nextInt(held.size())));
        } else if (what < 66) {
            engine.checkpoint();
        } else if (what < 70) {
            engine.collect();
        } else if (what < 78) {
            drives(engine).step(bytes -> {});
        } else if (what < 84) {
            check(engine);
        } else if (harmed == 0) {
            harm(engine);
        } else {
            heal(engine);
        }
        if (engine.driver.hasFailed()) {
            throw new Violation("the store has failed, with drive " + harmed + " " + harms[harmed]);
        }
    }

    private void put(SimulatedEngine engine) {
        byte[] content = new byte[random.nextInt(4) == 0 ? random.nextInt(30_000) : random.nextInt(2_000)];
        random.nextBytes(content);
        try {
            held.add(engine.extents.put(content));
        } catch (BackendException e) {
            if (disk.isDead()) {
                throw e;
            }
            throw new Violation(
                    "refused, with drive " + harmed + " " + harms[harmed] + ": "
                            + drives(engine).status(),
                    e);
        }
    }

    private void check(SimulatedEngine engine) throws IOException {
        engine.checkState();
        for (ExtentId id : history.latest().ids(false)) {
            engine.checkBytes(id);
        }
    }

    private void harm(SimulatedEngine engine) throws IOException {
        harmsDone++;
        harmed = 1 + random.nextInt(DRIVES);
        wiped = false;
        int kind = random.nextInt(7);
        log.add("harm " + kind + " to drive " + harmed);
        switch (kind) {
            case 0 -> harms[harmed] = Harm.DEAD;
            case 1 -> harms[harmed] = Harm.FAILING;
            case 2 -> harms[harmed] = Harm.FULL;
            case 3 -> harms[harmed] = Harm.SLOW;
            case 4 -> rot(harmed);
            case 5 -> wipe(harmed);
            default -> loseTwo(engine);
        }
    }

    private void rot(int number) throws IOException {
        for (int i = 0; i < 20; i++) {
            disk.rot(random, DriveFaults.drive(number).resolve("objects").toString());
        }
    }

    private void wipe(int number) throws IOException {
        wiped = true;
        wipe(DriveFaults.drive(number));
    }

    private void wipe(Path directory) throws IOException {
        for (DirectoryEntry entry : disk.list(directory, "", 100_000)) {
            Path path = directory.resolve(entry.name());
            if (entry.directory()) {
                wipe(path);
            } else if (!entry.name().equals("LOCK")) {
                disk.delete(path);
            }
        }
        // Gone is gone: a power loss does not bring it back.
        disk.forceDirectory(directory);
    }

    /** All is well, so that any two may go: nothing is written meanwhile, since five of six are needed for that. */
    private void loseTwo(SimulatedEngine engine) throws IOException {
        lostTwo++;
        mend(engine);
        other = 1 + harmed % DRIVES;
        wiped = true;
        log.add("drives " + harmed + " and " + other + " are lost");
        wipe(harmed);
        wipe(other);
        check(engine);
        heal(engine);
        check(engine);
    }

    private void heal(SimulatedEngine engine) throws IOException {
        harms[harmed] = Harm.NONE;
        log.add("heal drive " + harmed + (wiped ? ", which was wiped" : ""));
        if (wiped) {
            // The power may have failed in the middle of it.
            wipe(harmed);
            drives(engine).replace(harmed, place(harmed));
            wiped = false;
        }
        if (other != 0) {
            wipe(other);
            drives(engine).replace(other, place(other));
            other = 0;
        }
        mend(engine);
        log.add("mended");
        harmed = 0;
        mended++;
    }

    /** Not even its identity, which is there twice, is right. */
    private boolean hasLostItself(SimulatedEngine engine) {
        return drives(engine).status().get(harmed - 1).problem().orElse("").startsWith("the identity");
    }

    private void mend(SimulatedEngine engine) throws IOException {
        for (int i = 0; i < HEALS_MAX; i++) {
            if (random.nextInt(4) == 0) {
                step(engine);
            }
            // Drives are tried again after some time, and longer each time.
            clock.advanceMillis(1_000);
            if (i % 100 == 99 && hasLostItself(engine)) {
                wipe(harmed);
                drives(engine).replace(harmed, place(harmed));
            }
            if (!drives(engine).step(bytes -> {}) && i > 100) {
                ScrubReport report = drives(engine).scrub("", true, bytes -> {}, soFar -> true);
                if (report.clean()) {
                    return;
                }
            }
        }
        ScrubReport report = drives(engine).scrub("", true, bytes -> {}, soFar -> true);
        Violation.unless(
                report.clean(),
                () -> "not mended: " + report + ", " + drives(engine).status());
    }
}
