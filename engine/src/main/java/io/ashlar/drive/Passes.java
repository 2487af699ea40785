package io.ashlar.drive;

import io.ashlar.ScrubReport;
import io.ashlar.UnsupportedFormatException;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Passes over all that the drives hold: their identities, every object, and the copies of the journal, each mended where that is
 * needed. Safe for use by many threads.
 */
final class Passes {
    private static final System.Logger LOG = System.getLogger(Passes.class.getName());

    private final DriveSet drives;
    private final Placements placements;
    private final RedundantBackend backend;
    private final Repairer repairer;
    private final LogDrives logs;

    Passes(DriveSet drives, Placements placements, RedundantBackend backend, Repairer repairer, LogDrives logs) {
        this.drives = drives;
        this.placements = placements;
        this.backend = backend;
        this.repairer = repairer;
        this.logs = logs;
    }

    /** Goes through all objects behind {@code after}, as long as {@code goOn} says so. */
    ScrubReport run(String after, Repairer.Effort effort, LongConsumer budget, DriveStore.GoOn goOn)
            throws IOException {
        DriveStore.Walk scrub = begin(after, effort, budget);
        boolean complete = false;
        while (!complete) {
            complete = !scrub.step();
            if (!complete && !goOn.test(scrub.report(false))) {
                break;
            }
        }
        int missing = logs.mend();
        ScrubReport report = scrub.report(complete);
        return missing == 0
                ? report
                : report.withFinding("the journal is on " + missing + " drives less than it should be");
    }

    /** Begins a pass over the objects that its caller does step by step. */
    DriveStore.Walk begin(String after, Repairer.Effort effort, LongConsumer budget) {
        for (Drive drive : drives.drives()) {
            mendIdentity(drive);
        }
        return new Scrub(drives, placements, backend, repairer, after, effort, budget);
    }

    private void mendIdentity(Drive drive) {
        if (drive.isReadable()) {
            try {
                backend.calls().one(drive, each -> {
                    each.mendIdentity(drives.map());
                    return each;
                });
            } catch (IOException | UnsupportedFormatException e) {
                LOG.log(System.Logger.Level.WARNING, "the identity of {0}: {1}", drive, e.getMessage());
            }
        }
    }
}
