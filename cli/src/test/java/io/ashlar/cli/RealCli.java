package io.ashlar.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands on real stores, each of which it opens and closes, and keeps what the last one printed. */
final class RealCli {
    private final Path store;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Commands go to this store unless they name another. */
    RealCli(Path store) {
        this.store = store;
    }

    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CliContext context = new CliContext(StoreOpener.real(), new Interrupt(), name -> Optional.empty());
        return AshlarCommand.commandLine(context)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** Runs a command on the store. */
    int onStore(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--store")) {
            all.addAll(List.of("--store", store.toString()));
        }
        return run(all.toArray(String[]::new));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
