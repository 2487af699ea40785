package io.ashlar.extent;

import io.ashlar.spi.RawKey;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives keys from keys: HKDF with SHA-256, RFC 5869, on the JDK's HMAC (the JDK has a derivation of its own only in newer
 * versions). Not thread-safe; keep one a thread. What lies here of keys is overwritten before a call returns; copies that the JDK
 * makes for itself are its own.
 */
final class Hkdf {
    private static final int HASH_BYTES = RawKey.BYTES;

    /** What stands for no salt, and for no key. */
    private static final Key ZEROS = new SecretKeySpec(new byte[HASH_BYTES], "RAW");

    private final Mac mac = newMac();
    private final byte[] block = new byte[HASH_BYTES];

    /** HMAC-SHA-256, without a key yet. */
    static Mac newMac() {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK must have HMAC-SHA-256", e);
        }
    }

    static void init(Mac mac, Key key) {
        try {
            mac.init(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("HMAC takes keys of any length", e);
        }
    }

    /** Lets a MAC forget its key. */
    static void forget(Mac mac) {
        init(mac, ZEROS);
    }

    /** Gives a result and begins anew with the same key. */
    static void finish(Mac mac, byte[] target, int at) {
        try {
            mac.doFinal(target, at);
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("HMAC-SHA-256 gives 32 bytes", e);
        }
    }

    /**
     * Fills {@code target} with bytes that nobody can tell from random ones who does not know the key.
     *
     * @param key what to derive from
     * @param salt of any length; none is as good as 32 zeros
     * @param info what the result is for
     * @param target filled; at most 8,160 bytes
     */
    void derive(byte[] key, byte[] salt, byte[] info, byte[] target) {
        if (target.length > 255 * HASH_BYTES) {
            throw new IllegalArgumentException("HKDF gives 8160 bytes at most, not " + target.length);
        }
        init(mac, salt.length == 0 ? ZEROS : new SecretKeySpec(salt, "RAW"));
        mac.update(key);
        finish(mac, block, 0);
        RawKey extracted = new RawKey(block);
        try {
            init(mac, extracted);
            for (int at = 0; at < target.length; at += HASH_BYTES) {
                if (at > 0) {
                    mac.update(block);
                }
                mac.update(info);
                mac.update((byte) (at / HASH_BYTES + 1));
                finish(mac, block, 0);
                System.arraycopy(block, 0, target, at, Math.min(HASH_BYTES, target.length - at));
            }
        } finally {
            extracted.destroy();
            Arrays.fill(block, (byte) 0);
            forget(mac);
        }
    }
}
