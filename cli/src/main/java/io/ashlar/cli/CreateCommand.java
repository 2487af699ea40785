package io.ashlar.cli;

import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Creates a store, or finds the one that is on drives. */
@Command(
        name = "create",
        description = {
            "Creates a store: in its directory, or spread over drives.",
            "If the drives named have a store already, it is opened, and the directory remembers where they are:",
            "so a store is brought back whose directory is lost."
        })
final class CreateCommand extends StoreCommand {
    @Mixin
    private DriveOptions spread;

    @Override
    protected ExitCode run() throws Exception {
        List<URI> uris = spread.uris();
        try (StorageEngine engine = uris.isEmpty()
                ? open(StoreOpener.Mode.CREATE)
                : context().opener().open(directory(), spread.redundancy(), uris)) {
            Facts facts =
                    new Facts().flag("created", "created", engine.recovery().created());
            engine.drives().ifPresent(found -> {
                Redundancy redundancy = found.redundancy();
                facts.count("drives", "drives", found.list().size())
                        .count("dataShards", "shards needed to read", redundancy.dataShards())
                        .count("parityShards", "drives that may be lost", redundancy.parityShards())
                        .count("quorum", "drives of an acknowledged write", redundancy.quorum());
            });
            print(facts);
        }
        return ExitCode.OK;
    }
}
