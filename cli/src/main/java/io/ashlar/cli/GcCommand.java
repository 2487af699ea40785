package io.ashlar.cli;

import io.ashlar.CollectReport;
import io.ashlar.StorageEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Collects garbage. */
@Command(
        name = "gc",
        description = {
            "Deletes what nothing refers to any more, now.",
            "Stores do so by themselves while they are open."
        })
final class GcCommand extends StoreCommand {
    @Option(names = "--dry-run", description = "Only tell what would go.")
    private boolean dryRun;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
            long before = engine.statistics().storedBytes();
            long start = System.nanoTime();
            CollectReport report;
            try (Progress progress = progress(false)) {
                report = engine.collect(dryRun, progress);
            }
            long nanos = System.nanoTime() - start;
            print(new Facts()
                    .flag("dryRun", "dry run", report.dryRun())
                    .count("sweptExtents", "extents deleted", report.sweptExtents())
                    .bytes("sweptBytes", "  their bytes", report.sweptBytes())
                    .count("orphans", "orphans deleted", report.orphans())
                    .bytes("orphanBytes", "  their bytes", report.orphanBytes())
                    .count("youngOrphans", "orphans too young", report.youngOrphans())
                    .count("heldExtents", "held by pins or grace", report.heldExtents())
                    .count("packsRewritten", "packs rewritten", report.packsRewritten())
                    .count("journalSegmentsFreed", "journal segments freed", report.journalSegmentsFreed())
                    .bytes(
                            "freedBytes",
                            "stored bytes freed",
                            before - engine.statistics().storedBytes())
                    .seconds("seconds", "time", nanos));
            if (interrupt().asked()) {
                throw new Interrupted("the collection was interrupted; what it deleted was garbage");
            }
            return ExitCode.OK;
        }
    }
}
