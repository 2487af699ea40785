package io.ashlar.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How fast a command may read and write. */
final class RateLimit {
    @Option(names = "--limit-mbps", paramLabel = "N", description = "Read and write at most N million bytes a second.")
    private @Nullable Double limit;

    long bytesPerSecond() {
        Double rate = limit;
        if (rate != null && !(rate > 0)) {
            throw new IllegalArgumentException("--limit-mbps must be more than 0, not " + rate);
        }
        return rate == null ? Long.MAX_VALUE : Math.max(1, Math.round(rate * 1e6));
    }
}
