package io.ashlar.drive;

import java.util.Arrays;

/**
 * Where the shards of an object are: each on another drive, or owed. Immutable.
 *
 * <p>A shard is owed while nobody has made it durable anywhere: it was to be put on a drive that failed, or the drive that held it
 * has lost it. It is made of the others, by and by.
 */
public final class Placement {
    /** Stands for the drive of a shard that is owed. */
    public static final int OWED = 0;

    private final int[] drives;

    private Placement(int[] drives) {
        this.drives = drives;
    }

    /**
     * Makes a placement.
     *
     * @param drives the number of the drive of each shard, or {@link #OWED}
     * @return the placement
     * @throws IllegalArgumentException if there is no shard, a number is negative, or two shards are on one drive
     */
    public static Placement of(int... drives) {
        if (drives.length == 0) {
            throw new IllegalArgumentException("an object has one shard at least");
        }
        for (int i = 0; i < drives.length; i++) {
            if (drives[i] < 0) {
                throw new IllegalArgumentException("there is no drive " + drives[i]);
            }
            for (int j = 0; j < i; j++) {
                if (drives[i] == drives[j] && drives[i] != OWED) {
                    throw new IllegalArgumentException("shards " + j + " and " + i + " are both on drive " + drives[i]);
                }
            }
        }
        return new Placement(drives.clone());
    }

    /**
     * Counts the shards.
     *
     * @return how many there are, those owed included
     */
    public int shards() {
        return drives.length;
    }

    /**
     * Tells where a shard is.
     *
     * @param shard its index
     * @return the number of its drive, or {@link #OWED}
     */
    public int drive(int shard) {
        return drives[shard];
    }

    /**
     * Counts what is owed.
     *
     * @return how many shards are
     */
    public int owed() {
        int owed = 0;
        for (int drive : drives) {
            owed += drive == OWED ? 1 : 0;
        }
        return owed;
    }

    /**
     * Tells whether a drive holds a shard.
     *
     * @param drive its number
     * @return whether it does
     */
    public boolean uses(int drive) {
        for (int each : drives) {
            if (each == drive) {
                return true;
            }
        }
        return false;
    }

    /**
     * This placement with one shard elsewhere.
     *
     * @param shard its index
     * @param drive the number of its drive, or {@link #OWED}
     * @return the changed placement
     * @throws IllegalArgumentException if the drive holds another shard
     */
    public Placement with(int shard, int drive) {
        int[] changed = drives.clone();
        changed[shard] = drive;
        return of(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Placement placement && Arrays.equals(drives, placement.drives);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(drives);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < drives.length; i++) {
            text.append(i == 0 ? "" : ", ").append(drives[i] == OWED ? "owed" : drives[i]);
        }
        return text.append(']').toString();
    }
}
