package io.ashlar.spi;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * 32 bytes of key that can be overwritten, which those of the JDK's own class cannot. Equal only to
 * itself, and shows nothing of itself in text or streams. Safe for use by many threads.
 */
public final class RawKey implements SecretKey {
    /** How long every key is. */
    public static final int BYTES = 32;

    private static final long serialVersionUID = 1;

    /** The key; zeros once it is destroyed. */
    @SuppressWarnings("serial") // never written
    private final byte[] bytes;

    /** Whether it is. */
    private boolean destroyed;

    /**
     * Makes a key.
     *
     * @param bytes its 32 bytes; copied
     * @throws IllegalArgumentException if there are more or fewer
     */
    public RawKey(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /**
     * Makes a key.
     *
     * @param source holds its bytes; copied
     * @param from where they begin
     * @param length how many there are
     * @throws IllegalArgumentException if those are not 32
     */
    public RawKey(byte[] source, int from, int length) {
        if (length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + length);
        }
        this.bytes = Arrays.copyOfRange(source, from, from + length);
    }

    /** That of the one cipher there is, which insists; keys are derived from it, too. */
    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /**
     * Gives the bytes.
     *
     * @return a copy, which the caller overwrites when done
     * @throws IllegalStateException if the key is destroyed
     */
    @Override
    public synchronized byte[] getEncoded() {
        // Under the lock: what is destroyed meanwhile must not be taken for a key of zeros.
        if (destroyed) {
            throw new IllegalStateException("the key is destroyed");
        }
        return bytes.clone();
    }

    @Override
    public synchronized void destroy() {
        destroyed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "a key";
    }

    /**
     * Refuses: keys are not written anywhere.
     *
     * @param out not written to
     * @throws NotSerializableException always
     */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("keys are not written anywhere");
    }
}
