package io.ashlar.codec.zstd;

import java.util.Arrays;

/** Codes for literals, the other side of {@link HuffmanTable}: lengths of at most 11 bits that fit the counts, and the codes. */
final class HuffmanCode {
    private static final int LITERALS = 256;

    private final long[] sorted = new long[LITERALS];
    private final int[] nodes = new int[2 * LITERALS];
    private final int[] parents = new int[2 * LITERALS];
    private final int[] lengths = new int[LITERALS];
    private final int[] codes = new int[LITERALS];
    private final int[] weights = new int[LITERALS];
    private final int[] weightCounts = new int[ZstdFormat.HUFFMAN_BITS_MAX + 1];
    private final FseCode weightCode = new FseCode(ZstdFormat.WEIGHTS_LOG_MAX, ZstdFormat.HUFFMAN_BITS_MAX + 1);
    private final BitWriter bits = new BitWriter();
    private int last;
    private int longest;

    /**
     * Fits codes to counts.
     *
     * @param counts how often each literal comes; two of them at least once
     */
    void fit(int[] counts) {
        int present = 0;
        for (int literal = 0; literal < LITERALS; literal++) {
            lengths[literal] = 0;
            if (counts[literal] > 0) {
                sorted[present++] = ((long) counts[literal] << 8) | literal;
                last = literal;
            }
        }
        Arrays.sort(sorted, 0, present);
        tree(present);
        limit(present);
        longest = 0;
        for (int i = 0; i < present; i++) {
            longest = Math.max(longest, lengths[literalAt(i)]);
        }
        // Codes in the order in which the reader's table is filled: by weight, then by literal.
        int at = 0;
        for (int weight = 1; weight <= longest; weight++) {
            for (int literal = 0; literal <= last; literal++) {
                if (lengths[literal] == longest + 1 - weight) {
                    codes[literal] = at >>> (weight - 1);
                    at += 1 << (weight - 1);
                }
            }
        }
        assert at == 1 << longest : "the codes are complete";
    }

    private int literalAt(int place) {
        return (int) sorted[place] & 0xFF;
    }

    /** The classic tree, by two queues: leaves in order, and inner nodes, which come out in order by themselves. */
    private void tree(int present) {
        for (int i = 0; i < present; i++) {
            nodes[i] = (int) (sorted[i] >>> 8);
        }
        int leaf = 0;
        int inner = present;
        for (int node = present; node < 2 * present - 1; node++) {
            int sum = 0;
            for (int child = 0; child < 2; child++) {
                boolean takeLeaf = leaf < present && (inner >= node || nodes[leaf] <= nodes[inner]);
                int taken = takeLeaf ? leaf++ : inner++;
                parents[taken] = node;
                sum += nodes[taken];
            }
            nodes[node] = sum;
        }
        // From the root down, depths take the place of counts.
        nodes[2 * present - 2] = 0;
        for (int node = 2 * present - 3; node >= 0; node--) {
            nodes[node] = nodes[parents[node]] + 1;
        }
        for (int i = 0; i < present; i++) {
            lengths[literalAt(i)] = nodes[i];
        }
    }

    /** Shortens codes that are too long, and makes room for that by lengthening others, rare literals first. */
    private void limit(int present) {
        int max = ZstdFormat.HUFFMAN_BITS_MAX;
        int room = 1 << max;
        int used = 0;
        for (int i = 0; i < present; i++) {
            int literal = literalAt(i);
            lengths[literal] = Math.min(lengths[literal], max);
            used += 1 << (max - lengths[literal]);
        }
        while (used > room) {
            for (int i = 0; i < present && used > room; i++) {
                int literal = literalAt(i);
                if (lengths[literal] < max) {
                    lengths[literal]++;
                    used -= 1 << (max - lengths[literal]);
                }
            }
        }
        // Lengthening may have made more room than was needed; all of it has to be used.
        while (used < room) {
            for (int i = present - 1; i >= 0 && used < room; i--) {
                int literal = literalAt(i);
                int gain = 1 << (max - lengths[literal]);
                if (lengths[literal] > 1 && gain <= room - used) {
                    lengths[literal]--;
                    used += gain;
                }
            }
        }
    }

    /** How many bits the literals take. */
    long cost(int[] counts) {
        long cost = 0;
        for (int literal = 0; literal <= last; literal++) {
            cost += (long) counts[literal] * lengths[literal];
        }
        return cost;
    }

    /**
     * Writes the weights of all literals but the last.
     *
     * @return where they end; -1 if there is no room, or no way to write them
     */
    int write(byte[] target, int from, int end) {
        for (int literal = 0; literal <= last; literal++) {
            weights[literal] = lengths[literal] == 0 ? 0 : longest + 1 - lengths[literal];
        }
        int compressed = writeCompressed(target, from + 1, Math.min(end, from + 128));
        int direct = last <= 128 ? from + 1 + ((last + 1) >> 1) : Integer.MAX_VALUE;
        if (compressed >= 0 && compressed < direct) {
            target[from] = (byte) (compressed - from - 1);
            return compressed;
        }
        if (direct > end) {
            return -1;
        }
        target[from] = (byte) (127 + last);
        for (int i = 0; i < last; i += 2) {
            int second = i + 1 < last ? weights[i + 1] : 0;
            target[from + 1 + (i >> 1)] = (byte) ((weights[i] << 4) | second);
        }
        return direct;
    }

    /** By finite state entropy, in two states that take turns. Fewer than 128 bytes, or -1. */
    private int writeCompressed(byte[] target, int from, int end) {
        Arrays.fill(weightCounts, 0);
        for (int i = 0; i < last; i++) {
            weightCounts[weights[i]]++;
        }
        int symbols = 0;
        int most = 0;
        for (int weight = 0; weight < weightCounts.length; weight++) {
            if (weightCounts[weight] > 0) {
                symbols = weight + 1;
                most = Math.max(most, weightCounts[weight]);
            }
        }
        if (last < 2 || most == last) {
            return -1;
        }
        weightCode.fit(weightCounts, symbols, last, ZstdFormat.WEIGHTS_LOG_MAX);
        bits.open(target, from, end);
        weightCode.writeDistribution(bits);
        int begin = bits.finish();
        if (bits.overflown()) {
            return -1;
        }
        bits.open(target, begin, end);
        int i = last - 1;
        // The state of even places is read first.
        int even = 0;
        int odd = 0;
        for (int remaining = 2; remaining > 0; remaining--, i--) {
            if ((i & 1) == 0) {
                even = weightCode.lastState(weights[i]);
            } else {
                odd = weightCode.lastState(weights[i]);
            }
        }
        for (; i >= 0; i--) {
            if ((i & 1) == 0) {
                even = weightCode.encode(bits, even, weights[i]);
            } else {
                odd = weightCode.encode(bits, odd, weights[i]);
            }
        }
        weightCode.writeState(bits, odd);
        weightCode.writeState(bits, even);
        int finished = bits.finishMarked();
        return bits.overflown() ? -1 : finished;
    }

    /** Encodes literals, and tells where they end; -1 if there is no room. */
    int encode(byte[] source, int from, int count, byte[] target, int at, int end) {
        bits.open(target, at, end);
        for (int i = from + count - 1; i >= from; i--) {
            int literal = source[i] & 0xFF;
            bits.write(codes[literal], lengths[literal]);
        }
        int finished = bits.finishMarked();
        return bits.overflown() ? -1 : finished;
    }
}
