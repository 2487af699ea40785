package io.ashlar.codec.zstd;

/**
 * Encodes finite state entropy: the other side of {@link FseTable}. A state that is to come, and the symbol before it, give the bits
 * to be written and the state before it; so symbols are encoded from the last to the first.
 */
final class FseCode {
    /** log2(1 + i / 64) in 256ths of a bit. */
    private static final int[] LOG2_FRACTIONS = new int[64];

    static {
        for (int i = 0; i < LOG2_FRACTIONS.length; i++) {
            LOG2_FRACTIONS[i] = (int) (256 * StrictMath.log(1 + i / 64.0) / StrictMath.log(2) + 0.5);
        }
    }

    private final short[] distribution;
    private final FseTable table;
    private final int[] starts;
    private final short[] states;
    private final int[] filled;
    private int symbols;
    private int log;

    FseCode(int logMax, int symbolsMax) {
        this.distribution = new short[symbolsMax];
        this.table = new FseTable(logMax, symbolsMax);
        this.starts = new int[symbolsMax];
        this.filled = new int[symbolsMax];
        this.states = new short[1 << logMax];
    }

    int log() {
        return log;
    }

    /** Uses a distribution that the reader knows. */
    void set(short[] given, int tableLog) {
        System.arraycopy(given, 0, distribution, 0, given.length);
        build(given.length, tableLog);
    }

    /**
     * Fits a distribution to counts.
     *
     * @param counts how often each symbol comes, two of them at least once
     * @param count how many symbols there are; the last one comes at least once
     * @param total how often all of them come
     * @param logMax how large the table may be, as a power of two
     */
    void fit(int[] counts, int count, int total, int logMax) {
        int present = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            present += counts[symbol] > 0 ? 1 : 0;
        }
        // A table much larger than what it encodes costs more than it saves; each symbol needs a state.
        int tableLog = Math.min(logMax, Math.max(5, ZstdFormat.log2(Math.max(total - 1, 1)) - 2));
        while (1 << tableLog < present) {
            tableLog++;
        }
        int size = 1 << tableLog;
        int sum = 0;
        int largest = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            int share = counts[symbol] == 0 ? 0 : (int) Math.max(1, ((long) counts[symbol] * size + total / 2) / total);
            distribution[symbol] = (short) share;
            sum += share;
            largest = share > distribution[largest] ? symbol : largest;
        }
        // What rounding gave too much or too little: the largest share minds least, unless it is too much for it alone.
        while (sum != size) {
            int change = sum < size ? size - sum : -Math.min(sum - size, Math.max(1, distribution[largest] / 4));
            distribution[largest] += (short) change;
            sum += change;
            for (int symbol = 0; symbol < count; symbol++) {
                largest = distribution[symbol] > distribution[largest] ? symbol : largest;
            }
        }
        build(count, tableLog);
    }

    private void build(int count, int tableLog) {
        symbols = count;
        log = tableLog;
        table.build(distribution, count, tableLog);
        int start = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            starts[symbol] = start;
            filled[symbol] = 0;
            start += Math.abs(distribution[symbol]);
        }
        for (int state = 0; state < 1 << tableLog; state++) {
            int symbol = table.symbol(state);
            states[starts[symbol] + filled[symbol]++] = (short) state;
        }
    }

    /** How many bits it takes to encode so many of each symbol, about; a large number if there is one that it does not know. */
    long cost(int[] counts, int count) {
        long cost = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            if (counts[symbol] > 0) {
                int share = symbol < symbols ? Math.abs(distribution[symbol]) : 0;
                if (share == 0) {
                    return Long.MAX_VALUE / 4;
                }
                int whole = ZstdFormat.log2(share);
                int fraction = LOG2_FRACTIONS[((share << 6) >>> whole) & 63];
                cost += (long) counts[symbol] * (((log - whole) << 8) - fraction);
            }
        }
        return cost >>> 8;
    }

    /** Writes the distribution as {@link FseTable#read} reads it. */
    void writeDistribution(BitWriter bits) {
        bits.write(log - 5, 4);
        int remaining = 1 << log;
        int symbol = 0;
        while (remaining > 0) {
            int value = distribution[symbol] + 1;
            int width = ZstdFormat.log2(remaining + 1) + 1;
            int threshold = (1 << width) - 2 - remaining;
            if (value < threshold) {
                bits.write(value, width - 1);
            } else {
                bits.write(value < 1 << (width - 1) ? value : value + threshold, width);
            }
            remaining -= Math.abs(distribution[symbol]);
            symbol++;
            if (value == 1) {
                int zeros = 0;
                while (distribution[symbol + zeros] == 0) {
                    zeros++;
                }
                symbol += zeros;
                for (; zeros >= 3; zeros -= 3) {
                    bits.write(3, 2);
                }
                bits.write(zeros, 2);
            }
        }
    }

    /** Any state of a symbol, for the last one. */
    int lastState(int symbol) {
        return states[starts[symbol]];
    }

    /** Writes what leads from a symbol's state to the one behind it, and tells the symbol's state. */
    int encode(BitWriter bits, int state, int symbol) {
        int count = Math.abs(distribution[symbol]);
        int next = state + (1 << log);
        int width = log - ZstdFormat.log2(count);
        if (next >>> width < count) {
            width--;
        }
        bits.write(next & ((1 << width) - 1), width);
        return states[starts[symbol] + (next >>> width) - count];
    }

    /** Writes the state where the reader begins. */
    void writeState(BitWriter bits, int state) {
        bits.write(state, log);
    }
}
