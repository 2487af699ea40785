package io.ashlar.catalog;

import java.nio.ByteBuffer;

/** Unsigned numbers in as few bytes as they need: LEB128, seven bits a byte, the lowest first. */
final class Varint {
    private Varint() {}

    static void put(ByteBuffer target, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    static long get(ByteBuffer source) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = source.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                // One number has one form: no zeros in front, no bits beyond the 64.
                if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) {
                    throw new IllegalArgumentException("a number is not in its shortest form, or too large");
                }
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }
}
