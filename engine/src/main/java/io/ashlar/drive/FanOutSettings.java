package io.ashlar.drive;

/**
 * How long one drive may hold up what several of them do together. Immutable.
 *
 * @param graceMillis how long a write waits for the last drives once the quorum is there; what comes later counts as missing
 * @param timeoutMillis how long a call waits for drives at all
 * @param hedgeShare a read that took longer than this share of the reads of its drive is done from other drives as well
 * @param openObjectsMax of so many objects the heads of shards are kept in memory, some 5 KiB for each
 */
record FanOutSettings(long graceMillis, long timeoutMillis, double hedgeShare, int openObjectsMax) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a time is negative, the share not between 0.5 and 1, or no object may be open
     */
    public FanOutSettings {
        if (graceMillis < 0 || timeoutMillis < 1 || openObjectsMax < 1) {
            throw new IllegalArgumentException("a grace of " + graceMillis + " ms, a time-out of " + timeoutMillis
                    + " ms and " + openObjectsMax + " open objects");
        }
        if (!(hedgeShare >= 0.5 && hedgeShare <= 1)) {
            throw new IllegalArgumentException("a share of reads between 0.5 and 1, not " + hedgeShare);
        }
    }

    /**
     * What fits most drives: a grace of 1 s, a time-out of 30 s, hedging after 95 of 100 reads, 2,048 open objects.
     *
     * @return the settings
     */
    public static FanOutSettings defaults() {
        return new FanOutSettings(1_000, 30_000, 0.95, 2_048);
    }
}
