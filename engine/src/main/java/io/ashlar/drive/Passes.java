package io.ashlar.drive;

import io.ashlar.ScrubReport;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.drive.fanout.DriveExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Passes over all that the drives hold: their identities, every object, and the copies of the journal, each mended where that is
 * needed. Safe for use by many threads.
 */
final class Passes {
    private static final System.Logger LOG = System.getLogger(Passes.class.getName());

    private static final int MENDERS = 4;

    /** Enough to do for all menders; few enough that a slow pass can still be stopped soon. */
    private static final int OBJECTS_A_STEP = 4 * MENDERS;

    private static final long MENDERS_END_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DriveSet drives;
    private final Placements placements;
    private final RedundantBackend backend;
    private final Repairer repairer;
    private final LogDrives logs;
    private final DriveStore.Seams seams;

    Passes(
            DriveSet drives,
            Placements placements,
            RedundantBackend backend,
            Repairer repairer,
            LogDrives logs,
            DriveStore.Seams seams) {
        this.drives = drives;
        this.placements = placements;
        this.backend = backend;
        this.repairer = repairer;
        this.logs = logs;
        this.seams = seams;
    }

    /** Goes through all objects behind {@code after}, several at a time, as long as {@code goOn} says so. */
    ScrubReport run(String after, Repairer.Effort effort, LongConsumer budget, DriveStore.GoOn goOn)
            throws IOException {
        DriveExecutor executor = seams.executor("ashlar-mender", MENDERS);
        ScrubReport report;
        try {
            int width = seams.inline() ? 1 : OBJECTS_A_STEP;
            Scrub scrub = begin(after, effort, budget, new Menders(repairer, executor, seams.threads(), width));
            boolean complete = false;
            boolean more = true;
            while (more) {
                complete = !scrub.step();
                more = !complete && goOn.test(scrub.report(false));
            }
            report = scrub.report(complete);
        } finally {
            executor.close(MENDERS_END_NANOS);
        }
        int missing = logs.mend();
        return missing == 0
                ? report
                : report.withFinding("the journal is on " + missing + " drives less than it should be");
    }

    /** Begins a pass over the objects that its caller does step by step, one at a time. */
    DriveStore.Walk begin(String after, Repairer.Effort effort, LongConsumer budget) {
        return begin(after, effort, budget, Menders.alone(repairer, seams.threads()));
    }

    private Scrub begin(String after, Repairer.Effort effort, LongConsumer budget, Menders menders) {
        for (Drive drive : drives.drives()) {
            mendIdentity(drive);
        }
        return new Scrub(drives, placements, backend, menders, after, effort, budget);
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
