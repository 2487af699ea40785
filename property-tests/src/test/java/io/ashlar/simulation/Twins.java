package io.ashlar.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Different contents that XXH3 gives the same 128 bits; it is no cryptographic hash, and the engine does not take it for one.
 *
 * <p>Of more than 240 bytes, XXH3 takes 64 at a time. To each of eight sums it adds a word of the input, and to the sum beside
 * it the product of the two halves of that word, mixed with a word of a constant by exclusive or. Where the lower half of the
 * input equals that of the constant, the product is zero, and the upper half is just added. So in two words that go to the
 * same sum, the one may have more in its upper half by what the other has less.
 */
final class Twins {
    /** How long they are at least: in shorter ones the two words would be hashed in other ways, too. */
    static final int BYTES_MIN = 256;

    private static final int STRIPE_BYTES = 64;

    // The lower halves of the constant's first two words, which go with the first words of the first two stripes.
    private static final int FIRST = 0x396cfeb8;
    private static final int SECOND = 0x2c81017c;

    private Twins() {}

    /** Draws a content that can have twins. */
    static byte[] first(SplittableRandom random, int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        words(content).putInt(0, FIRST).putInt(STRIPE_BYTES, SECOND);
        return content;
    }

    /** Makes another one with the same hash, for each difference one. */
    static byte[] another(byte[] content, int difference) {
        byte[] twin = content.clone();
        add(twin, Integer.BYTES, difference);
        add(twin, STRIPE_BYTES + Integer.BYTES, -difference);
        return twin;
    }

    private static void add(byte[] content, int at, int what) {
        words(content).putInt(at, words(content).getInt(at) + what);
    }

    private static ByteBuffer words(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }
}
