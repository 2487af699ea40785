package io.ashlar.simulation;

import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageEngine;
import io.ashlar.StorageException;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * What a store may do whose disk has damaged what it had been given: refuse to open, forget, tell of damage, each with an
 * exception of its own; or give what was put. Never anything else.
 */
final class RotCheck {
    private static final int FLIPS_MAX = 4;

    private RotCheck() {}

    /** Flips a few bits and checks. */
    static void flipAndCheck(
            SimulatedDisk image,
            SimulatedClock clock,
            EngineSettings settings,
            History history,
            Figures figures,
            SplittableRandom random)
            throws IOException {
        for (int i = 1 + random.nextInt(FLIPS_MAX); i > 0; i--) {
            figures.countFault("BIT_ROT", Activity.OPENING);
            // Half of them hit what users have put, which is few of the files.
            image.rot(random, random.nextBoolean() ? SimulatedEngine.EXTENTS : "");
        }
        check(image, clock, settings, history, figures, random);
    }

    /** Opens an image, for reading only or for writing, and reads all that was ever put. */
    static void check(
            SimulatedDisk image,
            SimulatedClock clock,
            EngineSettings settings,
            History history,
            Figures figures,
            SplittableRandom random)
            throws IOException {
        figures.count(Figure.ROTTEN);
        try {
            if (random.nextBoolean()) {
                figures.add(Figure.ROTTEN_DAMAGED, readAll(image, clock, settings, history) ? 1 : 0);
            } else {
                SimulatedEngine engine =
                        SimulatedEngine.open(image, clock, settings, new History(), figures, 1, () -> {});
                // What it does to the disk must not make wrong bytes right.
                engine.resources.close();
                figures.add(Figure.ROTTEN_DAMAGED, readAll(engine.disk, clock, settings, history) ? 1 : 0);
            }
        } catch (StorageException | IOException e) {
            figures.count(Figure.ROTTEN_REFUSED);
        }
    }

    /** Reads everything; returns whether anything was damaged. */
    private static boolean readAll(SimulatedDisk image, SimulatedClock clock, EngineSettings settings, History history)
            throws IOException {
        boolean damaged = false;
        try (StorageEngine engine = SimulatedEngine.openReadOnly(image, clock, settings)) {
            for (ExtentId id : history.allIds()) {
                try {
                    byte[] read = engine.extents().get(id);
                    Violation.unless(
                            history.wasPut(id, read),
                            () -> "extent " + id + " reads as something else, on a rotten disk");
                } catch (StorageException e) {
                    damaged |= !(e instanceof io.ashlar.ExtentNotFoundException);
                }
            }
        }
        return damaged;
    }
}
