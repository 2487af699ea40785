package io.ashlar.erasure;

import java.nio.ByteBuffer;

/**
 * XXH3-128 without a seed and with the secret of its specification (Collet, "XXH3 algorithm overview", in the repository of
 * xxHash). Not thread-safe.
 */
public interface Xxh3 {

    /**
     * Hashes a part of a buffer.
     *
     * @param bytes heap, direct or read-only; its position and limit are not changed, and of them only the limit is looked at
     * @param from where to begin, in bytes from the buffer's beginning
     * @param length how many bytes; 0 or more
     * @param halves gets the low 64 bits, then the high ones
     * @throws IndexOutOfBoundsException if the buffer's limit comes before the end of the part, or there is no room for two halves;
     *     nothing was written
     */
    void hash128(ByteBuffer bytes, int from, int length, long[] halves);
}
