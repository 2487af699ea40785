package io.ashlar.cli.trial;

import io.ashlar.cli.BaseCommand;
import io.ashlar.cli.Directories;
import io.ashlar.cli.ExitCode;
import io.ashlar.cli.Interrupted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tries bad input on a store made for it. */
@Command(
        name = "bad-input",
        hidden = true,
        description = "Spoils every kind of file of a store, and looks what comes of it.")
public final class BadInputCommand extends BaseCommand {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the content. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--verbose", description = "Name every case.")
    private boolean verbose;

    private BadInputCommand() {}

    @Override
    protected ExitCode run() throws Exception {
        Path directory = Files.createTempDirectory("ashlar-bad-input");
        long start = System.nanoTime();
        int wrong = 0;
        List<BadInput.Case> cases;
        try (BadInput trial = new BadInput(directory.resolve("store"), seed)) {
            cases = trial.cases();
            for (BadInput.Case one : cases) {
                if (interrupt().asked()) {
                    throw new Interrupted("the trial was interrupted");
                }
                if (verbose) {
                    out().println(one);
                    out().flush();
                }
                String problem = trial.run(one);
                if (problem != null) {
                    wrong++;
                    out().println("VIOLATION " + problem);
                }
            }
        } finally {
            Directories.delete(directory);
        }
        out().println("cases: " + cases.size() + ", violations: " + wrong + ", seconds: "
                + (System.nanoTime() - start) / 1_000_000_000L);
        return wrong == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
    }
}
