package io.ashlar.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes keys. */
@Command(
        name = "keys",
        description = {
            "Makes a file of random keys for stores whose policies encrypt, to be given to each command by --keys.",
            "Whoever loses it loses what is encrypted."
        })
final class KeysCommand extends BaseCommand {
    @Parameters(paramLabel = "FILE", description = "The file; readable by its owner alone.")
    private Path file;

    @Option(
            names = "--rotate",
            description =
                    "Add a key to the file, which is used from then on; 'ashlar reencode' converts what is there.")
    private boolean rotate;

    @Override
    protected ExitCode run() throws Exception {
        if (rotate) {
            KeyFile.rotate(file);
        } else {
            KeyFile.create(file);
        }
        return ExitCode.OK;
    }
}
