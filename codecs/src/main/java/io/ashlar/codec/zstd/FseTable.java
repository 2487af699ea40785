package io.ashlar.codec.zstd;

import io.ashlar.spi.MalformedPageException;

/**
 * A table to decode finite state entropy by (RFC 8878, section 4.1): each state stands for a symbol, and for the states that may
 * come next, as a number of bits and what they are added to.
 */
final class FseTable {
    private final int[] cells;
    private final short[] counts;
    private final int[] next;
    private int log;

    /** How many bytes {@link #read} took. */
    private int headerBytes;

    FseTable(int logMax, int symbolsMax) {
        this.cells = new int[1 << logMax];
        this.counts = new short[symbolsMax];
        this.next = new int[symbolsMax];
    }

    int log() {
        return log;
    }

    int headerBytes() {
        return headerBytes;
    }

    int symbol(int state) {
        return cells[state] & 0xFF;
    }

    /** How many bits lead to the next state. */
    int bits(int state) {
        return (cells[state] >>> 8) & 0xFF;
    }

    /** What they are added to. */
    int baseline(int state) {
        return cells[state] >>> 16;
    }

    /** One symbol, always. */
    void setOnly(int symbol) {
        log = 0;
        cells[0] = symbol;
    }

    /** Builds the table of a distribution that adds up to {@code 1 << tableLog}, -1 counting as 1. */
    void build(short[] distribution, int symbols, int tableLog) {
        log = tableLog;
        int size = 1 << tableLog;
        int high = size - 1;
        for (int symbol = 0; symbol < symbols; symbol++) {
            next[symbol] = distribution[symbol];
            if (distribution[symbol] == -1) {
                cells[high--] = symbol;
                next[symbol] = 1;
            }
        }
        int step = (size >>> 1) + (size >>> 3) + 3;
        int position = 0;
        for (int symbol = 0; symbol < symbols; symbol++) {
            for (int i = 0; i < distribution[symbol]; i++) {
                cells[position] = symbol;
                do {
                    position = (position + step) & (size - 1);
                } while (position > high);
            }
        }
        assert position == 0 : "the distribution fills the table";
        for (int state = 0; state < size; state++) {
            int symbol = cells[state];
            int sub = next[symbol]++;
            int bits = tableLog - ZstdFormat.log2(sub);
            cells[state] = symbol | (bits << 8) | (((sub << bits) - size) << 16);
        }
    }

    /**
     * Reads a distribution, and builds its table.
     *
     * @param symbolLimit how many symbols there may be
     * @param logLimit how large the table may be, as a power of two
     */
    void read(byte[] source, int from, int end, int symbolLimit, int logLimit) throws MalformedPageException {
        int bit = 0;
        int tableLog = bits(source, from, end, bit, 4) + 5;
        bit += 4;
        if (tableLog > logLimit) {
            throw new MalformedPageException("a table of 2^" + tableLog + " states");
        }
        int remaining = 1 << tableLog;
        int symbol = 0;
        while (remaining > 0) {
            if (symbol >= symbolLimit) {
                throw new MalformedPageException("a distribution of more than " + symbolLimit + " symbols");
            }
            // Numbers up to remaining + 1, of which the smaller ones take a bit less.
            int width = ZstdFormat.log2(remaining + 1) + 1;
            int value = bits(source, from, end, bit, width);
            int low = value & ((1 << (width - 1)) - 1);
            int threshold = (1 << width) - 2 - remaining;
            if (low < threshold) {
                value = low;
                bit += width - 1;
            } else {
                if (value >= 1 << (width - 1)) {
                    value -= threshold;
                }
                bit += width;
            }
            counts[symbol++] = (short) (value - 1);
            remaining -= Math.abs(value - 1);
            if (value == 1) {
                int zeros;
                do {
                    zeros = bits(source, from, end, bit, 2);
                    bit += 2;
                    if (symbol + zeros > symbolLimit) {
                        throw new MalformedPageException("a distribution of more than " + symbolLimit + " symbols");
                    }
                    for (int i = 0; i < zeros; i++) {
                        counts[symbol++] = 0;
                    }
                } while (zeros == 3);
            }
        }
        headerBytes = (bit + 7) >>> 3;
        if (remaining < 0 || headerBytes > end - from) {
            throw new MalformedPageException("a distribution that does not add up");
        }
        build(counts, symbol, tableLog);
    }

    /** Bits in the order in which they were written; zeros behind the end. */
    private static int bits(byte[] source, int from, int end, int bit, int count) {
        int word = 0;
        int at = from + (bit >>> 3);
        for (int i = 0; i < 3; i++) {
            if (at + i < end) {
                word |= (source[at + i] & 0xFF) << (8 * i);
            }
        }
        return (word >>> (bit & 7)) & ((1 << count) - 1);
    }
}
