package io.ashlar.cli;

import io.ashlar.RebuildReport;
import io.ashlar.Redundancy;
import io.ashlar.StorageException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the catalog of a store anew from its objects. */
@Command(
        name = "rebuild",
        description = {
            "Makes the catalog of a store anew that has lost all its superblocks and journals, from its objects alone.",
            "Refuses if one of them is left. Changes nothing that exists, and may be begun again if it is interrupted.",
            "Objects that are encrypted take the keys that they were written with.",
            "Extents to which nothing refers get names that begin with " + RebuildReport.RECOVERED + ".",
            "Ends with 1 if more is lost than what only the journal knew."
        })
final class RebuildCommand extends StoreCommand {
    private static final int LINES = 20;

    @Mixin
    private DriveOptions spread;

    @Option(
            names = "--salvage",
            description =
                    "Go on without drives that do not answer, and without keys that are gone, and what only they have.")
    private boolean salvage;

    @Override
    protected ExitCode run() throws Exception {
        List<URI> uris = spread.uris();
        Redundancy redundancy = uris.isEmpty() ? null : spread.redundancy();
        long start = System.nanoTime();
        RebuildReport report;
        try (Progress progress = progress(false)) {
            report = context().opener().rebuild(directory(), redundancy, uris, keys(), salvage, progress);
        } catch (StorageException e) {
            if (interrupt().asked()) {
                throw new Interrupted("the rebuild was interrupted; nothing was changed, and it can begin anew");
            }
            throw e;
        }
        print(facts(report, System.nanoTime() - start));
        return report.clean() ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    private static Facts facts(RebuildReport report, long nanos) {
        List<String> findings = new ArrayList<>();
        report.findings().stream().limit(LINES).map(SafeText::of).forEach(findings::add);
        if (report.findings().size() > LINES) {
            findings.add("… and " + (report.findings().size() - LINES) + " more");
        }
        return new Facts()
                .flag("clean", "all that was found is whole", report.clean())
                .count("objects", "objects looked at", report.objects())
                .count("extents", "extents", report.extents())
                .bytes("plainBytes", "their bytes", report.plainBytes())
                .count("nodes", "nodes among them", report.nodes())
                .count("packs", "packs", report.packs())
                .count("members", "small extents in packs", report.members())
                .count("copies", "further copies of extents", report.copies())
                .count("misplaced", "objects with shards elsewhere", report.misplaced())
                .text(
                        "checkpoint",
                        "checkpoint that could be read",
                        report.checkpointMillis().isEmpty()
                                ? "none"
                                : Instant.ofEpochMilli(report.checkpointMillis().getAsLong())
                                        .toString())
                .count("names", "names it knew", report.names())
                .count("references", "extents with references it knew", report.references())
                .count("gone", "extents it knew that are deleted since", report.gone())
                .count("recovered", "extents named " + RebuildReport.RECOVERED + "…", report.recovered())
                .count("inJournal", "small extents lost with the journal", report.inJournal())
                .count("namesLost", "names without their extent", report.namesLost())
                .count("lost", "extents lost under nodes", report.lost())
                .count("unreadable", "unreadable objects", report.unreadable())
                .seconds("seconds", "time", nanos)
                .lines("findings", "findings", findings)
                .lines("lostWithJournal", "only the journal knew", report.lostWithJournal());
    }
}
