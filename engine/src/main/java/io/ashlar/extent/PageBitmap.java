package io.ashlar.extent;

import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;

/** Which pages of an extent are there: 64 pages a word, the lowest bit first. */
final class PageBitmap {
    private PageBitmap() {}

    /** Sets the first {@code slots} bits of {@code words}. */
    static void fill(long[] words, int slots) {
        int full = slots >> 6;
        for (int i = 0; i < full; i++) {
            words[i] = -1L;
        }
        if ((slots & 63) != 0) {
            words[full] = -1L >>> -slots;
        }
    }

    static boolean isSet(long[] words, int slot) {
        return (words[slot >> 6] >>> slot & 1) != 0;
    }

    /** Counts the bits before {@code slot}, which is the place in the directory of that page if it is there. */
    static int rank(long[] words, int slot) {
        int count = 0;
        int full = slot >> 6;
        for (int i = 0; i < full; i++) {
            count += Long.bitCount(words[i]);
        }
        return (slot & 63) == 0 ? count : count + Long.bitCount(words[full] & -1L >>> -slot);
    }

    /** Finds the first bit from {@code slot} on that is set, or {@code slots} if none is. */
    static int nextSet(long[] words, int slot, int slots) {
        if (slot >= slots) {
            return slots;
        }
        int i = slot >> 6;
        long word = words[i] & -1L << slot;
        while (word == 0) {
            if (++i == (slots + 63) >> 6) {
                return slots;
            }
            word = words[i];
        }
        return Math.min(slots, (i << 6) + Long.numberOfTrailingZeros(word));
    }

    static void write(long[] words, int slots, ByteBuffer target, int at) {
        int count = ExtentLayout.bitmapBytes(slots) >> 3;
        for (int i = 0; i < count; i++) {
            LittleEndian.putLong(target, at + 8 * i, words[i]);
        }
    }

    /** How many bytes the pages have that are there: all are full but perhaps the last slot. */
    static int presentBytes(int presentPages, boolean lastPresent, int slots, int plainBytes, int pageSizeLog2) {
        int bytes = presentPages << pageSizeLog2;
        return lastPresent ? bytes - (slots << pageSizeLog2) + plainBytes : bytes;
    }
}
