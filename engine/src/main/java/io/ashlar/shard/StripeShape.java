package io.ashlar.shard;

import io.ashlar.erasure.ReedSolomonCode;
import io.ashlar.format.ShardLayout;

/**
 * How many shards a stripe has. One data shard makes copies of the object; no parity, no protection.
 *
 * @param dataShards how many hold the image, {@code k}; any so many shards give it back
 * @param parityShards how many may be lost, {@code m}
 */
public record StripeShape(int dataShards, int parityShards) {

    /**
     * Checks the numbers.
     *
     * @param dataShards 1 to 32
     * @param parityShards 0 to 16
     * @throws IllegalArgumentException if one of them is out of its bounds
     */
    public StripeShape {
        if (!isPossible(dataShards, parityShards)) {
            throw new IllegalArgumentException(
                    "a stripe has 1 to " + ShardLayout.DATA_SHARDS_MAX + " data shards and 0 to "
                            + ShardLayout.PARITY_SHARDS_MAX + " of parity, not " + dataShards + " and " + parityShards);
        }
    }

    static boolean isPossible(int dataShards, int parityShards) {
        return dataShards >= 1
                && dataShards <= ShardLayout.DATA_SHARDS_MAX
                && parityShards >= 0
                && parityShards <= ShardLayout.PARITY_SHARDS_MAX;
    }

    /**
     * How many shards there are.
     *
     * @return {@code k + m}
     */
    public int shards() {
        return dataShards + parityShards;
    }

    /**
     * Tells whether a shard holds a part of the image itself.
     *
     * @param shard its number, from 0
     * @return whether it is less than {@code k}
     */
    public boolean isData(int shard) {
        return shard < dataShards;
    }

    /** Refuses what is not the number of a shard. */
    int check(int shard) {
        if (shard < 0 || shard >= shards()) {
            throw new IllegalArgumentException("there is no shard " + shard + " of " + this);
        }
        return shard;
    }

    /** The code; the shape has parity. */
    ReedSolomonCode code() {
        return Codes.of(dataShards, parityShards);
    }

    /** Such as {@code 4+2}. */
    @Override
    public String toString() {
        return dataShards + "+" + parityShards;
    }
}
