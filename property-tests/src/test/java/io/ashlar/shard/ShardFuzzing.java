package io.ashlar.shard;

import static io.ashlar.fuzz.Seeds.golden;
import static io.ashlar.fuzz.Seeds.rest;
import static io.ashlar.fuzz.Seeds.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import io.ashlar.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Shards, and images that are to be divided. */
public final class ShardFuzzing {
    /** The tag of an input: what is done to it first. */
    private static final int LEAVE_CHECKSUMS = 1;

    private static final StripeShape SHAPE = new StripeShape(3, 1);

    private ShardFuzzing() {}

    /** What of this package is tried. */
    public static List<FuzzTarget> targets() {
        List<byte[]> shards = new ArrayList<>();
        List<byte[]> images = new ArrayList<>();
        for (String name : new String[] {"shard-data", "shard-parity", "shard-sparse", "shard-blocks", "shard-empty"}) {
            shards.add(tagged(0, golden(name)));
            shards.add(tagged(LEAVE_CHECKSUMS, golden(name)));
        }
        for (String name : new String[] {"extent-dense", "extent-sparse", "extent-empty", "shard-data"}) {
            images.add(tagged(0, golden(name)));
            images.add(tagged(LEAVE_CHECKSUMS, golden(name)));
        }
        images.add(tagged(0, pages()));
        shards.add(tagged(0, encoded(pages())[3]));
        return List.of(
                new FuzzTarget("shard", shards, ShardFuzzing::shard),
                new FuzzTarget("shard-image", images, ShardFuzzing::image));
    }

