package io.ashlar.codec.zstd;

import io.ashlar.spi.MalformedPageException;

/**
 * A table to decode literals by (RFC 8878, section 4.2): as many bits as the longest code has lead to the literal and to the
 * length of its code.
 */
final class HuffmanTable {
    private static final int WEIGHTS_MAX = 256;

    private final short[] cells = new short[1 << ZstdFormat.HUFFMAN_BITS_MAX];
    private final int[] weights = new int[WEIGHTS_MAX];
    private final FseTable weightTable = new FseTable(ZstdFormat.WEIGHTS_LOG_MAX, ZstdFormat.HUFFMAN_BITS_MAX + 1);
    private final BitReader bits = new BitReader();
    private int maxBits;

    /** Forgets what was read, so that no block refers to one of another page. */
    void clear() {
        maxBits = 0;
    }

    boolean isThere() {
        return maxBits > 0;
    }

    /**
     * Reads the weights of all literals, and builds the table.
     *
     * @return how many bytes they took
     */
    int read(byte[] source, int from, int end) throws MalformedPageException {
        maxBits = 0;
        if (from >= end) {
            throw new MalformedPageException("a tree is cut short");
        }
        int header = source[from] & 0xFF;
        int bytes;
        int count;
        if (header >= 128) {
            count = header - 127;
            bytes = (count + 1) >> 1;
            if (bytes > end - from - 1) {
                throw new MalformedPageException("a tree is cut short");
            }
            for (int i = 0; i < count; i++) {
                int pair = source[from + 1 + (i >> 1)];
                weights[i] = (i & 1) == 0 ? pair >>> 4 & 15 : pair & 15;
            }
        } else {
            bytes = header;
            if (bytes > end - from - 1) {
                throw new MalformedPageException("a tree is cut short");
            }
            count = readCompressed(source, from + 1, from + 1 + bytes);
        }
        build(count);
        return bytes + 1;
    }

    private int readCompressed(byte[] source, int from, int end) throws MalformedPageException {
        weightTable.read(source, from, end, ZstdFormat.HUFFMAN_BITS_MAX + 1, ZstdFormat.WEIGHTS_LOG_MAX);
        int begin = from + weightTable.headerBytes();
        bits.open(source, begin, end - begin);
        int first = bits.read(weightTable.log());
        int second = bits.read(weightTable.log());
        if (bits.left() < 0) {
            throw new MalformedPageException("the weights of a tree are cut short");
        }
        int count = 0;
        // Two states take turns, until one finds no bits for its next one; then the other has the last word.
        while (true) {
            if (count >= WEIGHTS_MAX - 2) {
                throw new MalformedPageException("a tree of more than 255 weights");
            }
            weights[count++] = weightTable.symbol(first);
            first = weightTable.baseline(first) + bits.read(weightTable.bits(first));
            if (bits.left() < 0) {
                weights[count++] = weightTable.symbol(second);
                return count;
            }
            weights[count++] = weightTable.symbol(second);
            second = weightTable.baseline(second) + bits.read(weightTable.bits(second));
            if (bits.left() < 0) {
                weights[count++] = weightTable.symbol(first);
                return count;
            }
        }
    }

    /** The last weight is not stored: it is what makes the sum a power of two. */
    private void build(int stored) throws MalformedPageException {
        int sum = 0;
        for (int i = 0; i < stored; i++) {
            if (weights[i] > ZstdFormat.HUFFMAN_BITS_MAX) {
                throw new MalformedPageException("a weight of " + weights[i]);
            }
            sum += 1 << weights[i] >> 1;
        }
        if (sum == 0 || stored >= WEIGHTS_MAX) {
            throw new MalformedPageException("a tree of " + stored + " weights that add up to " + sum);
        }
        int longest = ZstdFormat.log2(sum) + 1;
        int rest = (1 << longest) - sum;
        if (longest > ZstdFormat.HUFFMAN_BITS_MAX || Integer.bitCount(rest) != 1) {
            throw new MalformedPageException("weights that add up to " + sum);
        }
        weights[stored] = ZstdFormat.log2(rest) + 1;
        // By weight, then by literal: each takes as many cells as its code leaves bits open.
        int at = 0;
        for (int weight = 1; weight <= longest; weight++) {
            int cell = (longest + 1 - weight) << 8;
            for (int literal = 0; literal <= stored; literal++) {
                if (weights[literal] == weight) {
                    int end = at + (1 << (weight - 1));
                    while (at < end) {
                        cells[at++] = (short) (cell | literal);
                    }
                }
            }
        }
        maxBits = longest;
    }

    /** Decodes exactly so many literals, which takes exactly all bits. */
    void decode(byte[] source, int from, int length, byte[] target, int at, int count) throws MalformedPageException {
        bits.open(source, from, length);
        int mask = (1 << maxBits) - 1;
        int end = at + count;
        int out = at;
        int left = bits.left();
        // Five codes have 55 bits at most.
        while (out <= end - 5 && left >= 56) {
            long word = bits.word(left - 56);
            int used = 56 - maxBits;
            for (int i = 0; i < 5; i++) {
                int cell = cells[(int) (word >>> used) & mask];
                target[out++] = (byte) cell;
                used -= cell >>> 8;
            }
            left -= 56 - maxBits - used;
        }
        bits.skip(bits.left() - left);
        while (out < end) {
            int cell = cells[bits.peek(maxBits)];
            target[out++] = (byte) cell;
            bits.skip(cell >>> 8);
        }
        if (bits.left() != 0) {
            throw new MalformedPageException("literals that end at another bit than their stream");
        }
    }
}
