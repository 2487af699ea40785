package io.ashlar.shard;

import io.ashlar.extent.ObjectName;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What all shards of an object have in common, and hence what each of them tells about the others: where every byte of the image
 * is, and what to read to make it if its shard is missing.
 *
 * <p>Shards belong together only if their stripes are equal: same name, generation, shape and content. Two puts of one name
 * make two stripes, unless they were equal to the last byte.
 *
 * <p>Immutable. Takes some 2.5 KiB of memory for an extent of 2 MiB in pages of 4 KiB.
 */
public final class Stripe {
    private final StripeFields fields;

    Stripe(StripeFields fields) {
        this.fields = fields;
    }

    StripeFields fields() {
        return fields;
    }

    /**
     * Names the object.
     *
     * @return the name that it was encoded under
     */
    public String name() {
        return new String(fields.name, 0, fields.nameBytes, StandardCharsets.US_ASCII);
    }

    /**
     * Tells which extent it is, and of which life and counter.
     *
     * @return the parts of the name; empty if it is not one of an extent
     */
    public Optional<ObjectName> objectName() {
        return ObjectName.parse(name());
    }

    /**
     * Tells puts of one name apart.
     *
     * @return the number given by whoever put it; 0 where names are never used again
     */
    public long generation() {
        return fields.generation;
    }

    /**
     * Tells how many shards there are.
     *
     * @return the shape
     */
    public StripeShape shape() {
        return fields.shape;
    }

    /**
     * Tells whether the image is an extent, whose pages each lie in one shard, rather than any bytes.
     *
     * @return whether it is
     */
    public boolean isExtent() {
        return fields.division == ShardLayout.DIVISION_PAGES;
    }

    /**
     * Tells how long the image is.
     *
     * @return in bytes, at most 4 MiB
     */
    public int imageBytes() {
        return fields.imageBytes;
    }

    /**
     * Tells how much of the image's beginning is in every shard: see {@link #copyMetadata}.
     *
     * @return in bytes; 0 if it is no extent
     */
    public int metadataBytes() {
        return fields.metadata.metadataBytes();
    }

    /**
     * Tells how long the payload of a shard is.
     *
     * @param shard its number
     * @return in bytes
     * @throws IllegalArgumentException if there is no such shard
     */
    public int payloadBytes(int shard) {
        return fields.payloadBytes(fields.shape.check(shard));
    }

    /**
     * Tells where in each shard the payload begins: how long its head is.
     *
     * @return in bytes
     */
    public int payloadOffset() {
        return fields.payloadOffset();
    }

    /**
     * Tells how long the object is that holds a shard. One that is longer or shorter is damaged.
     *
     * @param shard its number
     * @return in bytes
     * @throws IllegalArgumentException if there is no such shard
     */
    public int shardBytes(int shard) {
        return fields.shardBytes(fields.shape.check(shard));
    }

    /**
     * Copies from the image's metadata, until the target is full or the metadata end. Nothing has to be read for that.
     *
     * @param offset where in the image to begin, in bytes; at or past the end of the metadata copies nothing
     * @param target where to; its position advances by what was copied
     * @return how many bytes were copied
     * @throws IllegalArgumentException if the offset is negative or the buffer read-only
     */
    public int copyMetadata(long offset, ByteBuffer target) {
        Buffers.requireRoom(target, 0);
        requireNotNegative(offset, target.remaining());
        if (offset >= metadataBytes()) {
            return 0;
        }
        int count = Math.min(target.remaining(), metadataBytes() - (int) offset);
        target.put(fields.metadata.unpacked(), (int) offset, count);
        return count;
    }

    /**
     * Tells where a range of the image lies, as far as it is not metadata.
     *
     * @param offset where it begins, in bytes
     * @param length its length in bytes; it may reach past the end of the image, where there is nothing
     * @return its pieces, in order and without gaps
     * @throws IllegalArgumentException if one of them is negative
     */
    public List<Piece> pieces(long offset, int length) {
        requireNotNegative(offset, length);
        if (offset >= fields.imageBytes) {
            return List.of();
        }
        Columns columns = fields.columns;
        int end = (int) Math.min(fields.imageBytes, offset + length);
        int at = Math.max((int) offset, metadataBytes());
        if (at >= end) {
            return List.of();
        }
        List<Piece> pieces = new ArrayList<>();
        for (int column = 0; at < end; column++) {
            int stop = Math.min(end, columns.start(column + 1));
            if (stop > at) {
                pieces.add(new Piece(column, at - columns.start(column), stop - at, at));
                at = stop;
            }
        }
        return pieces;
    }

