package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** What happens to compressed and encrypted images by accident, and what somebody does to them. */
class SealedDamageTest {
    private static final int PAGE_BYTES = 512;

    private final SplittableRandom random = new SplittableRandom(12);

    private List<byte[]> images() {
        List<byte[]> images = new ArrayList<>();
        byte[] plain = SealTesting.mixedBytes(random, 6 * PAGE_BYTES - 100, PAGE_BYTES);
        BitSet holes = new BitSet();
        holes.set(1, 4);
        holes.set(5);
        SparseContent sparse = SparseContent.of(
                PAGE_BYTES, plain.length, holes, ByteBuffer.wrap(ExtentTesting.presentOf(plain, PAGE_BYTES, holes)));
        for (ExtentEncoding encoding : SealTesting.ENCODINGS) {
            images.add(SealTesting.sealed(PAGE_BYTES, plain, encoding));
            images.add(SealTesting.sealed(PAGE_BYTES, new byte[0], encoding));
            images.add(SealTesting.sealed(
                    SealTesting.plainImage(encoding, ExtentKind.TABLE, sparse), encoding, SealTesting.entropy(6)));
        }
        // Large enough not to be kept in memory as a whole.
        images.add(SealTesting.sealed(16384, SealTesting.mixedBytes(random, 60_000, 7000), SealTesting.BOTH));
        return images;
    }

    private List<byte[]> encryptedImages() {
        return images().stream()
                .filter(image -> image[ExtentLayout.CIPHER_OFFSET] != ExtentLayout.CIPHER_NONE)
                .toList();
    }

    private static void expectDamage(byte[] image, String what) {
        try {
            ExtentTesting.readAll(SealTesting.open(image));
        } catch (DamagedException e) {
            return;
        }
        fail(what + " was not detected");
    }

    @Test
    void shouldDetectEveryFlippedByteWithKeysAndWithout() throws IOException {
        for (byte[] image : images()) {
            ExtentId id = SealTesting.open(image).id();
            int step = image.length > 10_000 ? 17 : 1;
            for (int at = 0; at < image.length; at += step) {
                byte good = image[at];
                image[at] ^= (byte) (1 + random.nextInt(255));
                expectDamage(image, "a flip at " + at + " of " + image.length);
                assertThatThrownBy(() -> ExtentReader.verifyStored(ExtentTesting.source(image), image.length, id))
                        .isInstanceOf(DamagedException.class);
                image[at] = good;
            }
            ExtentTesting.readAll(SealTesting.open(image));
            ExtentReader.verifyStored(ExtentTesting.source(image), image.length, id);
        }
    }

    @Test
    void shouldDetectCutsAndAppendages() {
        for (byte[] image : images()) {
            for (int length = 0; length < image.length; length += 1 + random.nextInt(60)) {
                expectDamage(Arrays.copyOf(image, length), "a cut to " + length);
            }
            expectDamage(Arrays.copyOf(image, image.length + 1), "an appended byte");
        }
    }

    /** Somebody who knows the format and not the keys. */
    @Test
    void shouldFindOutTamperingBehindRightChecksums() {
        for (byte[] image : encryptedImages()) {
            int step = image.length > 10_000 ? 17 : 1;
            for (int at = 0; at < image.length; at += step) {
                byte[] tampered = image.clone();
                tampered[at] ^= (byte) (1 + random.nextInt(255));
                resealPages(tampered);
                if (Arrays.equals(tampered, image)) {
                    // A checksum, which is right again.
                    continue;
                }
                try {
                    ExtentTesting.readAll(SealTesting.open(tampered));
                    fail("tampering at " + at + " of " + image.length + " was not found out");
                } catch (DamagedException | UnsupportedFormatException | UnknownKeyException e) {
                    assertThat(e).hasMessageContaining("in test");
                }
            }
        }
    }

