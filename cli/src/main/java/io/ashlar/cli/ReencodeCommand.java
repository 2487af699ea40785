package io.ashlar.cli;

import io.ashlar.ReencodeReport;
import io.ashlar.StorageEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Converts extents to what their policies say now. */
@Command(
        name = "reencode",
        description = {
            "Converts extents to what their policies say now, and to the current key.",
            "Names and ids stay. If it is interrupted, the same command goes on."
        })
final class ReencodeCommand extends StoreCommand {
    @Mixin
    private RateLimit limit;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
            long start = System.nanoTime();
            ReencodeReport report;
            try (Progress progress = progress(false)) {
                report = engine.policies().reencode(limit.bytesPerSecond(), progress);
            }
            print(new Facts()
                    .flag("complete", "ran to its end", report.complete())
                    .count("extents", "extents looked at", report.extents())
                    .count("converted", "converted", report.converted())
                    .bytes("bytesBefore", "stored before", report.bytesBefore())
                    .bytes("bytesAfter", "stored after", report.bytesAfter())
                    .count("identityBound", "cannot be converted", report.identityBound())
                    .count("failed", "could not be read or written", report.failed())
                    .seconds("seconds", "time", System.nanoTime() - start));
            if (interrupt().asked()) {
                throw new Interrupted("it was interrupted; what was done stays done, and the same command goes on");
            }
            return report.failed() == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
        }
    }
}
