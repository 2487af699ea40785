package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoopBase;
import com.backblaze.erasure.Galois;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies and adds in GF(2^8) with nothing but shifts and exclusive ors of {@code long[]}, which the compiler turns into
 * vector instructions without being asked; of {@code byte[]} it does so poorly, or not at all on JDK 17.
 *
 * <p>A product with a coefficient is the sum of the powers of two in it, so an output is computed by Horner's rule over the
 * bits of the coefficients, from the highest: double what there is, and add all inputs whose coefficient has that bit. As
 * sums of the same few inputs come up again and again, those of each group of inputs are made once for each block ("the method
 * of the four Russians": Arlazarov et al., 1970). Blocks are so small that all of that stays in the nearest cache.
 *
 * <p>Not thread-safe. Keeps views of the arrays that it was given last, so that it allocates nothing when it is given them again.
 */
public final class XorCodingLoop extends CodingLoopBase {
    /** Pairs: with more, the sums leave the nearest cache. Measured, like the length of blocks. */
    private static final int GROUP_INPUTS = 2;

    private static final int GROUP_SETS = 1 << GROUP_INPUTS;
    private static final int BLOCK_WORDS = 256;

    /** All sums of each group: group, then the set of its inputs. The sum of none is not kept. */
    private long[][] sums = {};

    private final long[] output = new long[BLOCK_WORDS];

    /** What is added at a step. */
    private long[][] terms = {};

    private View[] from = {};
    private View[] to = {};

    /** Makes a loop. */
    public XorCodingLoop() {}

    /** An array as words, from one of its first eight bytes on: the same for every range that begins at a like offset. */
    private static final class View {
        private byte @Nullable [] shard;
        private int phase;
        private LongBuffer words = LongBuffer.allocate(0);

        void show(byte[] newShard, int newPhase) {
            if (shard != newShard || phase != newPhase) {
                shard = newShard;
                phase = newPhase;
                words = ByteBuffer.wrap(newShard, newPhase, newShard.length - newPhase)
                        .slice()
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer();
            }
        }

        LongBuffer words() {
            return words;
        }
    }

    @Override
    public void codeSomeShards(
            byte[][] rows,
            byte[][] inputs,
            int inputCount,
            byte[][] outputs,
            int outputCount,
            int offset,
            int byteCount) {
        int words = byteCount / Long.BYTES;
        grow(inputCount, outputCount);
        for (int i = 0; words > 0 && i < inputCount; i++) {
            from[i].show(inputs[i], offset % Long.BYTES);
        }
        for (int i = 0; words > 0 && i < outputCount; i++) {
            to[i].show(outputs[i], offset % Long.BYTES);
        }
        int end = offset / Long.BYTES + words;
        for (int at = offset / Long.BYTES; at < end; at += BLOCK_WORDS) {
            int length = Math.min(BLOCK_WORDS, end - at);
            sum(inputCount, at, length);
            for (int i = 0; i < outputCount; i++) {
                output(rows[i], inputCount, length);
                to[i].words().put(at, output, 0, length);
            }
        }
        rest(rows, inputs, inputCount, outputs, outputCount, offset + words * Long.BYTES, offset + byteCount);
    }

    private void grow(int inputCount, int outputCount) {
        int groups = (inputCount + GROUP_INPUTS - 1) / GROUP_INPUTS;
        if (terms.length < groups) {
            terms = new long[groups][];
            sums = new long[groups * GROUP_SETS][BLOCK_WORDS];
        }
        from = grown(from, inputCount);
        to = grown(to, outputCount);
    }

    private static View[] grown(View[] views, int count) {
        if (views.length >= count) {
            return views;
        }
        View[] more = Arrays.copyOf(views, count);
        for (int i = views.length; i < count; i++) {
            more[i] = new View();
        }
        return more;
    }

    /** Loads a block of all inputs, and makes the sums of each group. */
    private void sum(int inputCount, int at, int length) {
        for (int first = 0; first < inputCount; first += GROUP_INPUTS) {
            int base = first / GROUP_INPUTS * GROUP_SETS;
            int members = Math.min(GROUP_INPUTS, inputCount - first);
            for (int set = 1; set < 1 << members; set++) {
                int others = set & (set - 1);
                if (others == 0) {
                    from[first + Integer.numberOfTrailingZeros(set)].words().get(at, sums[base + set], 0, length);
                } else {
                    set(sums[base + set], sums[base + others], sums[base + (set ^ others)], length);
                }
            }
        }
    }

    /** Computes a block of an output. */
    private void output(byte[] row, int inputCount, int length) {
        boolean zero = true;
        for (int bit = 7; bit >= 0; bit--) {
            int count = terms(row, inputCount, bit);
            int added = Math.min(count, 4);
            if (!zero) {
                step(output, terms, added, length);
            } else if (count > 0) {
                zero = false;
                begin(output, terms, added, length);
            }
            for (; added + 1 < count; added += 2) {
                add(output, terms[added], terms[added + 1], length);
            }
            if (added < count) {
                add(output, terms[added], length);
            }
        }
        if (zero) {
            Arrays.fill(output, 0, length, 0);
        }
    }

    /** Finds the sums of those inputs whose coefficient has a bit. */
    private int terms(byte[] row, int inputCount, int bit) {
        int count = 0;
        for (int first = 0; first < inputCount; first += GROUP_INPUTS) {
            int set = 0;
            for (int i = 0; i < GROUP_INPUTS && first + i < inputCount; i++) {
                set |= (row[first + i] >> bit & 1) << i;
            }
            if (set != 0) {
                terms[count++] = sums[first / GROUP_INPUTS * GROUP_SETS + set];
            }
        }
        return count;
    }

    private static void begin(long[] to, long[][] terms, int number, int length) {
        switch (number) {
            case 1 -> System.arraycopy(terms[0], 0, to, 0, length);
            case 2 -> set(to, terms[0], terms[1], length);
            case 3 -> set(to, terms[0], terms[1], terms[2], length);
            default -> set(to, terms[0], terms[1], terms[2], terms[3], length);
        }
    }

    private static void step(long[] to, long[][] terms, int number, int length) {
        switch (number) {
            case 0 -> twice(to, length);
            case 1 -> twice(to, terms[0], length);
            case 2 -> twice(to, terms[0], terms[1], length);
            case 3 -> twice(to, terms[0], terms[1], terms[2], length);
            default -> twice(to, terms[0], terms[1], terms[2], terms[3], length);
        }
    }

    /**
     * Eight products with two. What a high bit overflows into is the field's polynomial, 0x11d; {@code h - (h >>> 7)} has
     * seven ones below every high bit that was set.
     */
    private static long twice(long x) {
        long high = x & 0x8080808080808080L;
        return ((x ^ high) << 1) ^ ((high - (high >>> 7)) & 0x1d1d1d1d1d1d1d1dL);
    }

    private static void set(long[] to, long[] a, long[] b, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = a[i] ^ b[i];
        }
    }

    private static void set(long[] to, long[] a, long[] b, long[] c, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = a[i] ^ b[i] ^ c[i];
        }
    }

    private static void set(long[] to, long[] a, long[] b, long[] c, long[] d, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = a[i] ^ b[i] ^ c[i] ^ d[i];
        }
    }

    private static void add(long[] to, long[] a, int length) {
        for (int i = 0; i < length; i++) {
            to[i] ^= a[i];
        }
    }

    private static void add(long[] to, long[] a, long[] b, int length) {
        for (int i = 0; i < length; i++) {
            to[i] ^= a[i] ^ b[i];
        }
    }

    private static void twice(long[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = twice(to[i]);
        }
    }

    private static void twice(long[] to, long[] a, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = twice(to[i]) ^ a[i];
        }
    }

    private static void twice(long[] to, long[] a, long[] b, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = twice(to[i]) ^ a[i] ^ b[i];
        }
    }

    private static void twice(long[] to, long[] a, long[] b, long[] c, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = twice(to[i]) ^ a[i] ^ b[i] ^ c[i];
        }
    }

    private static void twice(long[] to, long[] a, long[] b, long[] c, long[] d, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = twice(to[i]) ^ a[i] ^ b[i] ^ c[i] ^ d[i];
        }
    }

    /** Byte by byte, what no word covers. */
    private static void rest(
            byte[][] rows, byte[][] inputs, int inputCount, byte[][] outputs, int outputCount, int from, int to) {
        for (int output = 0; output < outputCount; output++) {
            for (int at = from; at < to; at++) {
                int sum = 0;
                for (int input = 0; input < inputCount; input++) {
                    sum ^= Galois.MULTIPLICATION_TABLE[rows[output][input] & 0xFF][inputs[input][at] & 0xFF];
                }
                outputs[output][at] = (byte) sum;
            }
        }
    }
}
