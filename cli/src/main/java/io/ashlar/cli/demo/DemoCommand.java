package io.ashlar.cli.demo;

import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.Directories;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what the engine does, in less than a minute. */
@Command(
        name = "demo",
        description = {
            "Shows in a minute what the engine does.",
            "It stores the files of this JDK, is killed, recovers, deduplicates, finds a flipped byte, loses drives.",
            "Takes a gigabyte in a temporary directory, which is deleted at the end."
        })
public final class DemoCommand extends BaseCommand {
    private static final List<Scene> SCENES = List.of(
            new CrashScene(),
            new RecoveryScene(),
            new ImportScene("jdk", false),
            new ExportScene("jdk"),
            new ImportScene("jdk-again", true),
            new DamageScene(),
            new DrivesScene());

    @Option(names = "--keep", description = "Keep the directory.")
    private boolean keep;

    private DemoCommand() {}

    @Override
    protected ExitCode run() throws Exception {
        Path directory = Files.createTempDirectory("ashlar-demo");
        Path source = Path.of(System.getProperty("java.home")).toRealPath();
        try {
            Stage stage = new Stage(directory, source, out(), interrupt());
            out().println("Ashlar keeps " + source + " in a store in " + directory + ".");
            long start = System.nanoTime();
            for (int i = 0; i < SCENES.size(); i++) {
                stage.goOn();
                stage.title(i + 1, SCENES.size(), SCENES.get(i).title());
                SCENES.get(i).play(stage);
            }
            long nanos = System.nanoTime() - start;
            stage.printFigures(nanos);
            out().println();
            out().println("Everything came out as it should, in " + Quantity.seconds(nanos) + ".");
            if (keep) {
                out().println("The store is in " + stage.store() + ": try ./ashlar ls --store " + stage.store());
            }
        } finally {
            out().flush();
            if (!keep) {
                Directories.delete(directory);
            }
        }
        return ExitCode.OK;
    }
}
