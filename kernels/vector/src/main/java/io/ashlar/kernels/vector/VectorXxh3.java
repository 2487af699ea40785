package io.ashlar.kernels.vector;

import io.ashlar.erasure.PlainKernels;
import io.ashlar.erasure.Xxh3;
import java.nio.ByteBuffer;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * XXH3-128 with its eight accumulators in vectors (Collet, "XXH3 algorithm overview", section "Large inputs"). Content of up to 240
 * bytes is hashed in another way there, and by the plain kernel here.
 *
 * <pre>
 *   block  = 16 stripes of 64 bytes; the last block has 1 to 16, of which the last may overlap the one before it
 *   stripe : acc[i ^ 1] += data[i];  keyed = data[i] ^ secret[i];  acc[i] += low32(keyed) * high32(keyed)
 *   after a whole block: acc[i] = (acc[i] ^ acc[i] >>> 47 ^ secret[i]) * prime
 * </pre>
 *
 * <p>Accumulators of one vector do not touch those of another, so each vector goes over a chunk of content by itself, while
 * the chunk is in the nearest cache. Not thread-safe.
 */
final class VectorXxh3 implements Xxh3 {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    private static final int SHORT_BYTES = 240;
    private static final int STRIPE_BYTES = 64;
    private static final int BLOCK_STRIPES = 16;
    private static final int BLOCK_BYTES = BLOCK_STRIPES * STRIPE_BYTES;
    private static final int CHUNK_BYTES = 16 * BLOCK_BYTES;

    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;

    /** Differs from the third prime in one digit. */
    private static final long PRIME_AVALANCHE = 0x165667919E3779F9L;

    private static final long[] START = {
        PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1
    };
    private static final int ACCUMULATORS = START.length;

    /** Each stripe of a block takes its secret eight bytes further on; these are where others begin. */
    private static final int SECRET_STEP = 8;

    private static final int SCRAMBLE_SECRET = 192 - STRIPE_BYTES;
    private static final int LAST_SECRET = 192 - STRIPE_BYTES - 7;
    private static final int LOW_SECRET = 11;
    private static final int HIGH_SECRET = 192 - STRIPE_BYTES - 11;

    private static final byte[] SECRET = Xxh3Secret.bytes();
    private static final VectorShuffle<Long> NEIGHBOURS = VectorShuffle.fromOp(LONGS, lane -> lane ^ 1);

    private final Xxh3 shorter = PlainKernels.INSTANCE.newXxh3();
    private final long[] accumulators = new long[ACCUMULATORS];
    private byte[] chunk = {};

    @Override
    public void hash128(ByteBuffer bytes, int from, int length, long[] halves) {
        if (length <= SHORT_BYTES) {
            shorter.hash128(bytes, from, length, halves);
            return;
        }
        Objects.checkFromIndexSize(from, length, bytes.limit());
        Objects.checkIndex(1, halves.length);
        System.arraycopy(START, 0, accumulators, 0, ACCUMULATORS);
        // The last block is never a whole one that is scrambled: at least a byte is left for the last stripe.
        int whole = (length - 1) / BLOCK_BYTES * BLOCK_BYTES;
        if (bytes.hasArray()) {
            accumulate(bytes.array(), bytes.arrayOffset() + from, whole, length);
        } else {
            accumulateCopies(bytes, from, whole, length);
        }
        halves[0] = merged(LOW_SECRET, length * PRIME64_1);
        halves[1] = merged(HIGH_SECRET, ~(length * PRIME64_2));
    }

    private void accumulate(byte[] content, int from, int whole, int length) {
        for (int at = 0; at < whole; at += CHUNK_BYTES) {
            blocks(content, from + at, Math.min(CHUNK_BYTES, whole - at) / BLOCK_BYTES);
        }
        stripes(content, from + whole, (length - 1 - whole) / STRIPE_BYTES, 0);
        stripes(content, from + length - STRIPE_BYTES, 1, LAST_SECRET);
    }