    @Test
    void shouldFindOutPagesInOthersPlaces() {
        byte[] plain = ExtentTesting.randomBytes(random, 4 * PAGE_BYTES);
        byte[] image = SealTesting.sealed(PAGE_BYTES, plain, SealTesting.ENCRYPTED);
        byte[] again = SealTesting.sealed(
                SealTesting.plainImage(SealTesting.ENCRYPTED, PAGE_BYTES, plain),
                SealTesting.ENCRYPTED,
                SealTesting.entropy(77));
        byte[] other = SealTesting.sealed(
                PAGE_BYTES, ExtentTesting.randomBytes(random, 4 * PAGE_BYTES), SealTesting.ENCRYPTED);
        ExtentReader reader = SealTesting.open(image);
        int first = reader.index().offsetOf(0);
        int third = reader.index().offsetOf(2);
        int stored = PAGE_BYTES + ExtentLayout.PAGE_TAG_BYTES;

        byte[] swapped = image.clone();
        System.arraycopy(image, first, swapped, third, stored);
        System.arraycopy(image, third, swapped, first, stored);
        resealPages(swapped);
        expectDamage(swapped, "two pages that changed places");
        for (byte[] from : new byte[][] {again, other}) {
            byte[] foreign = image.clone();
            System.arraycopy(from, first, foreign, first, stored);
            resealPages(foreign);
            expectDamage(foreign, "a page of another extent");
            // All pages, with the salt that belongs to them, under the header of this one.
            byte[] body = image.clone();
            System.arraycopy(from, ExtentLayout.HEADER_BYTES, body, ExtentLayout.HEADER_BYTES, image.length - 64);
            resealPages(body);
            if (from == other) {
                expectDamage(body, "the body of another extent");
            } else {
                // The same extent, encrypted another time.
                assertThat(ExtentTesting.readAll(SealTesting.open(body))).isEqualTo(plain);
            }
        }
    }

    /** Somebody who has no key encrypts nothing, and says that there is nothing to decrypt. */
    @Test
    void shouldRefuseWhatShouldBeEncryptedAndIsNot() {
        byte[] forged = ExtentTesting.bytes(SealTesting.plainImage(SealTesting.BOTH, PAGE_BYTES, new byte[600]));
        byte[] compressed = SealTesting.sealed(PAGE_BYTES, new byte[600], SealTesting.COMPRESSED);
        compressed[ExtentLayout.HASH_OFFSET] = (byte) ExtentId.Hash.HMAC_SHA_256.code();
        ExtentTesting.reseal(compressed);
        for (byte[] image : new byte[][] {forged, compressed}) {
            for (Unsealer unsealer : new Unsealer[] {SealTesting.UNSEALER, Unsealer.NONE}) {
                assertThatThrownBy(() -> SealTesting.open(image, unsealer))
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining("not encrypted");
            }
        }
    }

    /** A hole is read without any page being opened: only the tag over the bitmap tells that there should be none. */
    @Test
    void shouldFindOutHolesWhereThereWereNone() {
        byte[] plain = ExtentTesting.randomBytes(random, 4 * PAGE_BYTES);
        BitSet present = BitSet.valueOf(new long[] {0b0111});
        SparseContent content =
                SparseContent.of(PAGE_BYTES, plain.length, present, ByteBuffer.wrap(plain, 0, 3 * PAGE_BYTES));
        for (ExtentEncoding encoding : List.of(SealTesting.ENCRYPTED, SealTesting.BOTH, SealTesting.CONVERGENT)) {
            byte[] image = SealTesting.sealed(
                    SealTesting.plainImage(encoding, ExtentKind.DATA, content), encoding, SealTesting.entropy(9));
            image[ExtentLayout.HEADER_BYTES] = 0b1110;
            ExtentTesting.reseal(image);
            assertThatThrownBy(() -> SealTesting.open(image))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("tampered with");
        }
    }

    /** What the tag of the metadata does not see because it is right, the tags of the pages must see by themselves. */
    @Test
    void shouldBindPagesToTheirPlaceEvenIfTheDirectoryAgrees() throws Exception {
        byte[] plain = ExtentTesting.randomBytes(random, 2 * PAGE_BYTES);
        byte[] image = SealTesting.sealed(PAGE_BYTES, plain, SealTesting.ENCRYPTED);
        ExtentHeader header = SealTesting.open(image).index().header();
        Unsealer.PageKey key =
                SealTesting.UNSEALER.unlock(header, image, new Where(header.id(), ExtentTesting.source(image)));
        int first = header.metadataBytes();
        byte[] room = new byte[PAGE_BYTES];
        int stored = PAGE_BYTES + ExtentLayout.PAGE_TAG_BYTES;
        PageCipher cipher = new PageCipher();
        cipher.decrypt(key.key(), key.header(), 0, image, first, stored, room, 0);
        assertThat(room).isEqualTo(Arrays.copyOf(plain, PAGE_BYTES));
        assertThatThrownBy(() -> cipher.decrypt(key.key(), key.header(), 1, image, first, stored, room, 0))
                .isInstanceOf(AEADBadTagException.class);
        for (int at = 0; at < key.header().length; at++) {
            byte[] otherHeader = key.header().clone();
            otherHeader[at] ^= 1;
            assertThatThrownBy(() -> cipher.decrypt(key.key(), otherHeader, 0, image, first, stored, room, 0))
                    .isInstanceOf(AEADBadTagException.class);
        }
        cipher.decrypt(key.key(), key.header(), 1, image, first + stored, stored, room, 0);
    }

