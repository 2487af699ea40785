package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Shards that make no sense although every checksum is right, as nobody writes them but an attacker or a defect. */
class ShardCraftedTest {
    private static final int NAME = ShardLayout.HEADER_BYTES;
    private static final int PACKED = NAME + ShardDrives.NAME.length();

    private final SplittableRandom random = new SplittableRandom(12);
    private final byte[] dense = shard(ShardImages.dense(random, 10 * 4096 + 5, 4096));
    private final byte[] sparse = shard(ShardImages.sparse(random, 70 * 512, 512));
    private final byte[] compressed = shard(ShardImages.compressed(random, 9000, 1024, false));
    private final byte[] blocks = shard(ShardImages.anyBytes(random, 9000));
    private final byte[] empty = shard(ShardImages.dense(random, 0, 4096));

    private static byte[] shard(byte[] image) {
        return ShardDrives.encode(new StripeShape(2, 2), image)[1];
    }

    private static byte[] crafted(byte[] shard, Consumer<ByteBuffer> change) {
        byte[] copy = shard.clone();
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        change.accept(bytes);
        int packedBytes = bytes.getInt(ShardLayout.PACKED_BYTES_OFFSET);
        int columnBytes = bytes.getInt(ShardLayout.COLUMN_BYTES_OFFSET);
        int nameBytes = copy[ShardLayout.NAME_BYTES_OFFSET] & 0xFF;
        int checksums = Math.min(copy.length, ShardLayout.checksumsOffset(nameBytes, packedBytes));
        int payload = Math.min(copy.length, ShardLayout.payloadOffset(nameBytes, packedBytes, columnBytes));
        bytes.putInt(ShardLayout.DESCRIPTION_CRC_OFFSET, Crc32c.of(copy, NAME, checksums - NAME));
        bytes.putInt(ShardLayout.CHECKSUMS_CRC_OFFSET, Crc32c.of(copy, checksums, payload - checksums));
        ShardDamageTest.sealHeader(copy);
        return copy;
    }

    private static void requireRefused(byte[] shard, Consumer<ByteBuffer> change, String message) {
        assertThat(ShardHead.parse(ByteBuffer.wrap(crafted(shard, bytes -> {})), "here")
                        .stripe()
                        .imageBytes())
                .isNotNegative();
        byte[] crafted = crafted(shard, change);
        assertThatExceptionOfType(ShardDamagedException.class)
                .isThrownBy(() -> ShardHead.parse(ByteBuffer.wrap(crafted), "here"))
                .withMessageContaining(message);
    }

    @Test
    void shouldRefuseNumbersOutOfBounds() {
        requireRefused(dense, put(ShardLayout.INDEX_OFFSET, 4), "shard 4 of 2+2");
        requireRefused(dense, put(ShardLayout.DATA_SHARDS_OFFSET, 33), "shard 1 of 33+2");
        requireRefused(dense, put(ShardLayout.DATA_SHARDS_OFFSET, 0), "shard 1 of 0+2");
        requireRefused(dense, put(ShardLayout.PARITY_SHARDS_OFFSET, 17), "shard 1 of 2+17");
        requireRefused(dense, put(ShardLayout.NAME_BYTES_OFFSET, 201), "201 bytes");
        requireRefused(dense, putInt(ShardLayout.IMAGE_BYTES_OFFSET, -1), "contradict");
        requireRefused(dense, putInt(ShardLayout.IMAGE_BYTES_OFFSET, Integer.MAX_VALUE), "contradict");
        requireRefused(dense, putInt(ShardLayout.PAYLOAD_BYTES_OFFSET, 4_100_000), "contradict");
        requireRefused(dense, putInt(ShardLayout.PAYLOAD_BYTES_OFFSET, -1), "contradict");
        requireRefused(dense, putInt(ShardLayout.METADATA_BYTES_OFFSET, 63), "contradict");
        requireRefused(blocks, putInt(ShardLayout.METADATA_BYTES_OFFSET, 64), "contradict");
        requireRefused(blocks, putInt(ShardLayout.PACKED_BYTES_OFFSET, 4), "contradict");
        requireRefused(blocks, put(ShardLayout.PACKING_OFFSET, 2), "contradict");
    }

    @Test
    void shouldRefuseValuesWhereZerosBelong() {
        int packedBytes = packedBytes(compressed);
        assertThat((PACKED + packedBytes) % 4)
                .as("there are zeros after the metadata")
                .isNotZero();
        requireRefused(compressed, put(PACKED + packedBytes, 1), "zeros");
        int checksums = ShardLayout.checksumsOffset(ShardDrives.NAME.length(), packedBytes(dense));
        requireRefused(dense, put(checksums + 6 * 4, 1), "zeros");
        requireRefused(dense, put(4095, 1), "zeros");
        requireRefused(dense, put(ShardLayout.RESERVED_OFFSET, 1), "zeros");
        requireRefused(dense, put(ShardLayout.RESERVED_TAIL_OFFSET + 7, 1), "zeros");
    }

    @Test
    void shouldRefuseNamesThatNoObjectHas() {
        requireRefused(dense, put(NAME + 3, 'X'), "name");
        requireRefused(dense, put(NAME, '-'), "name");
        requireRefused(dense, put(NAME + 3, 200), "name");
    }

