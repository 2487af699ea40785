package io.ashlar.extent;

import static io.ashlar.format.ExtentLayout.ENTRY_BYTES;
import static io.ashlar.format.ExtentLayout.HEADER_BYTES;
import static io.ashlar.format.ExtentLayout.SALT_BYTES;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.UnknownKeyException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.PageCodec;
import io.ashlar.spi.RawKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Compresses and encrypts images, page by page: makes of the image that an {@link ExtentEncoder} built another one that holds the same
 * content under the same id. Comes after the content was found to be new, for what is there already needs neither.
 *
 * <p>A page that does not shrink by a sixteenth is stored as it is. Not thread-safe; keep one a thread. Arrays and tables are kept from
 * image to image, and copies that the JDK makes of an image's key until the next image.
 */
public final class ExtentSealer {
    /** A page is compressed if it shrinks by its length shifted by so much; less is not worth a reader's time. */
    private static final int WORTH_SHIFT = 4;

    private final Entropy entropy;
    private final IdentityHashMap<PageCodec, PageCodec.Compressor> compressors = new IdentityHashMap<>();
    private final ExtentKeys derivation = new ExtentKeys();
    private final PageCipher cipher = new PageCipher();
    private final CRC32C crc = new CRC32C();
    private final long[] words = new long[ExtentLayout.PAGE_SLOTS_MAX / 64];
    private final int[] lengths = new int[ExtentLayout.PAGE_SLOTS_MAX];
    private final byte[] salt = new byte[SALT_BYTES];
    private byte[] page = new byte[0];
    private byte[] other = new byte[0];
    private byte[] metadata = new byte[0];

    /**
     * Makes a sealer.
     *
     * @param entropy where salts come from
     */
    public ExtentSealer(Entropy entropy) {
        this.entropy = entropy;
    }

    /**
     * Compresses and encrypts an image.
     *
     * @param image an image that is neither, from position to limit, which stay; of an id by {@link ExtentId.Hash#HMAC_SHA_256} if it is
     *     to be encrypted, and only then
     * @param encoding how its pages are to be stored
     * @param target where the new image goes, from its position, which stays; its limit is set to the image's end. {@link
     *     ExtentEncoding#maxImageBytes} tells how much room there must be. It does not overlap the image, and is not touched if the
     *     encoding is plain
     * @return the target; or the image itself, if the encoding is plain
     * @throws IllegalArgumentException if there is no such image, or no room for the new one; nothing is written
     * @throws IllegalStateException if the image changed after it was built, or a codec or key provider does not keep its word
     * @throws UnknownKeyException if the key provider does not know its own current key
     * @throws IOException if the key cannot be had just now
     */
    public ByteBuffer seal(ByteBuffer image, ExtentEncoding encoding, ByteBuffer target) throws IOException {
        ByteBuffer source = image.slice();
        checkHash(source, encoding);
        if (encoding.isPlain()) {
            return image;
        }
        Shape shape = shapeOf(source, encoding);
        int room = shape.metadataBytes() + shape.presentBytes + shape.present * shape.tagBytes();
        if (target.isReadOnly() || target.remaining() < room) {
            throw new IllegalArgumentException(
                    "an image of up to " + room + " bytes does not fit in " + target.remaining());
        }
        ByteBuffer sealed = target.slice();
        makeRoom(shape);
        compress(source, shape, encoding.codec(), sealed);
        beginMetadata(source, shape, encoding);
        if (encoding.keys() != null && shape.cipher != ExtentLayout.CIPHER_NONE) {
            encrypt(shape, encoding.encryption(), encoding.keys(), sealed);
        }
        int end = finish(shape, sealed);
        return target.limit(target.position() + end);
    }

    /** What the header of a plain image says, and the cipher of the new one. */
    private record Shape(int log2, int plainBytes, int slots, int present, int presentBytes, int cipher) {
        int plainMetadataBytes() {
            return ExtentLayout.metadataBytes(slots, present);
        }

        int metadataBytes() {
            return ExtentLayout.metadataBytes(slots, present, cipher);
        }

        int tagBytes() {
            return ExtentLayout.pageTagBytes(cipher);
        }
    }

    /** Other hashes would tell what is in an encrypted extent; and by this one a reader knows that it must be encrypted. */
    private static void checkHash(ByteBuffer image, ExtentEncoding encoding) {
        boolean encrypted = encoding.encryption() != Encryption.NONE;
        if (image.limit() < HEADER_BYTES
                || encrypted != (image.get(ExtentLayout.HASH_OFFSET) == ExtentId.Hash.HMAC_SHA_256.code())) {
            throw new IllegalArgumentException("an encrypted extent is identified by " + ExtentId.Hash.HMAC_SHA_256
                    + ", and one that is not by another hash");
        }
    }

