package io.ashlar.spi;

/**
 * What a backend can do, and how it is best used.
 *
 * @param maxObjectBytes the largest object that it takes
 * @param rangeReads whether reading a part costs less than reading the whole
 * @param conditionalPuts whether {@link ExtentBackend#putIfAbsent} is atomic among all writers anywhere, not only in this
 *     process
 * @param maxWritesPerSecond how many puts a second it likes at most; {@link Long#MAX_VALUE} if it does not mind
 * @param durability what a synced object survives
 * @param costClass rank among tiers: 0 for memory, higher for slower and cheaper
 */
public record BackendCapabilities(
        long maxObjectBytes,
        boolean rangeReads,
        boolean conditionalPuts,
        long maxWritesPerSecond,
        DurabilityClass durability,
        int costClass) {

    /** What a synced object survives. */
    public enum DurabilityClass {
        /** Nothing: it ends with the process. */
        VOLATILE,
        /** A crash of the process and of the machine. */
        LOCAL,
        /** The loss of the machine. */
        REMOTE
    }
}
