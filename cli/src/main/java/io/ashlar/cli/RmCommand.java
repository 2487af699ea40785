package io.ashlar.cli;

import io.ashlar.NameNotFoundException;
import io.ashlar.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes names. */
@Command(
        name = "rm",
        description = {
            "Removes names.",
            "What no other name holds becomes garbage, and its room is free again after the next",
            "collection ('ashlar gc', or by itself)."
        })
final class RmCommand extends StoreCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The names to remove.")
    private List<String> names = new ArrayList<>();

    @Override
    protected ExitCode run() throws Exception {
        List<String> missing = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
            for (String name : names) {
                try {
                    engine.extents().unbind(name);
                    removed.add(SafeText.of(name));
                } catch (NameNotFoundException e) {
                    missing.add(SafeText.of(name));
                }
            }
        }
        if (json()) {
            print(new Facts().lines("removed", "removed", removed).lines("missing", "missing", missing));
        }
        for (String name : missing) {
            err().println("ashlar: the store has no name '" + name + "'");
        }
        return missing.isEmpty() ? ExitCode.OK : ExitCode.NOT_FOUND;
    }
}