    @Test
    void shouldSayThatTheKeyMayBeWrong() {
        byte[] image = SealTesting.sealed(PAGE_BYTES, new byte[600], SealTesting.BOTH);
        KeyRing wrong = KeyRing.of(SealTesting.key(1), 7, SealTesting.key(99));
        assertThatThrownBy(() -> SealTesting.open(image, Unsealer.of(PageCodecs.of(SealTesting.CODEC), wrong)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("extent h")
                .hasMessageContaining("tampered with")
                .hasMessageContaining("provided as 7");
    }

    @Test
    void shouldNameThePageThatDoesNotFitItsTagOrItsCodec() {
        byte[] plain = ExtentTesting.randomBytes(random, 3 * PAGE_BYTES);
        Arrays.fill(plain, 2 * PAGE_BYTES, 3 * PAGE_BYTES, (byte) 3);
        byte[] compressed = SealTesting.sealed(PAGE_BYTES, plain, SealTesting.COMPRESSED);
        compressed[compressed.length - 2]++;
        resealPages(compressed);
        ExtentReader reader = SealTesting.open(compressed);
        assertThatThrownBy(() -> ExtentTesting.readAll(reader))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("extent " + reader.id())
                .hasMessageContaining("page 2")
                .hasMessageContaining("codec");
        // Its neighbours can still be read.
        ByteBuffer two = ByteBuffer.allocate(2 * PAGE_BYTES);
        assertThat(readFirst(reader, two)).isEqualTo(Arrays.copyOf(plain, 2 * PAGE_BYTES));

        byte[] encrypted = SealTesting.sealed(PAGE_BYTES, plain, SealTesting.ENCRYPTED);
        ExtentReader good = SealTesting.open(encrypted);
        encrypted[good.index().offsetOf(1)] ^= 1;
        assertThatThrownBy(() -> ExtentTesting.readAll(SealTesting.open(encrypted)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("page 1")
                .hasMessageContaining("checksum");
    }

    private static byte[] readFirst(ExtentReader reader, ByteBuffer target) {
        try {
            reader.readRange(0, target);
            return ExtentTesting.bytes(target.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldBoundWhatADirectoryClaimsBeforeAnythingIsAllocated() {
        byte[] image = SealTesting.sealed(PAGE_BYTES, new byte[4 * PAGE_BYTES], SealTesting.COMPRESSED);
        int directory = ExtentLayout.HEADER_BYTES + 8;
        for (int length : new int[] {0, -1, PAGE_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] crafted = image.clone();
            LittleEndian.putInt(ByteBuffer.wrap(crafted), directory + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, length);
            ExtentTesting.reseal(crafted);
            assertThatThrownBy(() -> SealTesting.open(crafted))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("places page 0 wrongly");
        }
        byte[] encrypted = SealTesting.sealed(PAGE_BYTES, new byte[4 * PAGE_BYTES], SealTesting.ENCRYPTED);
        for (int length : new int[] {PAGE_BYTES, PAGE_BYTES + 15, PAGE_BYTES + 17, 16}) {
            byte[] crafted = encrypted.clone();
            LittleEndian.putInt(ByteBuffer.wrap(crafted), directory + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, length);
            ExtentTesting.reseal(crafted);
            assertThatThrownBy(() -> SealTesting.open(crafted))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("places page 0 wrongly");
        }
    }

    @Test
    void shouldRefuseContradictionsBehindRightChecksums() {
        Class<? extends StorageException> damaged = DamagedException.class;
        expectRefusal(SealTesting.COMPRESSED, ExtentLayout.VERSION_OFFSET, 1, damaged, "version 1, codec 200");
        expectRefusal(SealTesting.COMPRESSED, ExtentLayout.KEY_ID_OFFSET, 1, damaged, "key 1");
        expectRefusal(SealTesting.COMPRESSED, ExtentLayout.CODEC_OFFSET, 0, damaged, "version 2, codec 0, cipher 0");
        expectRefusal(
                SealTesting.COMPRESSED, ExtentLayout.CODEC_OFFSET, 5, UnsupportedFormatException.class, "codec 5");
        expectRefusal(SealTesting.BOTH, ExtentLayout.KEY_ID_OFFSET, 0, damaged, "key 0");
        expectRefusal(SealTesting.BOTH, ExtentLayout.KEY_ID_OFFSET, 8, UnknownKeyException.class, "key 8");
        expectRefusal(SealTesting.BOTH, ExtentLayout.HASH_OFFSET, 2, damaged, "needs no key");
        expectRefusal(SealTesting.BOTH, ExtentLayout.CIPHER_OFFSET, 2, UnsupportedFormatException.class, "cipher 2");
        expectRefusal(SealTesting.BOTH, ExtentLayout.DISCRIMINATOR_OFFSET, 1, damaged, "tampered");
        expectRefusal(SealTesting.BOTH, ExtentLayout.KIND_OFFSET, 2, damaged, "tampered");
    }

    private static void expectRefusal(
            ExtentEncoding encoding, int at, int value, Class<? extends StorageException> type, String message) {
        byte[] image = SealTesting.sealed(PAGE_BYTES, new byte[1025], encoding);
        assertThat(image[at]).isNotEqualTo((byte) value);
        image[at] = (byte) value;
        ExtentTesting.reseal(image);
        assertThatThrownBy(() -> SealTesting.open(image)).isInstanceOf(type).hasMessageContaining(message);
    }

    /** What is damaged and compressed or encrypted tells nothing by its checksum. */
    @Test
    void shouldNotTakeADamagedPageForAnotherContentByItsChecksum() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(random, 3 * PAGE_BYTES);
        byte[] other = plain.clone();
        other[PAGE_BYTES] ^= 1;
        for (ExtentEncoding encoding : SealTesting.ENCODINGS) {
            byte[] image = SealTesting.sealed(PAGE_BYTES, plain, encoding);
            ExtentReader reader = SealTesting.open(image);
            assertThat(ContentComparer.equal(reader, SealTesting.plainImage(encoding, PAGE_BYTES, other)))
                    .isFalse();
            assertThat(ContentComparer.certainlyOther(reader, SealTesting.plainImage(encoding, PAGE_BYTES, other)))
                    .isTrue();
            image[reader.index().offsetOf(2)] ^= 1;
            ByteBuffer same = SealTesting.plainImage(encoding, PAGE_BYTES, plain);
            ExtentReader damaged = SealTesting.open(image);
            assertThatThrownBy(() -> ContentComparer.equal(damaged, same)).isInstanceOf(DamagedException.class);
            assertThat(ContentComparer.certainlyOther(damaged, same)).isFalse();
            assertThat(ContentComparer.certainlyOther(damaged, SealTesting.plainImage(encoding, PAGE_BYTES, other)))
                    .isTrue();
        }
    }

    @Test
    void shouldFindContentThatTagsAndChecksumsDoNotBetray() throws IOException {
        // Whoever has the keys wrote something else under this id.
        ByteBuffer plainImage = SealTesting.plainImage(SealTesting.BOTH, PAGE_BYTES, new byte[PAGE_BYTES]);
        plainImage.put(ExtentLayout.CONTENT_HASH_OFFSET, (byte) (plainImage.get(ExtentLayout.CONTENT_HASH_OFFSET) ^ 1));
        byte[] wrong = ExtentTesting.bytes(plainImage);
        ExtentTesting.reseal(wrong);
        byte[] image = SealTesting.sealed(ByteBuffer.wrap(wrong), SealTesting.BOTH, SealTesting.entropy(8));
        ExtentReader reader = SealTesting.open(image);
        assertThat(ExtentTesting.readAll(reader)).containsOnly(0);
        assertThatThrownBy(() -> reader.verifyDeep(ByteBuffer.allocate(PAGE_BYTES)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("content");
    }

    /** Makes all checksums right, those of pages too, as far as the image and its directory make sense. */
    private static void resealPages(byte[] image) {
        ByteBuffer bytes = ByteBuffer.wrap(image);
        int slots = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PRESENT_PAGES_OFFSET);
        int at = ExtentLayout.HEADER_BYTES + ExtentLayout.bitmapBytes(slots);
        for (int entry = 0; entry < present && at + ExtentLayout.ENTRY_BYTES <= image.length; entry++) {
            int offset = LittleEndian.getInt(bytes, at + ExtentLayout.ENTRY_PAGE_OFFSET);
            int length = LittleEndian.getInt(bytes, at + ExtentLayout.ENTRY_STORED_BYTES_OFFSET);
            if (offset >= 0 && length >= 0 && length <= image.length - offset) {
                LittleEndian.putInt(bytes, at + ExtentLayout.ENTRY_CRC_OFFSET, Crc32c.of(image, offset, length));
            }
            at += ExtentLayout.ENTRY_BYTES;
        }
        ExtentTesting.reseal(image);
    }
}