    /** Eight pages of 512 bytes, the last one shorter, one missing, all in fewer bytes than they have. */
    private static byte[] pages() {
        ByteBuffer image =
                ByteBuffer.allocate(ExtentLayout.metadataBytes(8, 7) + 7 * 300).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(ExtentLayout.MAGIC_OFFSET, ExtentLayout.MAGIC);
        image.put(ExtentLayout.VERSION_OFFSET, (byte) ExtentLayout.VERSION);
        image.put(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 9);
        image.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) 8);
        image.putShort(ExtentLayout.PRESENT_PAGES_OFFSET, (short) 7);
        image.putInt(ExtentLayout.PLAIN_BYTES_OFFSET, 4000);
        image.put(ExtentLayout.HEADER_BYTES, (byte) 0xF7);
        image.position(ExtentLayout.metadataBytes(8, 0));
        for (int page = 0; page < 7; page++) {
            image.putInt(ExtentLayout.metadataBytes(8, 7) + page * 300)
                    .putInt(300)
                    .putInt(page);
        }
        resealImage(image.array());
        return image.array();
    }

    private static boolean shard(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        byte[] shard = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & LEAVE_CHECKSUMS) == 0) {
            resealShard(shard);
        }
        try {
            int headBytes = ShardHead.headBytes(ByteBuffer.wrap(shard), "fuzz");
            assertThat(headBytes).isBetween(ShardLayout.HEADER_BYTES, ShardLayout.HEAD_BYTES_MAX);
            ShardHead head = ShardHead.parse(ByteBuffer.wrap(shard), "fuzz");
            useEverything(head.stripe());
            return sealedAgain(head, shard);
        } catch (ShardDamagedException | UnsupportedFormatException e) {
            assertThat(e).hasMessageContaining("fuzz");
            return false;
        }
    }

    /** Every byte of the image is in one place, and can be made of others. */
    private static void useEverything(Stripe stripe) {
        int at = stripe.copyMetadata(0, ByteBuffer.allocate(stripe.metadataBytes()));
        for (Piece piece : stripe.pieces(0, Integer.MAX_VALUE)) {
            assertThat(piece.imageOffset()).isEqualTo(at);
            assertThat(stripe.blocks(piece).length()).isGreaterThanOrEqualTo(piece.length());
            int[] all = new int[stripe.shape().shards()];
            Arrays.setAll(all, i -> i);
            assertThat(stripe.reconstruct(piece, all).isPresent())
                    .isEqualTo(stripe.shape().parityShards() > 0);
            at += piece.length();
        }
        assertThat(at).isEqualTo(stripe.imageBytes());
        stripe.objectName();
    }

    /** What has passed every check is what is made of its payload. */
    private static boolean sealedAgain(ShardHead head, byte[] shard) {
        Stripe stripe = head.stripe();
        int length = stripe.shardBytes(head.shard());
        if (shard.length < length) {
            return true;
        }
        BlockRange all = stripe.blocks(head.shard(), 0, stripe.payloadBytes(head.shard()));
        head.verify(all, ByteBuffer.wrap(shard, all.objectOffset(), all.length()));
        byte[] again = Arrays.copyOf(shard, length);
        Arrays.fill(again, 0, all.objectOffset(), (byte) 1);
        ShardHead.seal(stripe, head.shard(), "fuzz", ByteBuffer.wrap(again));
        assertThat(again).isEqualTo(Arrays.copyOf(shard, length));
        return true;
    }

    /** Makes the checksums right, as far as there is anything. */
    private static void resealShard(byte[] shard) {
        if (shard.length < ShardLayout.HEADER_BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(shard).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(ShardLayout.MAGIC_OFFSET, ShardLayout.MAGIC);
        int nameBytes = shard[ShardLayout.NAME_BYTES_OFFSET] & 0xFF;
        int packedBytes = bytes.getInt(ShardLayout.PACKED_BYTES_OFFSET);
        int columnBytes = bytes.getInt(ShardLayout.COLUMN_BYTES_OFFSET);
        int payloadBytes = bytes.getInt(ShardLayout.PAYLOAD_BYTES_OFFSET);
        if (isWithin(packedBytes, shard.length) && isWithin(columnBytes, ShardLayout.IMAGE_BYTES_MAX)) {
            int checksums = ShardLayout.checksumsOffset(nameBytes, packedBytes);
            int payload = ShardLayout.payloadOffset(nameBytes, packedBytes, columnBytes);
            for (int at = payload; at < shard.length && at - payload < payloadBytes; at += ShardLayout.BLOCK_BYTES) {
                int length =
                        Math.min(Math.min(ShardLayout.BLOCK_BYTES, shard.length - at), payloadBytes - at + payload);
                int crcAt = checksums + (at - payload) / ShardLayout.BLOCK_BYTES * ShardLayout.CHECKSUM_BYTES;
                if (crcAt <= payload - ShardLayout.CHECKSUM_BYTES) {
                    bytes.putInt(crcAt, Crc32c.of(shard, at, length));
                }
            }
            if (payload <= shard.length) {
                bytes.putInt(
                        ShardLayout.DESCRIPTION_CRC_OFFSET,
                        Crc32c.of(shard, ShardLayout.HEADER_BYTES, checksums - ShardLayout.HEADER_BYTES));
                bytes.putInt(ShardLayout.CHECKSUMS_CRC_OFFSET, Crc32c.of(shard, checksums, payload - checksums));
            }
        }
        bytes.putInt(ShardLayout.HEADER_CRC_OFFSET, Crc32c.of(shard, 0, ShardLayout.HEADER_CRC_OFFSET));
    }

    private static boolean isWithin(int value, int most) {
        return value >= 0 && value <= most;
    }

    /** Whatever the image is, it comes back: from the data, and without the first shard. */
    private static boolean image(byte[] input) {
        if (input.length == 0 || input.length > ShardLayout.IMAGE_BYTES_MAX) {
            return false;
        }
        byte[] image = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & LEAVE_CHECKSUMS) == 0) {
            resealImage(image);
        }
        byte[][] shards = encoded(image);
        ShardHead[] heads = new ShardHead[shards.length];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = ShardHead.parse(ByteBuffer.wrap(shards[i]), "fuzz", i, "fuzz");
        }
        Stripe stripe = heads[0].stripe();
        useEverything(stripe);
        ByteBuffer read = ByteBuffer.allocate(image.length);
        stripe.copyMetadata(0, read);
        for (Piece piece : stripe.pieces(0, image.length)) {
            read.put(shards[piece.shard()], stripe.payloadOffset() + piece.offset(), piece.length());
            requireMade(stripe, piece, heads, shards);
        }
        assertThat(read.array()).isEqualTo(image);
        return stripe.isExtent();
    }

    private static void requireMade(Stripe stripe, Piece piece, ShardHead[] heads, byte[][] shards) {
        Reconstruction made = stripe.reconstruct(piece, 0, 1, 2, 3).orElseThrow();
        ShardHead[] sources = new ShardHead[made.reads().size()];
        ByteBuffer[] blocks = new ByteBuffer[sources.length];
        for (int i = 0; i < sources.length; i++) {
            BlockRange read = made.reads().get(i);
            sources[i] = heads[read.shard()];
            blocks[i] = read.length() == 0
                    ? null
                    : ByteBuffer.wrap(shards[read.shard()], read.objectOffset(), read.length());
        }
        ByteBuffer target = ByteBuffer.allocate(piece.length());
        new ShardDecoder().decode(made, sources, blocks, target);
        int from = stripe.payloadOffset() + piece.offset();
        assertThat(target.array()).isEqualTo(Arrays.copyOfRange(shards[piece.shard()], from, from + piece.length()));
    }

    private static byte[][] encoded(byte[] image) {
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(SHAPE, "fuzz", 0, ByteBuffer.wrap(image));
        ByteBuffer[] shards = new ByteBuffer[SHAPE.shards()];
        Arrays.setAll(shards, i -> ByteBuffer.allocate(encoder.shardBytes(i)));
        encoder.encode(shards);
        byte[][] bytes = new byte[shards.length][];
        Arrays.setAll(bytes, i -> rest(shards[i]));
        return bytes;
    }

    private static void resealImage(byte[] image) {
        if (image.length < ExtentLayout.HEADER_BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int slots = bytes.getShort(ExtentLayout.PAGE_SLOTS_OFFSET) & 0xFFFF;
        int present = bytes.getShort(ExtentLayout.PRESENT_PAGES_OFFSET) & 0xFFFF;
        int end = ExtentLayout.metadataBytes(slots, present);
        if (end <= image.length) {
            int length = end - ExtentLayout.HEADER_BYTES;
            bytes.putInt(ExtentLayout.METADATA_CRC_OFFSET, Crc32c.of(image, ExtentLayout.HEADER_BYTES, length));
        }
        bytes.putInt(ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(image, 0, ExtentLayout.HEADER_CRC_OFFSET));
    }
}
