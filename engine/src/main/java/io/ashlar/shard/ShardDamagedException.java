package io.ashlar.shard;

import io.ashlar.StorageException;

/**
 * The bytes of one shard are not what they were when they were written. Others can stand in for it: this is not the end of the
 * object, as {@link io.ashlar.DamagedException} would be. The message names shard and place, and what to do.
 */
public final class ShardDamagedException extends StorageException {
    /** Stands for a shard of which not even the number is known. */
    public static final int UNKNOWN = -1;

    private static final long serialVersionUID = 1;

    /** The number of the shard, or {@link #UNKNOWN}. */
    private final int shard;

    ShardDamagedException(int shard, String place, String what) {
        super((shard == UNKNOWN ? "the shard" : "shard " + shard) + " in " + place + " is damaged: " + what
                + "; rebuild it from the others");
        this.shard = shard;
    }

    /**
     * Tells which shard is damaged.
     *
     * @return its number, or {@link #UNKNOWN} if nobody expected a certain one
     */
    public int shard() {
        return shard;
    }
}
