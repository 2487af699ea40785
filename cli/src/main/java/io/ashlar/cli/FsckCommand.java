package io.ashlar.cli;

import io.ashlar.FsckReport;
import io.ashlar.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks the whole store. */
@Command(
        name = "fsck",
        description = {
            "Reads and verifies every page of every extent, and counts every reference afresh.",
            "Ends with 1 if it finds a problem."
        })
final class FsckCommand extends StoreCommand {
    @Mixin
    private RateLimit limit;

    @Option(
            names = "--salvage",
            description = "Open a store whose journal is damaged, giving up the records from the damage on.")
    private boolean salvage;

    @Override
    protected ExitCode run() throws Exception {
        long bytesPerSecond = limit.bytesPerSecond();
        try (StorageEngine engine = open(salvage ? StoreOpener.Mode.SALVAGE : StoreOpener.Mode.WRITE)) {
            long start = System.nanoTime();
            FsckReport report;
            try (Progress progress = progress(false)) {
                report = engine.fsck(bytesPerSecond, progress);
            }
            long nanos = System.nanoTime() - start;
            long lost = engine.recovery().lostRecords();
            print(facts(report, nanos, lost, engine.recovery().problems()));
            if (interrupt().asked()) {
                throw new Interrupted("the check was interrupted; what it found so far is above");
            }
            return report.clean() && lost == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
        }
    }

    private static Facts facts(FsckReport report, long nanos, long lost, List<String> repaired) {
        List<String> findings = new ArrayList<>();
        for (FsckReport.Finding finding : report.findings()) {
            findings.add(SafeText.of(finding.kind() + " " + finding.object() + ": " + finding.message()));
        }
        if (report.problems() > findings.size()) {
            findings.add("… and " + (report.problems() - findings.size()) + " more");
        }
        return new Facts()
                .flag("clean", "clean", report.clean())
                .flag("complete", "ran to its end", report.complete())
                .count("extentsChecked", "extents checked", report.extentsChecked())
                .bytes("bytesChecked", "bytes read", report.bytesChecked())
                .count("referencesChecked", "references counted", report.referencesChecked())
                .seconds("seconds", "time", nanos)
                .count("problems", "problems", report.problems())
                .count("lostRecords", "records lost to salvage", lost)
                .lines("findings", "findings", findings)
                .lines(
                        "repaired",
                        "put right at opening",
                        repaired.stream().map(SafeText::of).toList());
    }
}
