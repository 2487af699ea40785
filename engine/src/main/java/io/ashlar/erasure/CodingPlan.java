package io.ashlar.erasure;

import java.util.Arrays;

/**
 * Which shards are made of which others, and with what coefficients. Made by {@link ReedSolomonCode}, carried out by {@link
 * ShardCoder}. Immutable.
 */
public final class CodingPlan {
    private final int[] sources;
    private final int[] wanted;
    private final byte[][] rows;

    CodingPlan(int[] sources, int[] wanted, byte[][] rows) {
        this.sources = sources;
        this.wanted = wanted;
        this.rows = rows;
    }

    /**
     * How many shards are read: {@code k}.
     *
     * @return at least 1
     */
    public int sourceCount() {
        return sources.length;
    }

    /**
     * How many shards are made.
     *
     * @return at least 1
     */
    public int wantedCount() {
        return wanted.length;
    }

    /**
     * Names a shard that is read.
     *
     * @param index from 0, less than {@link #sourceCount}
     * @return the shard's number
     */
    public int source(int index) {
        return sources[index];
    }

    /**
     * Names a shard that is made.
     *
     * @param index from 0, less than {@link #wantedCount}
     * @return the shard's number
     */
    public int wanted(int index) {
        return wanted[index];
    }

    boolean is(int[] otherSources, int[] otherWanted) {
        return Arrays.equals(sources, otherSources) && Arrays.equals(wanted, otherWanted);
    }

    /** A row for each shard that is made, a coefficient for each that is read; not to be changed. */
    byte[][] rows() {
        return rows;
    }

    @Override
    public String toString() {
        return "shards " + Arrays.toString(wanted) + " of " + Arrays.toString(sources);
    }
}
