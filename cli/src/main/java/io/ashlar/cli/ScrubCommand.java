package io.ashlar.cli;

import io.ashlar.ProgressListener;
import io.ashlar.ScrubReport;
import io.ashlar.StoreDrives;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at the shards of all objects, and mends what is not well. */
@Command(
        name = "scrub",
        description = {
            "Finds out whether all shards are there, reads and checks every byte of them, and makes anew what is not well.",
            "Ends with 1 if something could not be mended."
        })
final class ScrubCommand extends DriveCommand.Walk {
    private static final int LINES = 20;

    @Option(names = "--shallow", description = "Only find out whether shards are there.")
    private boolean shallow;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on behind this object.")
    private String after = "";

    @Override
    ScrubReport walk(StoreDrives drives, long bytesPerSecond, ProgressListener listener) {
        return drives.scrub(after, !shallow, bytesPerSecond, listener);
    }

    static Facts facts(ScrubReport report, long nanos) {
        List<String> findings = new ArrayList<>();
        report.findings().stream().limit(LINES).map(SafeText::of).forEach(findings::add);
        if (report.findings().size() > LINES) {
            findings.add("… and " + (report.findings().size() - LINES) + " more");
        }
        return new Facts()
                .flag("clean", "all is well", report.clean())
                .flag("complete", "ran to its end", report.complete())
                .text("cursor", "last object", report.cursor())
                .count("objects", "objects looked at", report.objects())
                .count("mended", "objects mended", report.mended())
                .count("shardsMade", "shards made anew", report.shardsMade())
                .count("shardsMoved", "shards moved", report.shardsMoved())
                .bytes("bytesWritten", "bytes written", report.bytesWritten())
                .ratio("megabytesPerSecond", "rate", Quantity.megabytesPerSecond(report.bytesWritten(), nanos), " MB/s")
                .count("strays", "strays deleted", report.strays())
                .count("incomplete", "still incomplete", report.incomplete())
                .count("lost", "lost", report.lost())
                .seconds("seconds", "time", nanos)
                .lines("findings", "findings", findings);
    }
}
