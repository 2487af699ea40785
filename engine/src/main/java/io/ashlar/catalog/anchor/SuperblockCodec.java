package io.ashlar.catalog.anchor;

import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.format.Crc32c;
import io.ashlar.format.SuperblockLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Turns superblocks into bytes and back. */
final class SuperblockCodec {
    private SuperblockCodec() {}

    static ByteBuffer encode(Superblock block) {
        ByteBuffer bytes = ByteBuffer.allocate(SuperblockLayout.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(SuperblockLayout.MAGIC_OFFSET, SuperblockLayout.MAGIC);
        bytes.putShort(SuperblockLayout.VERSION_OFFSET, (short) SuperblockLayout.VERSION);
        bytes.putLong(SuperblockLayout.STORE_ID_HIGH_OFFSET, block.storeIdHigh());
        bytes.putLong(SuperblockLayout.STORE_ID_LOW_OFFSET, block.storeIdLow());
        bytes.putLong(SuperblockLayout.FEATURES_OFFSET, block.features());
        bytes.putLong(SuperblockLayout.COUNTER_OFFSET, block.counter());
        bytes.putLong(SuperblockLayout.CREATED_MILLIS_OFFSET, block.createdMillis());
        bytes.putInt(SuperblockLayout.PAGE_BYTES_OFFSET, block.pageBytes());
        bytes.put(SuperblockLayout.HASH_OFFSET, (byte) block.hash().code());
        StoredObject manifest = block.manifest();
        if (manifest != null) {
            byte[] name = manifest.name().getBytes(StandardCharsets.US_ASCII);
            bytes.put(SuperblockLayout.NAME_BYTES_OFFSET, (byte) name.length);
            bytes.put(SuperblockLayout.ID_BYTES_OFFSET, (byte) manifest.id().encodedBytes());
            bytes.putInt(SuperblockLayout.STORED_BYTES_OFFSET, manifest.storedBytes());
            bytes.put(SuperblockLayout.NAME_OFFSET, name);
            manifest.id().writeTo(bytes.position(SuperblockLayout.ID_OFFSET));
        }
        bytes.putInt(SuperblockLayout.CRC_OFFSET, crc(bytes));
        return bytes.clear();
    }

    /**
     * Reads a copy.
     *
     * @param bytes all of the file, from the beginning of the buffer, little-endian
     * @param file its name, for messages
     * @throws BadCopyException if it is damaged, or none at all
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     */
    static Superblock decode(ByteBuffer bytes, String file) throws BadCopyException {
        if (bytes.limit() == 0) {
            throw new BadCopyException("is empty");
        }
        if (bytes.limit() != SuperblockLayout.BYTES) {
            throw new BadCopyException("has " + bytes.limit() + " bytes instead of " + SuperblockLayout.BYTES);
        }
        if (bytes.getInt(SuperblockLayout.MAGIC_OFFSET) != SuperblockLayout.MAGIC) {
            throw new BadCopyException("does not begin as a superblock does");
        }
        if (bytes.getInt(SuperblockLayout.CRC_OFFSET) != crc(bytes)) {
            throw new BadCopyException("does not match its checksum: it was torn or damaged");
        }
        int version = Short.toUnsignedInt(bytes.getShort(SuperblockLayout.VERSION_OFFSET));
        if (version > SuperblockLayout.VERSION) {
            throw new UnsupportedFormatException(
                    file + " has version " + version + "; this engine reads versions up to " + SuperblockLayout.VERSION
                            + ". Nothing was changed: open the store with a newer engine");
        }
        long features = bytes.getLong(SuperblockLayout.FEATURES_OFFSET);
        if (version == SuperblockLayout.VERSION && (features & ~Superblock.KNOWN_FEATURES) != 0) {
            throw new UnsupportedFormatException(file + " has version " + version + " with format features "
                    + Long.toHexString(features) + "; this engine knows "
                    + Long.toHexString(Superblock.KNOWN_FEATURES)
                    + ". Nothing was changed: open the store with a newer engine");
        }
        if (bytes.get(SuperblockLayout.HASH_OFFSET) == ExtentId.Hash.HMAC_SHA_256.code()) {
            throw new UnsupportedFormatException(file + " is of a store whose extents are identified by "
                    + ExtentId.Hash.HMAC_SHA_256
                    + ", under a key, which this engine cannot be given. Nothing was changed:"
                    + " open the store with a newer engine");
        }
        try {
            if (version != SuperblockLayout.VERSION) {
                throw new IllegalArgumentException("there is no version " + version);
            }
            Superblock block = new Superblock(
                    bytes.getLong(SuperblockLayout.STORE_ID_HIGH_OFFSET),
                    bytes.getLong(SuperblockLayout.STORE_ID_LOW_OFFSET),
                    features,
                    bytes.getLong(SuperblockLayout.COUNTER_OFFSET),
                    bytes.getLong(SuperblockLayout.CREATED_MILLIS_OFFSET),
                    bytes.getInt(SuperblockLayout.PAGE_BYTES_OFFSET),
                    ExtentId.Hash.ofCode(bytes.get(SuperblockLayout.HASH_OFFSET)),
                    decodeManifest(bytes));
            // One superblock has one form: whatever else is in there was not written by this version.
            if (!encode(block).equals(bytes)) {
                throw new IllegalArgumentException("something lies where there should be zeros");
            }
            return block;
        } catch (IllegalArgumentException e) {
            throw new BadCopyException("matches its checksum but makes no sense: " + e.getMessage());
        }
    }

    private static @Nullable StoredObject decodeManifest(ByteBuffer bytes) {
        int nameBytes = bytes.get(SuperblockLayout.NAME_BYTES_OFFSET) & 0xFF;
        if (nameBytes == 0) {
            return null;
        }
        int idBytes = bytes.get(SuperblockLayout.ID_BYTES_OFFSET) & 0xFF;
        if (nameBytes > SuperblockLayout.MAX_NAME_BYTES || idBytes > SuperblockLayout.MAX_ID_BYTES) {
            throw new IllegalArgumentException("the manifest's name or id is too long");
        }
        byte[] name = new byte[nameBytes];
        bytes.get(SuperblockLayout.NAME_OFFSET, name);
        ByteBuffer id = bytes.slice(SuperblockLayout.ID_OFFSET, idBytes);
        return new StoredObject(
                new String(name, StandardCharsets.ISO_8859_1),
                ExtentId.readFrom(id),
                bytes.getInt(SuperblockLayout.STORED_BYTES_OFFSET));
    }

    private static int crc(ByteBuffer bytes) {
        return Crc32c.of(bytes, 0, SuperblockLayout.CRC_OFFSET);
    }

    /** A copy that cannot be used; the message goes on after the name of the file. */
    static final class BadCopyException extends Exception {
        private static final long serialVersionUID = 1;

        BadCopyException(String message) {
            super(message);
        }
    }
}
