package io.ashlar.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Keys in memory, for programs that get them from somewhere at the start. Immutable but for {@link #destroy}, and safe for use by
 * many threads.
 */
public final class KeyRing implements KeyProvider {
    private final RawKey identityKey;
    private final Map<Integer, RawKey> keys;
    private final int currentKeyId;

    private KeyRing(RawKey identityKey, Map<Integer, RawKey> keys, int currentKeyId) {
        this.identityKey = identityKey;
        this.keys = keys;
        this.currentKeyId = currentKeyId;
    }

    /**
     * Makes a ring of one key.
     *
     * @param identityKey 32 random bytes that never change; copied
     * @param keyId the number of the key, not 0
     * @param key 32 other random bytes; copied
     * @return the ring
     * @throws IllegalArgumentException if a key has another length, or the number is 0
     */
    public static KeyRing of(byte[] identityKey, int keyId, byte[] key) {
        return new KeyRing(new RawKey(identityKey), Map.of(checkId(keyId), new RawKey(key)), keyId);
    }

    /**
     * A ring with one more key, which new extents use from then on.
     *
     * @param keyId its number, not 0 and not that of another key
     * @param key 32 random bytes; copied
     * @return a new ring, which shares its other keys with this one
     * @throws IllegalArgumentException if the key has another length, or the number is 0 or taken
     */
    public KeyRing rotatedTo(int keyId, byte[] key) {
        if (keys.containsKey(checkId(keyId))) {
            throw new IllegalArgumentException(
                    "key " + Integer.toUnsignedString(keyId) + " is there: a number always stands for the same key");
        }
        Map<Integer, RawKey> more = new HashMap<>(keys);
        more.put(keyId, new RawKey(key));
        return new KeyRing(identityKey, Map.copyOf(more), keyId);
    }

    @Override
    public int currentKeyId() {
        return currentKeyId;
    }

    @Override
    public Optional<SecretKey> find(int keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    @Override
    public SecretKey identityKey() {
        return identityKey;
    }

    /** Overwrites the keys, those that other rings share too. Whoever asks for one afterwards fails. */
    public void destroy() {
        identityKey.destroy();
        keys.values().forEach(RawKey::destroy);
    }

    /** How many keys there are, and no more than that. */
    @Override
    public String toString() {
        return "a ring of " + keys.size() + " keys, the current one " + Integer.toUnsignedString(currentKeyId);
    }

    private static int checkId(int keyId) {
        if (keyId == 0) {
            throw new IllegalArgumentException("keys have numbers from 1 on: 0 stands for no key");
        }
        return keyId;
    }
}
