package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExtentDamageTest {
    private final SplittableRandom random = new SplittableRandom(11);

    private List<byte[]> images() {
        BitSet holes = new BitSet();
        holes.set(1, 4);
        holes.set(6);
        byte[] plain = ExtentTesting.randomBytes(random, 7 * 512 - 100);
        return List.of(
                ExtentTesting.image(ExtentKind.DATA, 512, new byte[0], ExtentId.Hash.SHA_256),
                ExtentTesting.image(ExtentKind.DATA, 4096, new byte[] {1}, ExtentId.Hash.XXH3_128),
                ExtentTesting.image(
                        ExtentKind.DATA, 1024, ExtentTesting.randomBytes(random, 19_000), ExtentId.Hash.XXH3_128),
                ExtentTesting.image(
                        ExtentKind.TABLE, 512, ExtentTesting.randomBytes(random, 4096), ExtentId.Hash.SHA_256),
                ExtentTesting.image(
                        ExtentKind.DATA, 512, ExtentTesting.randomBytes(random, 40_000), ExtentId.Hash.XXH3_128),
                ExtentTesting.sparseImage(512, plain.length, holes, ExtentTesting.presentOf(plain, 512, holes)),
                ExtentTesting.sparseImage(512, 100_000, new BitSet(), new byte[0]));
    }

    @Test
    void shouldDetectEveryFlippedByte() {
        for (byte[] image : images()) {
            for (int at = 0; at < image.length; at++) {
                byte good = image[at];
                image[at] ^= (byte) (1 + random.nextInt(255));
                expectDamage(image, at);
                image[at] = (byte) (good ^ 1 << random.nextInt(8));
                expectDamage(image, at);
                image[at] = good;
            }
            ExtentTesting.readAll(ExtentTesting.open(image));
        }
    }

    /** Among them are bitmaps with as many pages in other places, which would put right pages where they do not belong. */
    @Test
    void shouldDetectEveryOtherValueOfAByteBeforeThePages() {
        for (byte[] image : images()) {
            int end = ExtentTesting.open(image).index().header().metadataBytes();
            for (int at = 0; at < Math.min(end, 200); at++) {
                byte good = image[at];
                for (int value = 1; value < 256; value++) {
                    image[at] = (byte) (good ^ value);
                    expectDamage(image, at);
                }
                image[at] = good;
            }
        }
    }

    private static void expectDamage(byte[] image, int at) {
        try {
            ExtentTesting.readAll(ExtentTesting.open(image));
        } catch (DamagedException e) {
            return;
        }
        fail("a flip at " + at + " of " + image.length + " was not detected");
    }

    @Test
    void shouldDetectCutsAndAppendages() {
        for (byte[] image : images()) {
            ExtentId id = ExtentTesting.open(image).id();
            for (int length = 0; length < image.length; length += 1 + random.nextInt(40)) {
                byte[] cut = Arrays.copyOf(image, length);
                assertThatThrownBy(() -> ExtentReader.open(ExtentTesting.source(cut), cut.length, id))
                        .isInstanceOf(DamagedException.class);
                // The catalog knows the right length, but the bytes are gone.
                assertThatThrownBy(() ->
                                ExtentTesting.readAll(ExtentReader.open(ExtentTesting.source(cut), image.length, id)))
                        .isInstanceOf(DamagedException.class);
            }
            byte[] longer = Arrays.copyOf(image, image.length + 1);
            assertThatThrownBy(() -> ExtentReader.open(ExtentTesting.source(longer), longer.length, id))
                    .isInstanceOf(DamagedException.class);
        }
        for (long length : new long[] {-1, 0, 63, ExtentLayout.IMAGE_BYTES_MAX + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> ExtentReader.open(ExtentTesting.source(new byte[100]), length))
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void shouldRefuseAnotherExtentThanExpected() {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[] {1}, ExtentId.Hash.XXH3_128);
        ExtentId id = ExtentTesting.open(image).id();
        assertThatThrownBy(() -> ExtentReader.open(ExtentTesting.source(image), image.length, id.nextDiscriminator()))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(id.nextDiscriminator().toString())
                .hasMessageContaining(id.toString());
    }

    @Test
    void shouldNameExtentPageAndSource() {
        byte[] plain = ExtentTesting.randomBytes(random, 3000);
        BitSet present = new BitSet();
        present.set(1);
        present.set(4);
        byte[] image = ExtentTesting.sparseImage(512, 3000, present, ExtentTesting.presentOf(plain, 512, present));
        image[image.length - 1] ^= 1;
        ExtentReader reader = ExtentTesting.open(image);
        assertThatThrownBy(() -> ExtentTesting.readAll(reader))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("extent " + reader.id())
                .hasMessageContaining("in test")
                .hasMessageContaining("page 4");
    }

    @Test
    void shouldServeWholePagesBesideADamagedOne() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(random, 100_000);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128);
        image[image.length - 100_000 + 50_000] ^= 1;
        ExtentReader reader = ExtentTesting.open(image);
        ByteBuffer target = ByteBuffer.allocate(4096 * 12);
        reader.readRange(0, target);
        assertThat(target.array()).isEqualTo(Arrays.copyOf(plain, 4096 * 12));
        ByteBuffer cut = ByteBuffer.allocate(10).position(3);
        assertThatThrownBy(() -> reader.readRange(4096 * 12 + 4089, cut)).isInstanceOf(DamagedException.class);
        assertThat(cut.position()).isEqualTo(3);
        reader.readRange(4096 * 13, cut);
        assertThat(cut.array()).endsWith(Arrays.copyOfRange(plain, 4096 * 13, 4096 * 13 + 7));
    }

    @Test
    void shouldFindContentThatItsChecksumsDoNotBetray() {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[512], ExtentId.Hash.XXH3_128);
        byte[] other = ExtentTesting.image(ExtentKind.DATA, 512, new byte[] {1}, ExtentId.Hash.XXH3_128);
        System.arraycopy(
                other,
                ExtentLayout.CONTENT_HASH_OFFSET,
                image,
                ExtentLayout.CONTENT_HASH_OFFSET,
                ExtentLayout.CONTENT_HASH_BYTES);
        ExtentTesting.reseal(image);
        ExtentReader reader = ExtentTesting.open(image);
        assertThat(ExtentTesting.readAll(reader)).containsOnly(0);
        assertThatThrownBy(() -> reader.verifyDeep(ByteBuffer.allocate(512)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("content");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnowByName() {
        expectRefusal(ExtentLayout.VERSION_OFFSET, 3, UnsupportedFormatException.class, "format version 3");
        expectRefusal(ExtentLayout.VERSION_OFFSET, 0, UnsupportedFormatException.class, "format version 0");
        expectRefusal(ExtentLayout.KIND_OFFSET, 6, UnsupportedFormatException.class, "kind 6");
        expectRefusal(ExtentLayout.KIND_OFFSET, 0, UnsupportedFormatException.class, "kind 0");
        expectRefusal(ExtentLayout.CIPHER_OFFSET, 2, UnsupportedFormatException.class, "cipher 2");
        expectRefusal(ExtentLayout.CIPHER_OFFSET, 255, UnsupportedFormatException.class, "cipher 255");
        expectRefusal(ExtentLayout.HASH_OFFSET, 4, UnsupportedFormatException.class, "hash 4");
    }

    @Test
    void shouldRefuseContradictionsBehindRightChecksums() {
        Class<? extends StorageException> damaged = DamagedException.class;
        expectRefusal(ExtentLayout.RESERVED_OFFSET, 1, damaged, "contradicts itself");
        expectRefusal(ExtentLayout.KEY_ID_OFFSET, 1, damaged, "key 1");
        expectRefusal(ExtentLayout.CODEC_OFFSET, 1, damaged, "version 1, codec 1");
        expectRefusal(ExtentLayout.CIPHER_OFFSET, 1, damaged, "version 1, codec 0, cipher 1");
        expectRefusal(ExtentLayout.VERSION_OFFSET, 2, damaged, "version 2, codec 0, cipher 0");
        expectRefusal(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, 8, damaged, "2^8");
        expectRefusal(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, 17, damaged, "2^17");
        expectRefusal(ExtentLayout.PAGE_SIZE_LOG2_OFFSET, 10, damaged, "pages");
        expectRefusal(ExtentLayout.PAGE_SLOTS_OFFSET, 4, damaged, "pages");
        expectRefusal(ExtentLayout.PRESENT_PAGES_OFFSET, 2, damaged, "bitmap");
        expectRefusal(ExtentLayout.PRESENT_PAGES_OFFSET, 4, damaged, "4 out of 3");
        expectRefusal(ExtentLayout.PLAIN_BYTES_OFFSET + 3, 0x80, damaged, "bytes");
        expectRefusal(ExtentLayout.CONTENT_HASH_OFFSET + 20, 1, damaged, "hash");
        // Bitmap: a page moved past the last; directory: a gap, a length.
        expectRefusal(ExtentLayout.HEADER_BYTES, 0b1011, damaged, "bitmap");
        expectRefusal(ExtentLayout.HEADER_BYTES + 8, 1, damaged, "places page 0");
        expectRefusal(ExtentLayout.HEADER_BYTES + 8 + 12 + 4, 1, damaged, "places page 1");
        expectRefusal(ExtentLayout.PLAIN_BYTES_OFFSET, 2, damaged, "places page 2");
    }

    private static void expectRefusal(int at, int value, Class<? extends StorageException> type, String message) {
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[1025], ExtentId.Hash.XXH3_128);
        assertThat(image[at]).isNotEqualTo((byte) value);
        image[at] = (byte) value;
        ExtentTesting.reseal(image);
        assertThatThrownBy(() -> ExtentTesting.open(image)).isInstanceOf(type).hasMessageContaining(message);
    }
}
