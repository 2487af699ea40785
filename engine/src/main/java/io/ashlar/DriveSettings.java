package io.ashlar;

/**
 * The settings of a store's drives, each with its unit in its name. Immutable; {@link #defaults} and the {@code with…} methods make
 * others. They matter only to stores over drives.
 *
 * @param lowSpaceBytes a drive with less than this free takes new shards only if no other can; 0 for never. It counts as having room
 *     again when a quarter more is free, so that it does not come and go with every object
 * @param mendBytesPerSecondMax how fast what mends and scrubs by itself reads and writes, over all drives together; at least 65,536,
 *     {@link Long#MAX_VALUE} for no limit
 * @param shallowScrubIntervalMillis how often it is found out whether all shards are there; 0 leaves it to explicit calls
 * @param deepScrubIntervalMillis how often every byte of all shards is read and checked; 0 leaves it to explicit calls
 */
public record DriveSettings(
        long lowSpaceBytes, long mendBytesPerSecondMax, long shallowScrubIntervalMillis, long deepScrubIntervalMillis) {

    private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;
    private static final long MEND_BYTES_MIN = 1 << 16;

    // A gibibyte is room for some two thousand of the largest shards of 4+2: for what is under way and for repairs.
    //
    // 128 MiB a second over six drives is some twenty for each, a tenth to a seventh of what a hard disk gives: users
    // hardly notice, and
    // what a drive of a terabyte held is made anew within two and a half hours. Whoever calls a scrub says how fast it
    // is to be.
    //
    // A month is how often arrays of disks are usually read, for sectors that go bad unread. Whether shards are there
    // is found out by
    // reads, and as soon as a drive comes and goes; a week is for what both of these miss.
    private static final DriveSettings DEFAULTS =
            new DriveSettings(1L << 30, 128L << 20, 7 * DAY_MILLIS, 30 * DAY_MILLIS);

    /**
     * Checks the bounds.
     *
     * @param lowSpaceBytes a drive with less than this free takes new shards only if no other can
     * @param mendBytesPerSecondMax how fast what mends and scrubs by itself reads and writes
     * @param shallowScrubIntervalMillis how often it is found out whether all shards are there
     * @param deepScrubIntervalMillis how often every byte of all shards is read and checked
     * @throws IllegalArgumentException if one is out of its bounds; the message names it and its bounds
     */
    public DriveSettings {
        check(lowSpaceBytes >= 0 && lowSpaceBytes <= 1L << 60, "lowSpaceBytes", lowSpaceBytes, "0 to 2^60");
        check(
                mendBytesPerSecondMax >= MEND_BYTES_MIN,
                "mendBytesPerSecondMax",
                mendBytesPerSecondMax,
                "at least " + MEND_BYTES_MIN);
        check(shallowScrubIntervalMillis >= 0, "shallowScrubIntervalMillis", shallowScrubIntervalMillis, "0 or more");
        check(deepScrubIntervalMillis >= 0, "deepScrubIntervalMillis", deepScrubIntervalMillis, "0 or more");
    }

    private static void check(boolean holds, String name, long value, String bounds) {
        if (!holds) {
            throw new IllegalArgumentException("setting " + name + " is " + value + "; it must be " + bounds);
        }
    }

    /**
     * What serves most stores: 1 GiB, 128 MiB a second, a shallow scrub each week and a deep one every 30 days.
     *
     * @return the defaults
     */
    public static DriveSettings defaults() {
        return DEFAULTS;
    }

    /**
     * These settings with another {@code lowSpaceBytes}.
     *
     * @param bytes a drive with less than this free takes new shards only if no other can
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public DriveSettings withLowSpaceBytes(long bytes) {
        return new DriveSettings(bytes, mendBytesPerSecondMax, shallowScrubIntervalMillis, deepScrubIntervalMillis);
    }

    /**
     * These settings with another {@code mendBytesPerSecondMax}.
     *
     * @param bytes how fast what mends and scrubs by itself reads and writes
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public DriveSettings withMendBytesPerSecondMax(long bytes) {
        return new DriveSettings(lowSpaceBytes, bytes, shallowScrubIntervalMillis, deepScrubIntervalMillis);
    }

    /**
     * These settings with another {@code shallowScrubIntervalMillis}.
     *
     * @param millis how often it is found out whether all shards are there
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public DriveSettings withShallowScrubIntervalMillis(long millis) {
        return new DriveSettings(lowSpaceBytes, mendBytesPerSecondMax, millis, deepScrubIntervalMillis);
    }

    /**
     * These settings with another {@code deepScrubIntervalMillis}.
     *
     * @param millis how often every byte of all shards is read and checked
     * @return the changed settings
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public DriveSettings withDeepScrubIntervalMillis(long millis) {
        return new DriveSettings(lowSpaceBytes, mendBytesPerSecondMax, shallowScrubIntervalMillis, millis);
    }
}