    private Shape shapeOf(ByteBuffer image, ExtentEncoding encoding) {
        if (LittleEndian.getInt(image, ExtentLayout.MAGIC_OFFSET) != ExtentLayout.MAGIC
                || image.get(ExtentLayout.VERSION_OFFSET) != ExtentLayout.VERSION
                || Crc32c.of(image, 0, ExtentLayout.HEADER_CRC_OFFSET)
                        != LittleEndian.getInt(image, ExtentLayout.HEADER_CRC_OFFSET)) {
            throw new IllegalArgumentException("there is no image of pages as they are");
        }
        int log2 = image.get(ExtentLayout.PAGE_SIZE_LOG2_OFFSET);
        int plainBytes = ExtentLayout.checkPlainBytes(LittleEndian.getInt(image, ExtentLayout.PLAIN_BYTES_OFFSET));
        int slots = ExtentLayout.pageSlots(plainBytes, log2);
        int present = LittleEndian.getUnsignedShort(image, ExtentLayout.PRESENT_PAGES_OFFSET);
        int metadataBytes = ExtentLayout.metadataBytes(slots, present);
        if (present > slots || metadataBytes > image.limit()) {
            throw new IllegalArgumentException("the image ends before its pages begin");
        }
        for (int i = 0; i < ExtentLayout.bitmapBytes(slots) >> 3; i++) {
            words[i] = LittleEndian.getLong(image, HEADER_BYTES + 8 * i);
        }
        boolean lastPresent = slots > 0 && PageBitmap.isSet(words, slots - 1);
        int presentBytes = PageBitmap.presentBytes(present, lastPresent, slots, plainBytes, log2);
        if (image.limit() != metadataBytes + presentBytes) {
            throw new IllegalArgumentException(
                    "the image has " + image.limit() + " bytes, and should have " + (metadataBytes + presentBytes));
        }
        return new Shape(log2, plainBytes, slots, present, presentBytes, encoding.cipher());
    }

    private void makeRoom(Shape shape) {
        int pageRoom = Math.min(1 << shape.log2, shape.plainBytes) + ExtentLayout.PAGE_TAG_BYTES;
        if (page.length < pageRoom) {
            page = new byte[pageRoom];
            other = new byte[pageRoom];
        }
        if (metadata.length < shape.metadataBytes()) {
            metadata = new byte[shape.metadataBytes()];
        }
    }

    /** Lays the pages out in the new image, each with room for its tag behind it, and notes how long they are without. */
    private void compress(ByteBuffer image, Shape shape, PageCodec codec, ByteBuffer sealed) {
        PageCodec.Compressor compressor = codec.code() == ExtentLayout.CODEC_NONE
                ? null
                : compressors.computeIfAbsent(codec, PageCodec::newCompressor);
        int from = shape.plainMetadataBytes();
        int crcAt = HEADER_BYTES + ExtentLayout.bitmapBytes(shape.slots) + ExtentLayout.ENTRY_CRC_OFFSET;
        int to = shape.metadataBytes();
        int slot = -1;
        for (int entry = 0; entry < shape.present; entry++) {
            slot = PageBitmap.nextSet(words, slot + 1, shape.slots);
            int length = ExtentLayout.slotBytes(slot, shape.plainBytes, shape.log2);
            image.get(from, page, 0, length);
            crc.reset();
            crc.update(page, 0, length);
            // The id was computed from these bytes some time ago; what is stored under it must be the same.
            if ((int) crc.getValue() != LittleEndian.getInt(image, crcAt)) {
                throw new IllegalStateException("page " + slot + " of the image changed after it was built");
            }
            int worth = length - Math.max(1, length >> WORTH_SHIFT);
            int compressed = compressor == null || worth == 0
                    ? PageCodec.NO_ROOM
                    : compressor.compress(page, 0, length, other, 0, worth);
            if (compressed == PageCodec.NO_ROOM) {
                sealed.put(to, page, 0, length);
                compressed = length;
            } else if (compressed < 1 || compressed > worth) {
                throw new IllegalStateException(
                        "codec " + codec.name() + " says that it wrote " + compressed + " bytes into " + worth);
            } else {
                sealed.put(to, other, 0, compressed);
            }
            lengths[entry] = compressed;
            from += length;
            crcAt += ENTRY_BYTES;
            to += compressed + shape.tagBytes();
        }
    }

    /** Everything before the checksums, and the bitmap. */
    private void beginMetadata(ByteBuffer image, Shape shape, ExtentEncoding encoding) throws IOException {
        image.get(0, metadata, 0, HEADER_BYTES + ExtentLayout.bitmapBytes(shape.slots));
        metadata[ExtentLayout.VERSION_OFFSET] = ExtentLayout.VERSION_SEALED;
        metadata[ExtentLayout.CODEC_OFFSET] = (byte) encoding.codec().code();
        metadata[ExtentLayout.CIPHER_OFFSET] = (byte) shape.cipher;
        KeyProvider keys = encoding.keys();
        int keyId = keys == null || shape.cipher == ExtentLayout.CIPHER_NONE ? 0 : keys.currentKeyId();
        LittleEndian.putInt(ByteBuffer.wrap(metadata), ExtentLayout.KEY_ID_OFFSET, keyId);
    }