    private void accumulateCopies(ByteBuffer content, int from, int whole, int length) {
        if (chunk.length == 0) {
            chunk = new byte[CHUNK_BYTES];
        }
        for (int at = 0; at < whole; at += CHUNK_BYTES) {
            int bytes = Math.min(CHUNK_BYTES, whole - at);
            content.get(from + at, chunk, 0, bytes);
            blocks(chunk, 0, bytes / BLOCK_BYTES);
        }
        content.get(from + whole, chunk, 0, length - whole);
        stripes(chunk, 0, (length - 1 - whole) / STRIPE_BYTES, 0);
        content.get(from + length - STRIPE_BYTES, chunk, 0, STRIPE_BYTES);
        stripes(chunk, 0, 1, LAST_SECRET);
    }

    /** Takes whole blocks in, and scrambles after each. */
    private void blocks(byte[] content, int from, int count) {
        for (int first = 0; first < ACCUMULATORS; first += LONGS.length()) {
            LongVector sum = LongVector.fromArray(LONGS, accumulators, first);
            for (int block = 0; block < count; block++) {
                int at = from + block * BLOCK_BYTES + first * Long.BYTES;
                for (int stripe = 0; stripe < BLOCK_STRIPES; stripe++) {
                    LongVector data = ByteVector.fromArray(BYTES, content, at + stripe * STRIPE_BYTES)
                            .reinterpretAsLongs();
                    LongVector keyed = ByteVector.fromArray(BYTES, SECRET, first * Long.BYTES + stripe * SECRET_STEP)
                            .reinterpretAsLongs()
                            .lanewise(VectorOperators.XOR, data);
                    sum = sum.lanewise(VectorOperators.ADD, data.rearrange(NEIGHBOURS))
                            .lanewise(
                                    VectorOperators.ADD,
                                    keyed.lanewise(VectorOperators.AND, 0xFFFF_FFFFL)
                                            .lanewise(VectorOperators.MUL, keyed.lanewise(VectorOperators.LSHR, 32)));
                }
                sum = sum.lanewise(VectorOperators.XOR, sum.lanewise(VectorOperators.LSHR, 47))
                        .lanewise(
                                VectorOperators.XOR,
                                ByteVector.fromArray(BYTES, SECRET, SCRAMBLE_SECRET + first * Long.BYTES)
                                        .reinterpretAsLongs())
                        .lanewise(VectorOperators.MUL, PRIME32_1);
            }
            sum.intoArray(accumulators, first);
        }
    }

    /** Takes stripes in that are not a whole block. */
    private void stripes(byte[] content, int from, int count, int secret) {
        for (int first = 0; first < ACCUMULATORS; first += LONGS.length()) {
            LongVector sum = LongVector.fromArray(LONGS, accumulators, first);
            for (int stripe = 0; stripe < count; stripe++) {
                LongVector data = ByteVector.fromArray(
                                BYTES, content, from + first * Long.BYTES + stripe * STRIPE_BYTES)
                        .reinterpretAsLongs();
                LongVector keyed = ByteVector.fromArray(
                                BYTES, SECRET, secret + first * Long.BYTES + stripe * SECRET_STEP)
                        .reinterpretAsLongs()
                        .lanewise(VectorOperators.XOR, data);
                sum = sum.lanewise(VectorOperators.ADD, data.rearrange(NEIGHBOURS))
                        .lanewise(
                                VectorOperators.ADD,
                                keyed.lanewise(VectorOperators.AND, 0xFFFF_FFFFL)
                                        .lanewise(VectorOperators.MUL, keyed.lanewise(VectorOperators.LSHR, 32)));
            }
            sum.intoArray(accumulators, first);
        }
    }

    private long merged(int secret, long start) {
        long sum = start;
        for (int i = 0; i < ACCUMULATORS; i += 2) {
            long a = accumulators[i] ^ Xxh3Secret.word(secret + i * Long.BYTES);
            long b = accumulators[i + 1] ^ Xxh3Secret.word(secret + (i + 1) * Long.BYTES);
            sum += a * b ^ unsignedHigh(a, b);
        }
        sum ^= sum >>> 37;
        sum *= PRIME_AVALANCHE;
        return sum ^ sum >>> 32;
    }

    /** The upper half of the product of unsigned numbers; there is a method for it, but not before JDK 18. */
    private static long unsignedHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }
}
