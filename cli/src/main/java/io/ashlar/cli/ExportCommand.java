package io.ashlar.cli;

import io.ashlar.StorageEngine;
import io.ashlar.cli.tree.ExportReport;
import io.ashlar.cli.tree.TreeExport;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a stored tree of files into a directory. */
@Command(
        name = "export",
        description = {
            "Writes a stored tree into a directory: contents, permissions, times, symbolic links.",
            "Nothing is ever written outside the directory. Setuid and setgid bits are not restored."
        })
final class ExportCommand extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NAME|ID", description = "What to export.")
    private String name;

    @Parameters(index = "1", paramLabel = "DIR", description = "Where to: a new or empty directory.")
    private Path target;

    @Option(names = "--overwrite", description = "Write into a directory that holds something, replacing files.")
    private boolean overwrite;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Writers. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Override
    protected ExitCode run() throws Exception {
        try (StorageEngine engine = open(StoreOpener.Mode.READ)) {
            long start = System.nanoTime();
            ExportReport report;
            try (Progress progress = progress(true)) {
                report = new TreeExport(engine.extents(), find(engine, name), target, overwrite, threads, progress)
                        .run();
            }
            long nanos = System.nanoTime() - start;
            print(new Facts()
                    .text("name", "name", name)
                    .count("files", "files", report.files())
                    .count("directories", "directories", report.directories())
                    .count("symlinks", "symbolic links", report.symlinks())
                    .bytes("bytes", "contents", report.bytes())
                    .seconds("seconds", "time", nanos)
                    .ratio("megabytesPerSecond", "rate", Quantity.megabytesPerSecond(report.bytes(), nanos), " MB/s"));
            return ExitCode.OK;
        }
    }
}
