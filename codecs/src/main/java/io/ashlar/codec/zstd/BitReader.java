package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.MalformedPageException;

/**
 * Reads bits from the end of a range to its beginning, as they are read that were written in the other direction: the highest bit
 * that is set in the last byte only marks the end. Before the beginning there are zeros, and {@link #left} is negative.
 */
final class BitReader {
    private byte[] source = {};
    private int from;
    private int end;

    /** How many bits have not been read. */
    private int left;

    void open(byte[] bytes, int begin, int length) throws MalformedPageException {
        if (length < 1 || bytes[begin + length - 1] == 0) {
            throw new MalformedPageException("a stream of bits without an end");
        }
        source = bytes;
        from = begin;
        end = begin + length;
        left = 8 * (length - 1) + ZstdFormat.log2(bytes[end - 1] & 0xFF);
    }

    int left() {
        return left;
    }

    /** Reads up to 31 bits. */
    int read(int count) {
        int value = peek(count);
        left -= count;
        return value;
    }

    /** The next bits, up to 31, which stay. */
    int peek(int count) {
        int at = left - count;
        if (at >= 0) {
            return (int) (word(at) & ((1L << count) - 1));
        }
        // Zeros stand where there is nothing any more.
        return left <= 0 ? 0 : (int) (word(0) & ((1L << left) - 1)) << -at;
    }

    void skip(int count) {
        left -= count;
    }

    /** 56 bits or more from a place on, counted from the beginning; zeros behind the end. */
    long word(int bit) {
        int at = from + (bit >>> 3);
        int shift = bit & 7;
        if (at <= end - Long.BYTES) {
            return Bytes.getLong(source, at) >>> shift;
        }
        long word = 0;
        for (int i = end - 1; i >= at; i--) {
            word = word << 8 | (source[i] & 0xFF);
        }
        return word >>> shift;
    }
}
