package io.ashlar.spi;

/**
 * Makes pages of extents smaller, each by itself: 512 bytes to 64 KiB, so that one page can be read without its neighbours.
 * Found through {@link java.util.ServiceLoader}; implementations have a public constructor without parameters. They keep no
 * state and are safe for use by many threads; what works lies in the {@link Compressor} and the {@link Decompressor}, of which
 * each thread has its own.
 *
 * <p>The number and what it stands for are part of the format of a store: a codec must read for ever what any version of it has
 * written. What it writes may change from version to version; within one, equal input gives equal output.
 */
public interface PageCodec {

    /** What {@link Compressor#compress} returns when there is not room enough. */
    int NO_ROOM = -1;

    /**
     * The number that stands for this codec in files. 1 is LZ4 and 2 is Zstandard; codecs of others take numbers from 128 on.
     *
     * @return a stable number, 1 to 255; only the engine's own codec that changes nothing has 0
     */
    int code();

    /**
     * Names the codec, for settings and messages.
     *
     * @return a stable name in lower case, such as {@code lz4}
     */
    String name();

    /**
     * Tells how much room always suffices.
     *
     * @param plainBytes how long a page is, 0 to 65,536
     * @return the most bytes that compressing it can give
     */
    int maxCompressedBytes(int plainBytes);

    /**
     * Makes something that compresses.
     *
     * @return a compressor for one thread at a time
     */
    Compressor newCompressor();

    /**
     * Makes something that decompresses.
     *
     * @return a decompressor for one thread at a time
     */
    Decompressor newDecompressor();

    /** Compresses pages. Keeps its tables from page to page, so that a page allocates nothing; not thread-safe. */
    interface Compressor {

        /**
         * Compresses a page, unless that takes more room than there is. Arrays and ranges do not overlap.
         *
         * @param source holds the page
         * @param from where it begins
         * @param length how long it is, 1 to 65,536
         * @param target where the result goes; bytes outside of the given range stay as they are
         * @param at where the result begins
         * @param room how many bytes it may have, 0 or more; what is written within them is unspecified if they do not suffice
         * @return the length of the result, 1 or more, or {@link #NO_ROOM}
         * @throws IllegalArgumentException if the page is longer than pages are
         * @throws IndexOutOfBoundsException if a range is not within its array
         */
        int compress(byte[] source, int from, int length, byte[] target, int at, int room);
    }

    /**
     * Decompresses pages. Not thread-safe.
     *
     * <p>The input is anything at all: checksums keep out accidents, not somebody who writes a store by hand. Whatever it is, a
     * decompressor reads and writes only the ranges that it is given, ends within a time that the lengths bound, takes memory
     * that they bound, and may be used again afterwards.
     */
    interface Decompressor {

        /**
         * Decompresses a page.
         *
         * @param source holds what {@link Compressor#compress} gave, or anything else
         * @param from where that begins
         * @param length how long it is, 0 or more
         * @param target where the page goes; bytes outside of the given range stay as they are
         * @param at where the page begins
         * @param plainLength how long the page is: exactly so much is to come out
         * @throws MalformedPageException if the input is nothing that comes out of compressing a page of that length; what lies in
         *     the target's range is unspecified then
         * @throws IndexOutOfBoundsException if a range is not within its array
         */
        void decompress(byte[] source, int from, int length, byte[] target, int at, int plainLength)
                throws MalformedPageException;
    }
}
