package io.ashlar.drive;

/**
 * When a drive is trusted, and when no more. Immutable.
 *
 * @param suspectAfterErrors so many errors in a row make a drive suspect; a failed force does at once
 * @param offlineAfterErrors so many errors in a row take it offline
 * @param probeMillis how soon a drive that is not online is tried again
 * @param probeMaxMillis how soon at the latest; the time between doubles with each failure
 */
record HealthSettings(int suspectAfterErrors, int offlineAfterErrors, long probeMillis, long probeMaxMillis) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a number is not positive, or a maximum less than its minimum
     */
    public HealthSettings {
        if (suspectAfterErrors < 1 || offlineAfterErrors < suspectAfterErrors) {
            throw new IllegalArgumentException(
                    "a drive is suspect after 1 error at least and offline after no fewer, not " + suspectAfterErrors
                            + " and " + offlineAfterErrors);
        }
        if (probeMillis < 1 || probeMaxMillis < probeMillis) {
            throw new IllegalArgumentException(
                    "a drive is tried again after 1 ms at least, and at the latest after no less, not " + probeMillis
                            + " and " + probeMaxMillis);
        }
    }

    /**
     * What fits most drives: suspect after 3 errors, offline after 10, tried again after 5 s and at the latest every minute.
     *
     * @return the settings
     */
    public static HealthSettings defaults() {
        return new HealthSettings(3, 10, 5_000, 60_000);
    }
}
