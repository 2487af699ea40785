package io.ashlar.cli;

import io.ashlar.Redundancy;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a store is spread over drives, for commands that may name them. */
final class DriveOptions {
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

    /** The drives that were named. */
    List<URI> uris() {
        return drives.stream().map(DriveUris::parse).toList();
    }

    /** How extents are spread over them. */
    Redundancy redundancy() {
        int shards = data == null ? drives.size() - parity : data;
        if (shards < 1) {
            throw new IllegalArgumentException(
                    drives.size() + " drives of which " + parity + " may be lost leave none for data");
        }
        Redundancy redundancy = Redundancy.of(shards, parity);
        return quorum == null ? redundancy : redundancy.withQuorum(quorum);
    }
}
