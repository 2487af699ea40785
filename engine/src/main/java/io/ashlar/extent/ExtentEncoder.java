package io.ashlar.extent;

import static io.ashlar.format.ExtentLayout.ENTRY_BYTES;
import static io.ashlar.format.ExtentLayout.HEADER_BYTES;

import io.ashlar.ExtentId;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Builds the image of an extent in a buffer of the caller's, heap or direct. Images begin at the buffer's position, which stays;
 * its limit is set to the image's end. {@link ExtentLayout#maxImageBytes} tells how much room there must be.
 *
 * <p>One content has one image, byte for byte. Its pages are stored as they are: an {@link ExtentSealer} compresses and encrypts them.
 * Not thread-safe; keep one a thread. Content and image must not overlap.
 */
public final class ExtentEncoder {
    private final Map<ExtentId.Hash, ContentHasher> hashers = new EnumMap<>(ExtentId.Hash.class);
    private final long[] words = new long[ExtentLayout.PAGE_SLOTS_MAX / 64];
    private final CRC32C crc = new CRC32C();
    private @Nullable KeyProvider keys;
    private @Nullable ContentHasher keyed;

    /** Makes an encoder. */
    public ExtentEncoder() {}

    /**
     * Hashes and encodes content without holes.
     *
     * @param kind what the content is
     * @param pageBytes the page size, a power of two from 512 to 65,536
     * @param plain the content, from position to limit, at most 2 MiB; the position is unchanged
     * @param hash how to hash it; one without a key
     * @param image where the image goes
     * @return the id, with discriminator 0
     * @throws IllegalArgumentException if an argument is out of its bounds or the image has no room; nothing is written
     */
    public ExtentId encode(ExtentKind kind, int pageBytes, ByteBuffer plain, ExtentId.Hash hash, ByteBuffer image) {
        return encode(kind, pageBytes, plain, hasher(hash), image);
    }

    /**
     * Hashes and encodes content without holes.
     *
     * @param kind what the content is
     * @param pageBytes the page size, a power of two from 512 to 65,536
     * @param plain the content, from position to limit, at most 2 MiB; the position is unchanged
     * @param hasher hashes it; one of the calling thread's
     * @param image where the image goes
     * @return the id, with discriminator 0
     * @throws IllegalArgumentException if an argument is out of its bounds or the image has no room; nothing is written
     */
    public ExtentId encode(ExtentKind kind, int pageBytes, ByteBuffer plain, ContentHasher hasher, ByteBuffer image) {
        int log2 = ExtentLayout.pageSizeLog2(pageBytes);
        int plainBytes = ExtentLayout.checkPlainBytes(plain.remaining());
        int slots = ExtentLayout.pageSlots(plainBytes, log2);
        PageBitmap.fill(words, slots);
        return write(kind, log2, plainBytes, words, slots, plain, plain.position(), hasher, image);
    }

    /**
     * Hashes and encodes content with holes.
     *
     * @param kind what the content is
     * @param content the content
     * @param hash how to hash it; one without a key
     * @param image where the image goes
     * @return the id, with discriminator 0
     * @throws IllegalArgumentException if the image has no room; nothing is written
     */
    public ExtentId encode(ExtentKind kind, SparseContent content, ExtentId.Hash hash, ByteBuffer image) {
        return encode(kind, content, hasher(hash), image);
    }

    /**
     * Hashes and encodes content with holes.
     *
     * @param kind what the content is
     * @param content the content
     * @param hasher hashes it; one of the calling thread's
     * @param image where the image goes
     * @return the id, with discriminator 0
     * @throws IllegalArgumentException if the image has no room; nothing is written
     */
    public ExtentId encode(ExtentKind kind, SparseContent content, ContentHasher hasher, ByteBuffer image) {
        return write(
                kind,
                content.pageSizeLog2(),
                content.plainBytes(),
                content.words(),
                content.presentPages(),
                content.pages(),
                0,
                hasher,
                image);
    }

    /**
     * Gives an image another discriminator.
     *
     * @param image an image that is not encrypted, at the buffer's position
     * @param discriminator 0 to 255
     * @throws IllegalArgumentException if the discriminator is out of range or there is no such image
     */
    public static void stampDiscriminator(ByteBuffer image, int discriminator) {
        int at = image.position();
        if ((discriminator & ~0xFF) != 0) {
            throw new IllegalArgumentException("a discriminator is 0 to 255, not " + discriminator);
        }
        if (image.remaining() < HEADER_BYTES || LittleEndian.getInt(image, at) != ExtentLayout.MAGIC) {
            throw new IllegalArgumentException("there is no image of an extent at the position of the buffer");
        }
        if (image.get(at + ExtentLayout.CIPHER_OFFSET) != ExtentLayout.CIPHER_NONE) {
            throw new IllegalArgumentException("the header of an encrypted image is bound to its pages");
        }
        image.put(at + ExtentLayout.DISCRIMINATOR_OFFSET, (byte) discriminator);
        sealHeader(image, at);
    }

    /**
     * A hasher of this encoder's.
     *
     * @param hash how it hashes, without a key
     * @return always the same one
     * @throws IllegalArgumentException if that hash needs a key
     */
    public ContentHasher hasher(ExtentId.Hash hash) {
        return hashers.computeIfAbsent(hash, ContentHasher::new);
    }

