package io.ashlar;

/**
 * How extents are spread over drives, and when a put of one counts. Immutable.
 *
 * <p>An extent is divided into {@code dataShards} shards and {@code parityShards} are added, each on a drive of its own; any {@code
 * dataShards} of them give it back. With one data shard they are copies.
 *
 * <p><b>What an acknowledged put survives.</b> A put is acknowledged once {@code quorum} shards are durable. From then on it survives the
 * loss of any {@code quorum - dataShards} of those drives; what is missing is known, is written as soon as a drive takes it, and
 * once it is, the put survives the loss of any {@code parityShards} drives. With the largest quorum that holds from the beginning.
 *
 * @param dataShards how many shards hold the content, 1 to 32
 * @param parityShards how many may be lost, 0 to 16
 * @param quorum how many must be durable before a put is acknowledged, {@code dataShards} to {@code dataShards + parityShards}
 */
public record Redundancy(int dataShards, int parityShards, int quorum) {
    private static final int DATA_SHARDS_MAX = 32;
    private static final int PARITY_SHARDS_MAX = 16;

    /**
     * Checks the numbers.
     *
     * @param dataShards 1 to 32
     * @param parityShards 0 to 16
     * @param quorum from {@code dataShards} to the number of all shards
     * @throws IllegalArgumentException if one of them is out of its bounds
     */
    public Redundancy {
        if (dataShards < 1 || dataShards > DATA_SHARDS_MAX || parityShards < 0 || parityShards > PARITY_SHARDS_MAX) {
            throw new IllegalArgumentException("1 to " + DATA_SHARDS_MAX + " data shards and 0 to " + PARITY_SHARDS_MAX
                    + " of parity are possible, not " + dataShards + "+" + parityShards);
        }
        if (quorum < dataShards || quorum > dataShards + parityShards) {
            throw new IllegalArgumentException("the quorum of " + dataShards + "+" + parityShards + " is " + dataShards
                    + " to " + (dataShards + parityShards) + ", not " + quorum);
        }
    }

    /**
     * Reed-Solomon, acknowledged with one shard more than is needed to read.
     *
     * @param dataShards how many shards hold the content
     * @param parityShards how many may be lost
     * @return the redundancy
     * @throws IllegalArgumentException if there cannot be so many shards
     */
    public static Redundancy of(int dataShards, int parityShards) {
        return new Redundancy(dataShards, parityShards, dataShards + Math.min(1, parityShards));
    }

    /**
     * Copies, acknowledged with two of them.
     *
     * @param copies how many there are in all, from 1
     * @return the redundancy
     * @throws IllegalArgumentException if there cannot be so many
     */
    public static Redundancy copies(int copies) {
        return of(1, copies - 1);
    }

    /**
     * This redundancy with another quorum.
     *
     * @param newQuorum how many shards must be durable before a put is acknowledged
     * @return the changed redundancy
     * @throws IllegalArgumentException if that is less than is needed to read, or more than there are
     */
    public Redundancy withQuorum(int newQuorum) {
        return new Redundancy(dataShards, parityShards, newQuorum);
    }

    /**
     * Counts the shards of an extent.
     *
     * @return data and parity together
     */
    public int shards() {
        return dataShards + parityShards;
    }

    /** Such as {@code 4+2, quorum 5}. */
    @Override
    public String toString() {
        return dataShards + "+" + parityShards + ", quorum " + quorum;
    }
}
