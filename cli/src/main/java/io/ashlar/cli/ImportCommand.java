package io.ashlar.cli;

import io.ashlar.ExtentStore;
import io.ashlar.StorageEngine;
import io.ashlar.StoreStatistics;
import io.ashlar.cli.tree.ImportReport;
import io.ashlar.cli.tree.TreeImport;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores a tree of files under a name. */
@Command(
        name = "import",
        description = {
            "Stores a directory with everything below it under a name.",
            "What the store holds already, under whatever name, takes no more room."
        })
final class ImportCommand extends StoreCommand {
    @Parameters(index = "0", paramLabel = "DIR", description = "The directory to store.")
    private Path source;

    @Option(names = "--name", paramLabel = "NAME", description = "What to call it. Default: the directory's own name.")
    private @Nullable String name;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "Store it as this policy says. Default: the store's own.")
    private @Nullable String policy;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Readers. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Override
    protected ExitCode run() throws Exception {
        String called = name != null ? name : ownName(source.toRealPath());
        try (StorageEngine engine = open(StoreOpener.Mode.CREATE)) {
            StoreStatistics before = engine.statistics();
            long start = System.nanoTime();
            ImportReport report;
            try (Progress progress = progress(true)) {
                report = new TreeImport(extents(engine), source, threads, progress).run(called);
            }
            long nanos = System.nanoTime() - start;
            StoreStatistics after = engine.statistics();
            print(facts(called, report, nanos, after.storedBytes() - before.storedBytes(), after.dedupRatio()));
            if (report.unreadable() > 0) {
                err().println("ashlar: " + report.unreadable() + " files could not be read and are not stored");
                return ExitCode.PROBLEMS;
            }
            return ExitCode.OK;
        }
    }

    private ExtentStore extents(StorageEngine engine) {
        if (policy == null) {
            return engine.extents();
        }
        String named = PolicyCommand.name(policy);
        engine.policies().effective(named);
        return engine.extents(named);
    }

    private static String ownName(Path real) {
        Path last = real.getFileName();
        if (last == null) {
            throw new IllegalArgumentException(
                    "the root of the file system has no name of its own: give one with --name");
        }
        return last.toString();
    }

    private static Facts facts(String name, ImportReport report, long nanos, long added, double ratio) {
        return new Facts()
                .text("name", "name", name)
                .text("root", "root", report.root().toString())
                .count("files", "files", report.files())
                .count("directories", "directories", report.directories())
                .count("symlinks", "symbolic links", report.symlinks())
                .bytes("bytes", "contents", report.bytes())
                .seconds("seconds", "time", nanos)
                .ratio("megabytesPerSecond", "rate", Quantity.megabytesPerSecond(report.bytes(), nanos), " MB/s")
                .bytes("addedBytes", "added to the store", added)
                .ratio(
                        "addedPercent",
                        "of the contents",
                        report.bytes() == 0 ? 0 : 100.0 * added / report.bytes(),
                        " %")
                .ratio("dedupRatio", "store's dedup ratio", ratio, "")
                .count("changed", "changed or skipped", report.changed())
                .lines("changedFiles", "changed or skipped", report.changedDescribed())
                .count("unreadable", "unreadable", report.unreadable())
                .lines("unreadableFiles", "unreadable", report.unreadableDescribed());
    }
}
