package io.ashlar.extent;

import static io.ashlar.format.ExtentLayout.CIPHER_AES_256_GCM;
import static io.ashlar.format.ExtentLayout.CIPHER_NONE;
import static io.ashlar.format.ExtentLayout.CIPHER_OFFSET;
import static io.ashlar.format.ExtentLayout.CODEC_NONE;
import static io.ashlar.format.ExtentLayout.CODEC_OFFSET;
import static io.ashlar.format.ExtentLayout.CONTENT_HASH_BYTES;
import static io.ashlar.format.ExtentLayout.CONTENT_HASH_OFFSET;
import static io.ashlar.format.ExtentLayout.DISCRIMINATOR_OFFSET;
import static io.ashlar.format.ExtentLayout.HASH_OFFSET;
import static io.ashlar.format.ExtentLayout.HEADER_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.KEY_ID_OFFSET;
import static io.ashlar.format.ExtentLayout.KIND_OFFSET;
import static io.ashlar.format.ExtentLayout.MAGIC;
import static io.ashlar.format.ExtentLayout.MAGIC_OFFSET;
import static io.ashlar.format.ExtentLayout.METADATA_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.PAGE_SIZE_LOG2_MAX;
import static io.ashlar.format.ExtentLayout.PAGE_SIZE_LOG2_MIN;
import static io.ashlar.format.ExtentLayout.PAGE_SIZE_LOG2_OFFSET;
import static io.ashlar.format.ExtentLayout.PAGE_SLOTS_OFFSET;
import static io.ashlar.format.ExtentLayout.PLAIN_BYTES_MAX;
import static io.ashlar.format.ExtentLayout.PLAIN_BYTES_OFFSET;
import static io.ashlar.format.ExtentLayout.PRESENT_PAGES_OFFSET;
import static io.ashlar.format.ExtentLayout.RESERVED_OFFSET;
import static io.ashlar.format.ExtentLayout.VERSION;
import static io.ashlar.format.ExtentLayout.VERSION_OFFSET;
import static io.ashlar.format.ExtentLayout.VERSION_SEALED;

import io.ashlar.ExtentId;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;

/** The header of an extent, verified. Whether its codec and its key are there is for others to say. */
record ExtentHeader(
        ExtentKind kind,
        int pageSizeLog2,
        int plainBytes,
        int pageSlots,
        int presentPages,
        int codec,
        int cipher,
        int keyId,
        ExtentId id,
        int metadataCrc) {

    /** Reads the header at the beginning of {@code bytes}, which holds at least all of it. */
    static ExtentHeader parse(ByteBuffer bytes, Where where) {
        if (LittleEndian.getInt(bytes, MAGIC_OFFSET) != MAGIC) {
            throw where.damaged("it does not begin like an extent");
        }
        // Before the version: a flipped bit must not pass for a newer version.
        if (Crc32c.of(bytes, 0, HEADER_CRC_OFFSET) != LittleEndian.getInt(bytes, HEADER_CRC_OFFSET)) {
            throw where.damaged("its header does not match its checksum");
        }
        int version = u8(bytes, VERSION_OFFSET);
        if (version != VERSION && version != VERSION_SEALED) {
            throw where.unsupported(
                    "format version " + version + ", and this engine knows only " + VERSION + " and " + VERSION_SEALED);
        }
        int cipher = u8(bytes, CIPHER_OFFSET);
        if (cipher != CIPHER_NONE && cipher != CIPHER_AES_256_GCM) {
            throw where.unsupported("cipher " + cipher + ", and this engine knows only " + CIPHER_AES_256_GCM);
        }
        ExtentKind kind = kindOf(u8(bytes, KIND_OFFSET), where);
        ExtentId id = idIn(bytes, where);
        int log2 = u8(bytes, PAGE_SIZE_LOG2_OFFSET);
        int plainBytes = LittleEndian.getInt(bytes, PLAIN_BYTES_OFFSET);
        int slots = LittleEndian.getUnsignedShort(bytes, PAGE_SLOTS_OFFSET);
        int present = LittleEndian.getUnsignedShort(bytes, PRESENT_PAGES_OFFSET);
        if (log2 < PAGE_SIZE_LOG2_MIN || log2 > PAGE_SIZE_LOG2_MAX || plainBytes < 0 || plainBytes > PLAIN_BYTES_MAX) {
            throw where.damaged(
                    "its header tells of " + Integer.toUnsignedString(plainBytes) + " bytes in pages of 2^" + log2);
        }
        if (slots != ExtentLayout.pageSlots(plainBytes, log2) || present > slots) {
            throw where.damaged("its header tells of " + present + " out of " + slots + " pages of 2^" + log2
                    + " bytes in " + plainBytes + " bytes");
        }
        int codec = u8(bytes, CODEC_OFFSET);
        int keyId = LittleEndian.getInt(bytes, KEY_ID_OFFSET);
        if (u8(bytes, RESERVED_OFFSET) != 0
                || (version == VERSION) != (codec == CODEC_NONE && cipher == CIPHER_NONE)
                || (keyId == 0) != (cipher == CIPHER_NONE)) {
            throw where.damaged("its header contradicts itself: version " + version + ", codec " + codec + ", cipher "
                    + cipher + ", key " + Integer.toUnsignedString(keyId));
        }
        if (cipher != CIPHER_NONE && id.hash() != ExtentId.Hash.HMAC_SHA_256) {
            throw where.damaged("it is encrypted, and identified by " + id.hash() + ", which needs no key");
        }
        int metadataCrc = LittleEndian.getInt(bytes, METADATA_CRC_OFFSET);
        return new ExtentHeader(kind, log2, plainBytes, slots, present, codec, cipher, keyId, id, metadataCrc);
    }

    /** Whether pages are stored as they are. */
    boolean isPlain() {
        return codec == CODEC_NONE && cipher == CIPHER_NONE;
    }

    boolean isEncrypted() {
        return cipher != CIPHER_NONE;
    }

    int metadataBytes() {
        return ExtentLayout.metadataBytes(pageSlots, presentPages, cipher);
    }

    /** Where the salt of an encrypted extent is, behind which its tag lies. */
    int saltOffset() {
        return ExtentLayout.metadataBytes(pageSlots, presentPages);
    }

    /** How long a page is when it is stored as it is. */
    int maxStoredBytes(int slot) {
        return ExtentLayout.slotBytes(slot, plainBytes, pageSizeLog2) + ExtentLayout.pageTagBytes(cipher);
    }

    private static int u8(ByteBuffer bytes, int offset) {
        return bytes.get(offset) & 0xFF;
    }

    private static ExtentKind kindOf(int code, Where where) {
        for (ExtentKind kind : ExtentKind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw where.unsupported("the unknown kind " + code);
    }

    private static ExtentId idIn(ByteBuffer bytes, Where where) {
        int code = u8(bytes, HASH_OFFSET);
        for (ExtentId.Hash hash : ExtentId.Hash.values()) {
            if (hash.code() == code) {
                byte[] digest = new byte[hash.bytes()];
                bytes.get(CONTENT_HASH_OFFSET, digest);
                for (int i = hash.bytes(); i < CONTENT_HASH_BYTES; i++) {
                    if (bytes.get(CONTENT_HASH_OFFSET + i) != 0) {
                        throw where.damaged("its header has more bytes of hash than " + hash + " has");
                    }
                }
                return ExtentId.of(hash, digest, u8(bytes, DISCRIMINATOR_OFFSET));
            }
        }
        throw where.unsupported("the unknown content hash " + code);
    }
}
