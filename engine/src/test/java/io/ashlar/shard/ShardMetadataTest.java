package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ShardMetadataTest {
    private final SplittableRandom random = new SplittableRandom(9);
    private final MetadataPacker packer = new MetadataPacker();
    private final PackedMetadata packed = new PackedMetadata(ShardLayout.PACKED_BYTES_MAX);

    private boolean pack(byte[] image) {
        return packer.pack(ByteBuffer.wrap(image), 0, image.length, packed);
    }

    @Test
    void shouldGiveBackTheMetadataOfEveryExtent() {
        for (int round = 0; round < 300; round++) {
            byte[] image = ShardImages.any(random);
            if (pack(image)) {
                byte[] metadata = packed.unpacked();
                assertThat(metadata).isEqualTo(Arrays.copyOf(image, metadata.length));
                assertThat(metadata.length + packed.bodyBytes()).isEqualTo(image.length);
            }
        }
    }

    @Test
    void shouldKeepOnlyWhatDoesNotFollowFromTheRest() {
        assertThat(pack(ShardImages.dense(random, 100 * 4096 + 1, 4096))).isTrue();
        assertThat(packed.length()).isEqualTo(64 + 101 * 4);
        assertThat(pack(ShardImages.compressed(random, 100 * 4096 + 1, 4096, false)))
                .isTrue();
        assertThat(packed.length()).isEqualTo(64 + 101 * 6);
        byte[] sparse = ShardImages.sparse(random, 100 * 4096 + 1, 4096);
        assertThat(pack(sparse)).isTrue();
        assertThat(packed.length()).isEqualTo(64 + 16 + sparse[ExtentLayout.PRESENT_PAGES_OFFSET] * 4);
        assertThat(pack(ShardImages.dense(random, 0, 512))).isTrue();
        assertThat(packed.length()).isEqualTo(64);
    }

    @Test
    void shouldTakeTheLargestMetadata() {
        byte[] image = ShardImages.compressed(random, ExtentLayout.PLAIN_BYTES_MAX, 512, true);
        assertThat(pack(image)).isTrue();
        assertThat(packed.unpacked()).isEqualTo(Arrays.copyOf(image, packed.metadataBytes()));
        assertThat(pack(ShardImages.compressed(random, ExtentLayout.PLAIN_BYTES_MAX, 65536, false)))
                .isTrue();
        assertThat(packed.presentPages()).isEqualTo(32);
    }

    /** Almost an extent is any bytes: they come back as they were, all the same. */
    @Test
    void shouldTakeWhatIsNotQuiteAnExtentForAnyBytes() {
        requireAnyBytes(image -> image.put(0, (byte) 'F'));
        requireAnyBytes(image -> image.put(ExtentLayout.VERSION_OFFSET, (byte) 2));
        requireAnyBytes(image -> image.put(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 8));
        requireAnyBytes(image -> image.put(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 17));
        requireAnyBytes(image -> image.put(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) 255));
        requireAnyBytes(image -> image.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) 4));
        requireAnyBytes(image -> image.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) 0));
        requireAnyBytes(image -> image.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) -1));
        requireAnyBytes(image -> image.putShort(ExtentLayout.PRESENT_PAGES_OFFSET, (short) 2));
        requireAnyBytes(image -> image.putShort(ExtentLayout.PRESENT_PAGES_OFFSET, (short) -1));
        requireAnyBytes(image -> image.putInt(ExtentLayout.PLAIN_BYTES_OFFSET, -1));
        requireAnyBytes(image -> image.putInt(ExtentLayout.PLAIN_BYTES_OFFSET, Integer.MAX_VALUE));
        requireAnyBytes(image -> image.putInt(ExtentLayout.PLAIN_BYTES_OFFSET, 8192));
        requireAnyBytes(image -> image.put(ExtentLayout.HEADER_BYTES, (byte) 5));
        requireAnyBytes(image -> image.put(ExtentLayout.HEADER_BYTES, (byte) 15));
        requireAnyBytes(image -> image.put(ExtentLayout.HEADER_BYTES, (byte) 11));
        int entry = ExtentLayout.HEADER_BYTES + 8;
        requireAnyBytes(image -> image.putInt(entry, image.getInt(entry) + 1));
        requireAnyBytes(image -> image.putInt(entry + 4, 0));
        requireAnyBytes(image -> image.putInt(entry + 4, -1));
        requireAnyBytes(image -> image.putInt(entry + 4, 65537));
        requireAnyBytes(image -> image.putInt(entry + 24 + 4, 10));
    }

    /** A header may tell of more metadata than any extent has, and the image be long enough for them. */
    @Test
    void shouldTakeExtentsWithTooManyPagesForAnyBytes() {
        for (int[] pages : new int[][] {{65535, 65535}, {4097, 0}, {4096, 4097}, {0, 65535}}) {
            byte[] image = ShardImages.dense(random, 1 << 20, 4096);
            ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putShort(ExtentLayout.PAGE_SLOTS_OFFSET, (short) pages[0]);
            bytes.putShort(ExtentLayout.PRESENT_PAGES_OFFSET, (short) pages[1]);
            ShardImages.reseal(image, ExtentLayout.metadataBytes(pages[0], pages[1]));
            assertThat(pack(image)).isFalse();
        }
    }

    /** Pages in order and without gaps, of lengths that no page has. */
    @Test
    void shouldTakePagesOfImpossibleLengthsForAnyBytes() {
        assertThat(isExtentOf(1, 4096, 2)).isTrue();
        assertThat(isExtentOf(1, 65536, 2)).isTrue();
        assertThat(isExtentOf(1, 0, 2)).isFalse();
        assertThat(isExtentOf(1, 65537, 2)).isFalse();
    }

    private boolean isExtentOf(int... lengths) {
        byte[] image = ShardImages.pages(random, lengths);
        ShardDrives drives = ShardDrives.of(new StripeShape(2, 1), image).lose(random);
        assertThat(drives.readAll()).isEqualTo(image);
        return drives.stripe.isExtent();
    }

    private void requireAnyBytes(Consumer<ByteBuffer> change) {
        byte[] image = ShardImages.dense(random, 3 * 4096 - 100, 4096);
        int metadataBytes = ExtentLayout.metadataBytes(3, 3);
        assertThat(pack(image)).isTrue();
        change.accept(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
        // The checksums cover what the header says, as far as it goes.
        int slots = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getShort(ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getShort(ExtentLayout.PRESENT_PAGES_OFFSET);
        int told = slots < 0 || present < 0 ? metadataBytes : ExtentLayout.metadataBytes(slots, present);
        ShardImages.reseal(image, told);

        assertThat(pack(image)).isFalse();

        assertThat(packed.length()).isZero();
        assertThat(packed.metadataBytes()).isZero();
        assertThat(packed.unpacked()).isEmpty();
        ShardDrives drives = ShardDrives.of(new StripeShape(2, 1), image).lose(random);
        assertThat(drives.stripe.isExtent()).isFalse();
        assertThat(drives.readAll()).isEqualTo(image);
    }

    @Test
    void shouldTakeDamagedExtentsForAnyBytes() {
        byte[] image = ShardImages.sparse(random, 30_000, 4096);
        int metadataBytes = ShardDrives.of(new StripeShape(1, 0), image).stripe.metadataBytes();
        for (int at = 0; at < metadataBytes; at++) {
            image[at] ^= 1;
            assertThat(pack(image)).as("byte %s", at).isFalse();
            image[at] ^= 1;
        }
        assertThat(pack(image)).isTrue();
        assertThat(pack(Arrays.copyOf(image, image.length - 1))).isFalse();
        assertThat(pack(Arrays.copyOf(image, image.length + 1))).isFalse();
        assertThat(pack(Arrays.copyOf(image, metadataBytes - 1))).isFalse();
        assertThat(pack(Arrays.copyOf(image, 63))).isFalse();
    }
}
