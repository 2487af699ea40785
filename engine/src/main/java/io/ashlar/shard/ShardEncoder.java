package io.ashlar.shard;

import io.ashlar.erasure.CodingPlan;
import io.ashlar.erasure.ShardCoder;
import io.ashlar.format.ShardLayout;
import io.ashlar.spi.ObjectNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes the shards of an image: {@link #prepare} looks at it and tells how long they will be, {@link #encode} makes all or some
 * of them in buffers of the caller's, in one pass over the image. The same image, shape, name and generation always make the same
 * shards.
 *
 * <p>Images and shards are heap or direct buffers; they must not overlap. Not thread-safe; keep one a thread. Making all shards
 * of images of one shape over and over allocates nothing.
 */
public final class ShardEncoder {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ShardCoder coder = new ShardCoder();
    private final MetadataPacker packer = new MetadataPacker();
    private final StripeFields fields =
            new StripeFields(ShardLayout.NAME_BYTES_MAX, ShardLayout.PACKED_BYTES_MAX, ShardLayout.DATA_SHARDS_MAX);
    private final ByteBuffer head =
            ByteBuffer.allocate(ShardLayout.HEAD_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
    private final Scratch scratch = new Scratch();
    private final CRC32C crc = new CRC32C();
    private ByteBuffer image = NOTHING;
    private int imageStart;
    private boolean isPrepared;
    /** Those of shard {@code i} begin at {@code i * fields.columnBlocks()}. */
    private int[] crcs = {};

    /** Makes an encoder. */
    public ShardEncoder() {}

    /**
     * Takes an image. It must not change until its shards are made.
     *
     * @param shape how many shards there are to be
     * @param name the name of the object
     * @param generation tells puts of one name apart, greater for later ones; 0 where names are never used again
     * @param newImage the image, from position to limit, at most 4 MiB, empty too; neither is changed or looked at again
     * @throws IllegalArgumentException if the name is not valid or the image too long; what was prepared before still is
     */
    public void prepare(StripeShape shape, String name, long generation, ByteBuffer newImage) {
        ObjectNames.check(name);
        int imageBytes = newImage.remaining();
        if (imageBytes > ShardLayout.IMAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an image has at most " + ShardLayout.IMAGE_BYTES_MAX + " bytes, not " + imageBytes);
        }
        image = newImage;
        imageStart = newImage.position();
        fields.shape = shape;
        fields.setName(name);
        fields.generation = generation;
        fields.imageBytes = imageBytes;
        packer.pack(newImage, imageStart, imageBytes, fields.metadata);
        fields.divide();
        isPrepared = true;
    }

    /**
     * Tells how long a shard of the prepared image will be; {@link ShardLayout#maxShardBytes} bounds it beforehand.
     *
     * @param shard its number
     * @return in bytes
     * @throws IllegalArgumentException if there is no such shard
     * @throws IllegalStateException if no image is prepared
     */
    public int shardBytes(int shard) {
        requirePrepared();
        return fields.shardBytes(fields.shape.check(shard));
    }

    /**
     * Makes shards of the prepared image.
     *
     * @param shards where they go, by number, each from its position on, which stays; the limit is set to its end. Null for those
     *     that are not wanted
     * @throws IllegalArgumentException if there are not {@code k + m} of them, or one is read-only or too short; nothing was
     *     written
     * @throws IllegalStateException if no image is prepared
     */
    public void encode(@Nullable ByteBuffer[] shards) {
        requirePrepared();
        StripeShape shape = fields.shape;
        if (shards.length != shape.shards()) {
            throw new IllegalArgumentException(shards.length + " buffers for the shards of " + shape);
        }
        for (int shard = 0; shard < shards.length; shard++) {
            ByteBuffer target = shards[shard];
            if (target != null) {
                Buffers.requireRoom(target, fields.shardBytes(shard));
            }
        }
        writePayloads(shards);
        fields.contentCrc = contentCrc();
        writeHeads(shards);
    }

    /**
     * Makes one shard of the prepared image.
     *
     * @param shard its number
     * @param target where it goes, from the position on, which stays; the limit is set to its end
     * @throws IllegalArgumentException if there is no such shard, or the buffer is read-only or too short; nothing was written
     * @throws IllegalStateException if no image is prepared
     */
    public void encode(int shard, ByteBuffer target) {
        requirePrepared();
        @Nullable ByteBuffer[] shards = new @Nullable ByteBuffer[fields.shape.shards()];
        shards[fields.shape.check(shard)] = target;
        encode(shards);
    }

    /**
     * Lets go of the image, so that it can be collected. Until another one is prepared there is none.
     */
    public void forget() {
        image = NOTHING;
        isPrepared = false;
    }

    private void requirePrepared() {
        if (!isPrepared) {
            throw new IllegalStateException("no image is prepared");
        }
    }

    private void writePayloads(@Nullable ByteBuffer[] shards) {
        StripeShape shape = fields.shape;
        int k = shape.dataShards();
        CodingPlan plan = parityPlan(shards);
        scratch.prepare(k, plan == null ? 0 : plan.wantedCount());
        int blocks = fields.columnBlocks();
        if (crcs.length < shape.shards() * blocks) {
            crcs = new int[shape.shards() * blocks];
        }
        int columnBytes = fields.columnBytes();
        for (int at = 0; at < columnBytes; at += scratch.stepBytes()) {
            int bytes = Math.min(scratch.stepBytes(), columnBytes - at);
            int block = at >> ShardLayout.BLOCK_BYTES_LOG2;
            for (int column = 0; column < k; column++) {
                byte[] data = scratch.sources()[column];
                int from = imageStart + fields.columns.start(column) + at;
                int count = Scratch.fill(image, from, fields.columns.bytes(column) - at, data, bytes);
                Checksums.ofBlocks(crc, data, count, crcs, column * blocks + block);
                put(data, count, shards[column], at);
            }
            if (plan != null) {
                coder.code(plan, scratch.sources(), scratch.targets(), 0, bytes);
                for (int i = 0; i < plan.wantedCount(); i++) {
                    byte[] parity = scratch.targets()[i];
                    Checksums.ofBlocks(crc, parity, bytes, crcs, plan.wanted(i) * blocks + block);
                    put(parity, bytes, shards[plan.wanted(i)], at);
                }
            }
        }
    }

    private void put(byte[] bytes, int count, @Nullable ByteBuffer shard, int at) {
        if (shard != null && count > 0) {
            shard.put(shard.position() + fields.payloadOffset() + at, bytes, 0, count);
        }
    }

    /** How to make all parity, or null if none is wanted. */
    private @Nullable CodingPlan parityPlan(@Nullable ByteBuffer[] shards) {
        for (int shard = fields.shape.dataShards(); shard < shards.length; shard++) {
            if (shards[shard] != null) {
                return fields.shape.code().parityPlan();
            }
        }
        return null;
    }

    private int contentCrc() {
        crc.reset();
        for (int column = 0; column < fields.shape.dataShards(); column++) {
            int count = ShardLayout.blocks(fields.columns.bytes(column));
            Checksums.feed(crc, crcs, column * fields.columnBlocks(), count);
        }
        return (int) crc.getValue();
    }

    private void writeHeads(@Nullable ByteBuffer[] shards) {
        for (int number = 0; number < shards.length; number++) {
            ByteBuffer shard = shards[number];
            if (shard != null) {
                fields.writeHead(number, crcs, number * fields.columnBlocks(), head, crc);
                shard.put(shard.position(), head.array(), 0, fields.payloadOffset());
                shard.limit(shard.position() + fields.shardBytes(number));
            }
        }
    }
}