    @Test
    void shouldRefuseMetadataThatNoExtentHas() {
        requireRefused(dense, put(PACKED, 'F'), "not those of an extent");
        requireRefused(dense, put(PACKED + ExtentLayout.VERSION_OFFSET, 2), "not those of an extent");
        requireRefused(dense, put(PACKED + ExtentLayout.PAGE_SLOTS_OFFSET, 12), "pages of");
        requireRefused(empty, putInt(PACKED + ExtentLayout.PLAIN_BYTES_OFFSET, -1), "4294967295 bytes");
        requireRefused(empty, put(PACKED + ExtentLayout.PAGE_SIZE_LOG2_OFFSET, 8), "2^8");
        requireRefused(empty, put(PACKED + ExtentLayout.PAGE_SIZE_LOG2_OFFSET, 17), "2^17");
        requireRefused(
                empty,
                bytes -> {
                    bytes.put(PACKED + ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 16);
                    bytes.putShort(PACKED + ExtentLayout.PAGE_SLOTS_OFFSET, (short) 33);
                    bytes.putInt(PACKED + ExtentLayout.PLAIN_BYTES_OFFSET, 33 << 16);
                },
                "33 pages of 2^16");
        requireRefused(dense, put(PACKED + ExtentLayout.PRESENT_PAGES_OFFSET, 10), "bytes of metadata");
        requireRefused(dense, put(ShardLayout.PACKING_OFFSET, 1), "bytes of metadata");
        requireRefused(empty, put(PACKED + ExtentLayout.PRESENT_PAGES_OFFSET, 1), "bytes of metadata");
        requireRefused(sparse, put(PACKED + ExtentLayout.HEADER_BYTES + 15, 128), "bitmap");
        requireRefused(
                sparse,
                bytes -> {
                    int first = bytes.get(PACKED + ExtentLayout.HEADER_BYTES);
                    bytes.put(PACKED + ExtentLayout.HEADER_BYTES, (byte) (first & (first - 1)));
                    bytes.put(PACKED + ExtentLayout.HEADER_BYTES + 15, (byte) 128);
                },
                "bitmap");
    }

    /** Everything may be present by the packing, and not by the header. */
    @Test
    void shouldRefuseADenseExtentWithPagesMissing() {
        byte[] packed = new byte[ShardLayout.packedBytes(3, 2, 3)];
        ByteBuffer bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, ExtentLayout.MAGIC);
        bytes.put(ExtentLayout.VERSION_OFFSET, (byte) ExtentLayout.VERSION);
        bytes.put(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 12);
        bytes.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) 3);
        bytes.putShort(ExtentLayout.PRESENT_PAGES_OFFSET, (short) 2);
        bytes.putInt(ExtentLayout.PLAIN_BYTES_OFFSET, 3 << 12);
        PackedMetadata metadata = new PackedMetadata(packed.length);
        metadata.bytes().put(0, packed);

        assertThat(metadata.take(packed.length, 3)).contains("bitmap");

        assertThat(metadata.metadataBytes()).isZero();
    }

    @Test
    void shouldRefuseLengthsThatDoNotFollowFromThePages() {
        requireRefused(
                dense,
                bytes -> {
                    add(bytes, ShardLayout.METADATA_BYTES_OFFSET, 4);
                    add(bytes, ShardLayout.IMAGE_BYTES_OFFSET, 4);
                },
                "not as long");
        requireRefused(dense, bytes -> add(bytes, ShardLayout.IMAGE_BYTES_OFFSET, 1), "not as long");
        requireRefused(dense, bytes -> add(bytes, ShardLayout.COLUMN_BYTES_OFFSET, 1), "other columns");
        requireRefused(dense, bytes -> add(bytes, ShardLayout.PAYLOAD_BYTES_OFFSET, -1), "other columns");
        requireRefused(dense, put(ShardLayout.DATA_SHARDS_OFFSET, 3), "other columns");
        requireRefused(dense, put(ShardLayout.INDEX_OFFSET, 0), "other columns");
    }

    private static int packedBytes(byte[] shard) {
        return ByteBuffer.wrap(shard).order(ByteOrder.LITTLE_ENDIAN).getInt(ShardLayout.PACKED_BYTES_OFFSET);
    }

    private static Consumer<ByteBuffer> put(int offset, int value) {
        return bytes -> bytes.put(offset, (byte) value);
    }

    private static Consumer<ByteBuffer> putInt(int offset, int value) {
        return bytes -> bytes.putInt(offset, value);
    }

    private static void add(ByteBuffer bytes, int offset, int difference) {
        bytes.putInt(offset, bytes.getInt(offset) + difference);
    }

    /** Whatever tells two stripes apart, though all else is equal. */
    @Test
    void shouldTellStripesApartByEveryPart() {
        requireApart(dense, putInt(ShardLayout.GENERATION_OFFSET, 9));
        requireApart(dense, putInt(ShardLayout.CONTENT_CRC_OFFSET, 9));
        requireApart(dense, put(ShardLayout.PARITY_SHARDS_OFFSET, 3));
        requireApart(dense, put(NAME + 5, 'b'));
        requireApart(dense, put(PACKED + ExtentLayout.DISCRIMINATOR_OFFSET, 7));
        requireApart(empty, put(ShardLayout.PACKING_OFFSET, 0));
        byte[] shorter = shard(new byte[8191]);
        byte[] longer = shard(new byte[8192]);
        int contentCrc = ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).getInt(ShardLayout.CONTENT_CRC_OFFSET);
        assertThat(stripe(crafted(shorter, putInt(ShardLayout.CONTENT_CRC_OFFSET, contentCrc))))
                .isNotEqualTo(stripe(longer));
    }

    private static void requireApart(byte[] shard, Consumer<ByteBuffer> change) {
        assertThat(stripe(crafted(shard, change))).isNotEqualTo(stripe(shard));
        assertThat(stripe(crafted(shard, bytes -> {}))).isEqualTo(stripe(shard));
    }

    private static Stripe stripe(byte[] shard) {
        return ShardHead.parse(ByteBuffer.wrap(shard), "here").stripe();
    }
}
