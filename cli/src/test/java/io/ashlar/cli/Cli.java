package io.ashlar.cli;

import io.ashlar.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** Runs commands on a store in memory and keeps what they print. */
final class Cli {
    private final FakeEngine engine = new FakeEngine();
    private final Interrupt interrupt = new Interrupt();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path store;
    private StorageException refusal;

    Cli(Path directory) throws IOException {
        store = Files.createDirectories(directory.resolve("the-store"));
        Files.writeString(store.resolve("something"), "so that it is not empty");
    }

    FakeEngine engine() {
        return engine;
    }

    Interrupt interrupt() {
        return interrupt;
    }

    void refuseToOpen(StorageException because) {
        refusal = because;
    }

    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CliContext context = new CliContext(
                (directory, mode) -> {
                    if (refusal != null) {
                        throw refusal;
                    }
                    return engine;
                },
                interrupt,
                name -> Optional.empty());
        CommandLine command =
                AshlarCommand.commandLine(context).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--store") && !all.contains("--help") && !all.contains("--no-store")) {
            all.add("--store");
            all.add(store.toString());
        }
        all.remove("--no-store");
        return command.execute(all.toArray(String[]::new));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