    private ExtentId write(
            ExtentKind kind,
            int log2,
            int plainBytes,
            long[] present,
            int presentPages,
            ByteBuffer pages,
            int from,
            ContentHasher hasher,
            ByteBuffer image) {
        int slots = ExtentLayout.pageSlots(plainBytes, log2);
        int start = image.position();
        int metadataBytes = ExtentLayout.metadataBytes(slots, presentPages);
        boolean lastPresent = slots > 0 && PageBitmap.isSet(present, slots - 1);
        int storedBytes = PageBitmap.presentBytes(presentPages, lastPresent, slots, plainBytes, log2);
        if (image.remaining() < metadataBytes + storedBytes) {
            throw new IllegalArgumentException(
                    "an image of " + (metadataBytes + storedBytes) + " bytes does not fit in " + image.remaining());
        }
        image.put(start + metadataBytes, pages, from, storedBytes);
        image.limit(start + metadataBytes + storedBytes);
        // Of the copy: should the caller change the content meanwhile, its id is still that of what is stored.
        ExtentId id = hasher.idOf(kind, log2, plainBytes, present, image, start + metadataBytes, storedBytes);
        PageBitmap.write(present, slots, image, start + HEADER_BYTES);
        writeDirectory(slots, plainBytes, log2, present, metadataBytes, image);
        writeHeader(kind, log2, plainBytes, slots, presentPages, id, image, start);
        int metadataCrc = Crc32c.of(image, start + HEADER_BYTES, metadataBytes - HEADER_BYTES);
        LittleEndian.putInt(image, start + ExtentLayout.METADATA_CRC_OFFSET, metadataCrc);
        sealHeader(image, start);
        return id;
    }

    /**
     * A hasher of this encoder's for content that is to be encrypted.
     *
     * @param provider has the identity key
     * @return always the same one, as long as the provider is
     * @throws IOException if the key cannot be had just now
     */
    public ContentHasher hasher(KeyProvider provider) throws IOException {
        ContentHasher present = keyed;
        if (present == null || provider != keys) {
            present = ContentHasher.keyed(provider);
            keyed = present;
            keys = provider;
        }
        return present;
    }

    private void writeDirectory(
            int slots, int plainBytes, int log2, long[] present, int metadataBytes, ByteBuffer image) {
        int start = image.position();
        int entryAt = start + HEADER_BYTES + ExtentLayout.bitmapBytes(slots);
        int offset = metadataBytes;
        // One view for all pages, moved along; the checksum consumes what lies between its position and limit.
        ByteBuffer view = image.duplicate();
        for (int slot = PageBitmap.nextSet(present, 0, slots);
                slot < slots;
                slot = PageBitmap.nextSet(present, slot + 1, slots)) {
            int length = ExtentLayout.slotBytes(slot, plainBytes, log2);
            LittleEndian.putInt(image, entryAt + ExtentLayout.ENTRY_PAGE_OFFSET, offset);
            LittleEndian.putInt(image, entryAt + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, length);
            crc.reset();
            crc.update(view.limit(start + offset + length).position(start + offset));
            LittleEndian.putInt(image, entryAt + ExtentLayout.ENTRY_CRC_OFFSET, (int) crc.getValue());
            entryAt += ENTRY_BYTES;
            offset += length;
        }
    }

    private static void writeHeader(
            ExtentKind kind,
            int log2,
            int plainBytes,
            int slots,
            int presentPages,
            ExtentId id,
            ByteBuffer image,
            int start) {
        LittleEndian.putInt(image, start, ExtentLayout.MAGIC);
        image.put(start + ExtentLayout.VERSION_OFFSET, (byte) ExtentLayout.VERSION);
        image.put(start + ExtentLayout.KIND_OFFSET, (byte) kind.code());
        image.put(start + ExtentLayout.PAGE_SIZE_LOG2_OFFSET, (byte) log2);
        image.put(start + ExtentLayout.HASH_OFFSET, (byte) id.hash().code());
        LittleEndian.putShort(image, start + ExtentLayout.PAGE_SLOTS_OFFSET, slots);
        LittleEndian.putShort(image, start + ExtentLayout.PRESENT_PAGES_OFFSET, presentPages);
        LittleEndian.putInt(image, start + ExtentLayout.PLAIN_BYTES_OFFSET, plainBytes);
        image.put(start + ExtentLayout.CODEC_OFFSET, (byte) ExtentLayout.CODEC_NONE);
        image.put(start + ExtentLayout.CIPHER_OFFSET, (byte) ExtentLayout.CIPHER_NONE);
        image.put(start + ExtentLayout.DISCRIMINATOR_OFFSET, (byte) id.discriminator());
        image.put(start + ExtentLayout.RESERVED_OFFSET, (byte) 0);
        LittleEndian.putInt(image, start + ExtentLayout.KEY_ID_OFFSET, 0);
        byte[] hash = new byte[ExtentLayout.CONTENT_HASH_BYTES];
        byte[] digest = id.digest();
        System.arraycopy(digest, 0, hash, 0, digest.length);
        image.put(start + ExtentLayout.CONTENT_HASH_OFFSET, hash);
    }

    private static void sealHeader(ByteBuffer image, int start) {
        int headerCrc = Crc32c.of(image, start, ExtentLayout.HEADER_CRC_OFFSET);
        LittleEndian.putInt(image, start + ExtentLayout.HEADER_CRC_OFFSET, headerCrc);
    }
}