    private void encrypt(Shape shape, Encryption encryption, KeyProvider keys, ByteBuffer sealed) throws IOException {
        int keyId = LittleEndian.getInt(ByteBuffer.wrap(metadata), ExtentLayout.KEY_ID_OFFSET);
        SecretKey found = keyId == 0 ? null : keys.find(keyId).orElse(null);
        if (found == null) {
            throw new UnknownKeyException(
                    "extents are to be encrypted under key " + Integer.toUnsignedString(keyId)
                            + ", the current one, which the key provider does not know; provide it, or name another"
                            + " from 1 on as the current one",
                    keyId);
        }
        byte[] key = ExtentKeys.bytesOf(found, keyId);
        ExtentKeys.Pair pair;
        try {
            if (encryption == Encryption.CONVERGENT) {
                convergentSalt(key, shape, sealed);
            } else {
                ByteBuffer bytes = ByteBuffer.wrap(salt);
                while (bytes.hasRemaining()) {
                    bytes.putLong(entropy.nextLong());
                }
            }
            pair = derivation.pair(key, salt, metadata);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        try {
            encryptPages(shape, pair.pages(), sealed);
            writeDirectory(shape, sealed);
            int saltAt = shape.plainMetadataBytes();
            System.arraycopy(salt, 0, metadata, saltAt, SALT_BYTES);
            derivation.metadataTag(pair.metadata(), metadata, saltAt, metadata, saltAt + SALT_BYTES);
        } finally {
            pair.destroy();
        }
    }

    /** Encrypts each page in its place, to which its tag is added. */
    private void encryptPages(Shape shape, RawKey key, ByteBuffer sealed) {
        int at = shape.metadataBytes();
        int slot = -1;
        for (int entry = 0; entry < shape.present; entry++) {
            slot = PageBitmap.nextSet(words, slot + 1, shape.slots);
            sealed.get(at, page, 0, lengths[entry]);
            lengths[entry] = cipher.encrypt(key, metadata, slot, page, lengths[entry], other);
            sealed.put(at, other, 0, lengths[entry]);
            at += lengths[entry];
        }
    }

    /** The HMAC of all that is about to be encrypted, and of all that is bound to it. */
    private void convergentSalt(byte[] key, Shape shape, ByteBuffer sealed) {
        Mac mac = derivation.convergence(key);
        mac.update(metadata, 0, ExtentKeys.BOUND_BYTES);
        mac.update(metadata, HEADER_BYTES, ExtentLayout.bitmapBytes(shape.slots));
        int at = shape.metadataBytes();
        ByteBuffer bytes = ByteBuffer.wrap(page);
        for (int entry = 0; entry < shape.present; entry++) {
            LittleEndian.putInt(bytes, 0, lengths[entry]);
            mac.update(page, 0, Integer.BYTES);
            sealed.get(at, page, 0, lengths[entry]);
            mac.update(page, 0, lengths[entry]);
            at += lengths[entry] + shape.tagBytes();
        }
        Hkdf.finish(mac, salt, 0);
        Hkdf.forget(mac);
    }

    private void writeDirectory(Shape shape, ByteBuffer sealed) {
        ByteBuffer bytes = ByteBuffer.wrap(metadata);
        int entryAt = HEADER_BYTES + ExtentLayout.bitmapBytes(shape.slots);
        int offset = shape.metadataBytes();
        for (int entry = 0; entry < shape.present; entry++) {
            sealed.get(offset, other, 0, lengths[entry]);
            crc.reset();
            crc.update(other, 0, lengths[entry]);
            LittleEndian.putInt(bytes, entryAt + ExtentLayout.ENTRY_PAGE_OFFSET, offset);
            LittleEndian.putInt(bytes, entryAt + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, lengths[entry]);
            LittleEndian.putInt(bytes, entryAt + ExtentLayout.ENTRY_CRC_OFFSET, (int) crc.getValue());
            entryAt += ENTRY_BYTES;
            offset += lengths[entry];
        }
    }

    /** Writes what is before the pages, and tells how long the image is. */
    private int finish(Shape shape, ByteBuffer sealed) {
        if (shape.cipher == ExtentLayout.CIPHER_NONE) {
            writeDirectory(shape, sealed);
        }
        int metadataBytes = shape.metadataBytes();
        ByteBuffer bytes = ByteBuffer.wrap(metadata);
        LittleEndian.putInt(
                bytes,
                ExtentLayout.METADATA_CRC_OFFSET,
                Crc32c.of(metadata, HEADER_BYTES, metadataBytes - HEADER_BYTES));
        LittleEndian.putInt(
                bytes, ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(metadata, 0, ExtentLayout.HEADER_CRC_OFFSET));
        sealed.put(0, metadata, 0, metadataBytes);
        int end = metadataBytes;
        for (int entry = 0; entry < shape.present; entry++) {
            end += lengths[entry];
        }
        return end;
    }
}
