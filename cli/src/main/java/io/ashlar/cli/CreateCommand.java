package io.ashlar.cli;

import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates a store, or finds the one that is on drives. */
@Command(
        name = "create",
        description = {
            "Creates a store: in its directory, or spread over drives.",
            "If the drives named have a store already, it is opened, and the directory remembers where they are:",
            "so a store is brought back whose directory is lost."
        })
final class CreateCommand extends StoreCommand {
    @Option(
            names = "--drive",
            paramLabel = "DIR|URI",
            description = "A drive: a directory of its own, or a URI. Once for each.")
    private List<String> drives = List.of();

    @Option(
            names = "--data",
            paramLabel = "K",
            description = "So many shards are needed to read an extent. Default: the drives less the parity.")
    private @Nullable Integer data;

    @Option(
            names = "--parity",
            paramLabel = "M",
            defaultValue = "2",
            description = "So many drives may be lost. Default: ${DEFAULT-VALUE}.")
    private int parity;

    @Option(
            names = "--quorum",
            paramLabel = "Q",
            description = "A write is acknowledged on so many drives, K to K+M. Default: K+1.")
    private @Nullable Integer quorum;

    @Override
    protected ExitCode run() throws Exception {
        List<URI> uris = drives.stream().map(DriveUris::parse).toList();
        try (StorageEngine engine = uris.isEmpty() ? open(StoreOpener.Mode.CREATE) : open(uris)) {
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

    private StorageEngine open(List<URI> uris) {
        int shards = data == null ? uris.size() - parity : data;
        if (shards < 1) {
            throw new IllegalArgumentException(
                    uris.size() + " drives of which " + parity + " may be lost leave none for data");
        }
        Redundancy redundancy = Redundancy.of(shards, parity);
        return context().opener().open(directory(), quorum == null ? redundancy : redundancy.withQuorum(quorum), uris);
    }
}
