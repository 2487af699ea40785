package io.ashlar.drive;

import io.ashlar.shard.StripeShape;

/**
 * How many drives an object may lose, and when a put of it counts. Immutable.
 *
 * <p>A put that was acknowledged with {@code w} durable shards survives the loss of any {@code w - k} of the drives: {@code quorum - k}
 * at the least, until the shards that were missing have been written, and {@code m} from then on.
 *
 * @param shape how many shards there are: any {@code k} of them give the object back
 * @param quorum how many shards must be durable before a put is acknowledged, {@code k} to {@code k + m}
 */
record Protection(StripeShape shape, int quorum) {

    /**
     * Checks the quorum.
     *
     * @throws IllegalArgumentException if it is less than {@code k} or more than {@code k + m}
     */
    public Protection {
        if (quorum < shape.dataShards() || quorum > shape.shards()) {
            throw new IllegalArgumentException("the quorum of " + shape + " is " + shape.dataShards() + " to "
                    + shape.shards() + ", not " + quorum);
        }
    }

    /**
     * Acknowledges with one shard more than is needed to read, if there are that many.
     *
     * @param dataShards {@code k}
     * @param parityShards {@code m}
     * @return the protection
     * @throws IllegalArgumentException if there cannot be so many shards
     */
    public static Protection of(int dataShards, int parityShards) {
        return new Protection(new StripeShape(dataShards, parityShards), dataShards + Math.min(1, parityShards));
    }

    /**
     * Acknowledges only once every shard is durable: an acknowledged put survives the loss of any {@code m} drives from the
     * beginning. A put fails where a drive is missing and no other can take its place.
     *
     * @param dataShards {@code k}
     * @param parityShards {@code m}
     * @return the protection
     * @throws IllegalArgumentException if there cannot be so many shards
     */
    public static Protection strict(int dataShards, int parityShards) {
        return new Protection(new StripeShape(dataShards, parityShards), dataShards + parityShards);
    }
}
