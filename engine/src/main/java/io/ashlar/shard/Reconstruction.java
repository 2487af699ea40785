package io.ashlar.shard;

import java.util.List;

/**
 * How to make a part of a shard, data or parity, of the same part of {@code k} others. Made by {@link Stripe}, carried out by
 * {@link ShardDecoder}. Immutable.
 */
public final class Reconstruction {
    private final Stripe stripe;
    private final int shard;
    private final int offset;
    private final int length;
    private final List<BlockRange> reads;

    Reconstruction(Stripe stripe, int shard, int offset, int length, List<BlockRange> reads) {
        this.stripe = stripe;
        this.shard = shard;
        this.offset = offset;
        this.length = length;
        this.reads = List.copyOf(reads);
    }

    /**
     * Tells which stripe all shards are of.
     *
     * @return the stripe
     */
    public Stripe stripe() {
        return stripe;
    }

    /**
     * Tells which shard a part is made of.
     *
     * @return its number
     */
    public int shard() {
        return shard;
    }

    /**
     * Tells where in the shard's payload the part begins.
     *
     * @return in bytes
     */
    public int offset() {
        return offset;
    }

    /**
     * Tells how long the part is.
     *
     * @return in bytes, at least 1
     */
    public int length() {
        return length;
    }

    /**
     * Tells what to read of the {@code k} others. Where a column ends before, there is nothing to read: what would follow is
     * zeros, and its shard need not even be there.
     *
     * @return the blocks, ascending by shard
     */
    public List<BlockRange> reads() {
        return reads;
    }

    /**
     * Counts what is to be read.
     *
     * @return in bytes
     */
    public int readBytes() {
        int bytes = 0;
        for (BlockRange read : reads) {
            bytes += read.length();
        }
        return bytes;
    }

    int[] sources() {
        int[] sources = new int[reads.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = reads.get(i).shard();
        }
        return sources;
    }

    @Override
    public String toString() {
        return length + " bytes from " + offset + " on of shard " + shard + " of " + stripe + ", made of " + reads;
    }
}