    private static void requireNotNegative(long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("there are no " + length + " bytes from " + offset + " on");
        }
    }

    /**
     * Tells what to read for a piece, so that it can be checked.
     *
     * @param piece a piece of this stripe
     * @return the blocks that it lies in
     * @throws IllegalArgumentException if there is no such piece
     */
    public BlockRange blocks(Piece piece) {
        return blocks(piece.shard(), piece.offset(), piece.length());
    }

    /**
     * Tells what to read of a shard, so that a range of its payload can be checked.
     *
     * @param shard its number
     * @param offset where in the payload the range begins, in bytes
     * @param length its length in bytes; it may reach past the end of this payload, but not of the longest
     * @return the blocks that it lies in, as far as there are any
     * @throws IllegalArgumentException if there is no such shard or range
     */
    public BlockRange blocks(int shard, int offset, int length) {
        fields.shape.check(shard);
        requireWithin(offset, length, fields.columnBytes());
        int begin = offset & -ShardLayout.BLOCK_BYTES;
        int end = length == 0 ? begin : Math.min(fields.payloadBytes(shard), blockEnd(offset + length));
        return new BlockRange(shard, begin, Math.max(0, end - begin), fields.payloadOffset() + begin);
    }

    private static int blockEnd(int offset) {
        return (offset + ShardLayout.BLOCK_BYTES - 1) & -ShardLayout.BLOCK_BYTES;
    }

    private void requireWithin(int offset, int length, int bytes) {
        if (offset < 0 || length < 0 || offset > bytes - length) {
            throw new IllegalArgumentException("no payload of " + bytes + " bytes in " + this + " has " + length
                    + " bytes from " + offset + " on");
        }
    }

    /**
     * Tells of what to make a piece whose shard is missing or damaged, or slower than others: where there is one data shard, all
     * are copies of it.
     *
     * @param piece a piece of this stripe
     * @param available the numbers of shards that are there, each once, best ones first; the piece's own is passed over
     * @return which blocks of which {@code k} shards; empty if there are too few
     * @throws IllegalArgumentException if there is no such piece, or no such shard
     */
    public Optional<Reconstruction> reconstruct(Piece piece, int... available) {
        return reconstruct(piece.shard(), piece.offset(), piece.length(), available);
    }

    /**
     * Tells of what to make a range of a shard's payload. If two shards are missing, the same range of both is made of the same
     * reads, as long as both have it and the same shards are available.
     *
     * @param shard its number, data or parity
     * @param offset where in its payload the range begins, in bytes
     * @param length its length in bytes, at least 1
     * @param available the numbers of shards that are there, each once, best ones first; the one itself is passed over
     * @return which blocks of which {@code k} shards; empty if there are too few
     * @throws IllegalArgumentException if there is no such shard or range
     */
    public Optional<Reconstruction> reconstruct(int shard, int offset, int length, int... available) {
        StripeShape shape = fields.shape;
        requireWithin(offset, length, payloadBytes(shard));
        if (length == 0) {
            throw new IllegalArgumentException("nothing is to be made of shard " + shard);
        }
        boolean[] chosen = chooseEmpty(offset & -ShardLayout.BLOCK_BYTES);
        int missing = shape.dataShards() - count(chosen);
        boolean[] seen = new boolean[shape.shards()];
        for (int candidate : available) {
            if (seen[shape.check(candidate)]) {
                throw new IllegalArgumentException("shard " + candidate + " is named twice");
            }
            seen[candidate] = true;
            if (candidate != shard && !chosen[candidate] && missing > 0) {
                chosen[candidate] = true;
                missing--;
            }
        }
        if (missing > 0) {
            return Optional.empty();
        }
        List<BlockRange> reads = new ArrayList<>(shape.dataShards());
        for (int source = 0; source < chosen.length; source++) {
            if (chosen[source]) {
                reads.add(blocks(source, offset, length));
            }
        }
        return Optional.of(new Reconstruction(this, shard, offset, length, reads));
    }

    /** Columns that end before are known without being read, so they come first, wherever they are. */
    private boolean[] chooseEmpty(int offset) {
        boolean[] chosen = new boolean[fields.shape.shards()];
        for (int column = 0; column < fields.shape.dataShards(); column++) {
            chosen[column] = fields.columns.bytes(column) <= offset;
        }
        return chosen;
    }

    private static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Stripe stripe && (stripe == this || fields.isSame(stripe.fields));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(fields.name) + Long.hashCode(fields.generation) + fields.contentCrc;
    }

    /** Such as {@code e-… as 4+2}. */
    @Override
    public String toString() {
        return name() + " as " + fields.shape;
    }
}
