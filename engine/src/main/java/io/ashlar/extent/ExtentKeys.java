package io.ashlar.extent;

import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.RawKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Derives what extents are encrypted and identified with from the keys of a {@link KeyProvider}. Not thread-safe; keep one a
 * thread.
 *
 * <pre>
 *   page key, metadata key = HKDF(key of the key id, "ashlar extent 1", salt of the image, bytes 0 to 55 of the header)
 *   convergence key        = HKDF(key of the key id, "ashlar convergence 1")
 *   identity key           = HKDF(identity key, "ashlar identity 1")
 * </pre>
 *
 * <p>HKDF is used without its own salt: that must not be of an attacker's choice, which the salt of an image that he wrote is. In
 * the info it may be anything.
 *
 * <p>The header is in the derivation, so extents have keys of their own even if somebody's salts should repeat: one page key then
 * serves one content, by one codec, under one key. The salt of convergent encryption is the HMAC under the convergence key of
 * everything that will be encrypted and everything bound to it. That is more than the content: a newer version of a codec may
 * compress one content to other bytes, and two texts under one key and nonce would betray both.
 */
final class ExtentKeys {
    /** How much of the header is bound to pages and keys: everything before its checksums. */
    static final int BOUND_BYTES = ExtentLayout.METADATA_CRC_OFFSET;

    private static final byte[] EXTENT_LABEL = label("ashlar extent 1");
    private static final byte[] CONVERGENCE_LABEL = label("ashlar convergence 1");
    private static final byte[] IDENTITY_LABEL = label("ashlar identity 1");
    private static final byte[] NO_SALT = {};

    private final Hkdf hkdf = new Hkdf();
    private final Mac mac = Hkdf.newMac();
    private final byte[] extentInfo =
            Arrays.copyOf(EXTENT_LABEL, EXTENT_LABEL.length + ExtentLayout.SALT_BYTES + BOUND_BYTES);
    private final byte[] derived = new byte[2 * RawKey.BYTES];

    /** The keys of one extent. */
    record Pair(RawKey pages, RawKey metadata) {
        void destroy() {
            pages.destroy();
            metadata.destroy();
        }
    }

    /** Checks that a provider gave what it should, and takes a copy, which the caller overwrites when done. */
    static byte[] bytesOf(SecretKey key, int keyId) {
        byte[] bytes = key.getEncoded();
        if (bytes == null || bytes.length != RawKey.BYTES) {
            if (bytes != null) {
                Arrays.fill(bytes, (byte) 0);
            }
            throw new IllegalStateException("the key provider gave a key "
                    + (bytes == null ? "that does not show its bytes" : "of " + bytes.length + " bytes") + " as "
                    + (keyId == 0 ? "the identity key" : "key " + Integer.toUnsignedString(keyId)) + ": keys have "
                    + RawKey.BYTES + " bytes, in the form RAW");
        }
        return bytes;
    }

    /** The keys of the extent with this salt and header, of which only the bound bytes matter. */
    Pair pair(byte[] key, byte[] salt, byte[] header) {
        System.arraycopy(salt, 0, extentInfo, EXTENT_LABEL.length, ExtentLayout.SALT_BYTES);
        System.arraycopy(header, 0, extentInfo, EXTENT_LABEL.length + ExtentLayout.SALT_BYTES, BOUND_BYTES);
        hkdf.derive(key, NO_SALT, extentInfo, derived);
        try {
            return new Pair(new RawKey(derived, 0, RawKey.BYTES), new RawKey(derived, RawKey.BYTES, RawKey.BYTES));
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    /** A MAC that gives the salt of convergent encryption; the caller lets it {@link Hkdf#forget} its key when done. */
    Mac convergence(byte[] key) {
        RawKey derivedKey = derive(key, CONVERGENCE_LABEL);
        Hkdf.init(mac, derivedKey);
        derivedKey.destroy();
        return mac;
    }

    /**
     * Computes the tag over what lies before the pages.
     *
     * @param metadataKey the extent's
     * @param metadata header, bitmap and directory at its beginning
     * @param length how long they are
     * @param target where the tag goes
     * @param at where in it
     */
    void metadataTag(RawKey metadataKey, byte[] metadata, int length, byte[] target, int at) {
        Hkdf.init(mac, metadataKey);
        mac.update(metadata, 0, BOUND_BYTES);
        mac.update(metadata, ExtentLayout.HEADER_BYTES, length - ExtentLayout.HEADER_BYTES);
        Hkdf.finish(mac, target, at);
        Hkdf.forget(mac);
    }

    /** The key by which content of this provider's stores is identified. */
    static RawKey identityKey(KeyProvider keys) throws IOException {
        byte[] key = bytesOf(keys.identityKey(), 0);
        try {
            return new ExtentKeys().derive(key, IDENTITY_LABEL);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private RawKey derive(byte[] key, byte[] info) {
        byte[] bytes = new byte[RawKey.BYTES];
        hkdf.derive(key, NO_SALT, info, bytes);
        try {
            return new RawKey(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] label(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
