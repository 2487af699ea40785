package io.ashlar.shard;

import io.ashlar.erasure.ShardCoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Checks all shards of a stripe against each other: each block against its checksum, and parity against data. A range at a time,
 * so that nobody needs memory for all of it.
 *
 * <p>Not thread-safe; keep one a thread.
 */
public final class StripeChecker {
    private final ShardCoder coder = new ShardCoder();
    private final Scratch scratch = new Scratch();
    private final CRC32C crc = new CRC32C();
    private byte[] stored = {};

    /** Makes a checker. */
    public StripeChecker() {}

    /**
     * Tells whether the checksums of all data shards are those that the shards were made with. Without reading any payload, it
     * finds shards that are whole and do not belong together.
     *
     * @param heads the heads of all data shards, in order
     * @return whether they are of one stripe, and their checksums together match that of the content
     * @throws IllegalArgumentException if they are not as many as there are data shards, or not in order
     */
    public boolean isOneContent(List<ShardHead> heads) {
        if (heads.isEmpty() || heads.size() != heads.get(0).stripe().shape().dataShards()) {
            throw new IllegalArgumentException(heads.size() + " heads are not those of all data shards");
        }
        Stripe stripe = heads.get(0).stripe();
        crc.reset();
        for (int i = 0; i < heads.size(); i++) {
            ShardHead head = heads.get(i);
            if (head.shard() != i) {
                throw new IllegalArgumentException("shard " + head.shard() + " in the stead of shard " + i);
            }
            if (!head.stripe().equals(stripe)) {
                return false;
            }
            Checksums.feed(crc, head.crcs(), 0, head.crcs().length);
        }
        return (int) crc.getValue() == stripe.fields().contentCrc;
    }

    /**
     * Checks a range of all payloads.
     *
     * @param stripe the stripe
     * @param offset where the range begins, in bytes
     * @param length its length in bytes; it lies within the longest payload
     * @param heads the heads of all shards, by number; null for those that are missing
     * @param blocks what {@link Stripe#blocks(int, int, int)} says for each shard, by number, from position to limit, both of
     *     which stay; null for those that are missing
     * @return what is wrong
     * @throws IllegalArgumentException if there is no such range, if there are not {@code k + m} of them, or if a head is that of
     *     another shard or stripe
     */
    public StripeVerdict check(
            Stripe stripe, int offset, int length, @Nullable ShardHead[] heads, @Nullable ByteBuffer[] blocks) {
        StripeShape shape = stripe.shape();
        if (heads.length != shape.shards() || blocks.length != shape.shards()) {
            throw new IllegalArgumentException(
                    heads.length + " heads and blocks of " + blocks.length + " shards for the stripe " + stripe);
        }
        @Nullable Source[] sources = new @Nullable Source[shape.shards()];
        BitSet damaged = new BitSet();
        int bytes = 0;
        for (int shard = 0; shard < sources.length; shard++) {
            BlockRange range = stripe.blocks(shard, offset, length);
            Source source = Source.of(stripe, range, heads[shard], blocks[shard]);
            sources[shard] = source != null && source.isComplete() ? source : null;
            damaged.set(shard, sources[shard] == null);
            bytes = Math.max(bytes, range.length());
        }
        BitSet contradicting = new BitSet();
        scratch.prepare(shape.dataShards(), shape.parityShards());
        for (int done = 0; done < bytes; done += scratch.stepBytes()) {
            check(shape, sources, done, Math.min(scratch.stepBytes(), bytes - done), damaged, contradicting);
        }
        boolean isDataWhole = damaged.nextSetBit(0) < 0 || !shape.isData(damaged.nextSetBit(0));
        contradicting.andNot(damaged);
        return new StripeVerdict(numbers(damaged), isDataWhole ? numbers(contradicting) : List.of());
    }

    private void check(
            StripeShape shape, @Nullable Source[] sources, int done, int bytes, BitSet damaged, BitSet contradicting) {
        byte[][] data = scratch.sources();
        for (int shard = 0; shard < data.length; shard++) {
            take(sources[shard], shard, done, data[shard], bytes, damaged);
        }
        if (shape.parityShards() > 0) {
            coder.code(shape.code().parityPlan(), data, scratch.targets(), 0, bytes);
        }
        if (stored.length < bytes) {
            stored = new byte[scratch.stepBytes()];
        }
        for (int i = 0; i < shape.parityShards(); i++) {
            int shard = data.length + i;
            take(sources[shard], shard, done, stored, bytes, damaged);
            if (!Arrays.equals(stored, 0, bytes, scratch.targets()[i], 0, bytes)) {
                contradicting.set(shard);
            }
        }
    }

    private void take(@Nullable Source source, int shard, int done, byte[] to, int count, BitSet damaged) {
        if (source != null && source.take(done, to, count, crc) >= 0) {
            damaged.set(shard);
        }
    }

    private static List<Integer> numbers(BitSet shards) {
        return shards.stream().boxed().toList();
    }
}
