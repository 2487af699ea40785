package io.ashlar.testkit;

import java.util.EnumMap;

/**
 * How often a {@link SimulatedDisk} fails, and in which ways. All rates are zero at first; a simulation sets them, changes
 * them as it goes, and may order single faults. Not safe for use by many threads.
 */
public final class SimulatedFaults {

    /** A way to fail. */
    public enum Kind {
        /** A read fails. */
        READ_FAILURE,
        /** A write fails; a beginning of it may have happened. */
        WRITE_FAILURE,
        /** A write, or the creation of a file, finds the disk full; a beginning of the write may have happened. */
        DISK_FULL,
        /** A write takes fewer bytes than were offered, and says so. */
        SHORT_WRITE,
        /** A force fails: some of what it was to force is durable, the rest never will be. */
        FORCE_FAILURE,
        /** A force of a directory fails likewise. */
        DIRECTORY_FORCE_FAILURE,
        /** A force succeeds, but the drive puts one of the writes over some other place. */
        MISDIRECTED_WRITE,
        /** A rename fails and has no effect. */
        RENAME_FAILURE,
        /** A deletion fails and has no effect. */
        DELETE_FAILURE
    }

    private static final class Setting {
        double rate;
        int ordered;
        long injected;
    }

    private final EnumMap<Kind, Setting> settings = new EnumMap<>(Kind.class);

    /** Begins without any faults. */
    public SimulatedFaults() {}

    /**
     * Sets how often an operation fails in one way.
     *
     * @param kind the way to fail
     * @param rate the probability for each operation that could, from 0 to 1
     * @return this
     * @throws IllegalArgumentException if that is no probability
     */
    public SimulatedFaults rate(Kind kind, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("no probability: " + rate);
        }
        of(kind).rate = rate;
        return this;
    }

    /**
     * Orders faults for the next operations that can fail in one way, whatever its rate.
     *
     * @param kind the way to fail
     * @param count how many times in a row; zero takes an order back
     * @return this
     * @throws IllegalArgumentException if the count is negative
     */
    public SimulatedFaults failNext(Kind kind, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("negative count: " + count);
        }
        of(kind).ordered = count;
        return this;
    }

    /**
     * Ends all faults, set and ordered. What was {@link #injected} stays known.
     *
     * @return this
     */
    public SimulatedFaults clear() {
        for (Setting setting : settings.values()) {
            setting.rate = 0;
            setting.ordered = 0;
        }
        return this;
    }

    /**
     * Tells how many operations have failed in one way.
     *
     * @param kind the way to fail
     * @return how many so far
     */
    public long injected(Kind kind) {
        Setting setting = settings.get(kind);
        return setting == null ? 0 : setting.injected;
    }

    /** Decides about one operation. Draws nothing at a rate of zero: a kind that is off must not change what others draw. */
    boolean strikes(Kind kind, SimulatedRandom random) {
        Setting setting = settings.get(kind);
        if (setting == null) {
            return false;
        }
        boolean strikes;
        if (setting.ordered > 0) {
            setting.ordered--;
            strikes = true;
        } else {
            strikes = setting.rate > 0 && random.nextDouble() < setting.rate;
        }
        if (strikes) {
            setting.injected++;
        }
        return strikes;
    }

    SimulatedFaults copy() {
        SimulatedFaults copy = new SimulatedFaults();
        settings.forEach((kind, setting) -> {
            Setting copied = copy.of(kind);
            copied.rate = setting.rate;
            copied.ordered = setting.ordered;
            copied.injected = setting.injected;
        });
        return copy;
    }

    private Setting of(Kind kind) {
        return settings.computeIfAbsent(kind, key -> new Setting());
    }
}
