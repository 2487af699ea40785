package io.ashlar.codec.zstd;

/** Numbers of RFC 8878. */
final class ZstdFormat {
    /** The first four bytes of a frame, little-endian. */
    static final int MAGIC = 0xFD2FB528;

    /** The longest page. */
    static final int PAGE_BYTES_MAX = 1 << 16;

    /** Magic, descriptor, two bytes of length, header of a block. */
    static final int OVERHEAD_BYTES_MAX = 4 + 1 + 2 + 3;

    static final int BLOCK_HEADER_BYTES = 3;
    static final int BLOCK_RAW = 0;
    static final int BLOCK_RLE = 1;
    static final int BLOCK_COMPRESSED = 2;

    /** The most bytes that a block holds, compressed or not. */
    static final int BLOCK_BYTES_MAX = 128 << 10;

    static final int LITERALS_RAW = 0;
    static final int LITERALS_RLE = 1;
    static final int LITERALS_COMPRESSED = 2;
    static final int LITERALS_TREELESS = 3;

    static final int MODE_PREDEFINED = 0;
    static final int MODE_RLE = 1;
    static final int MODE_FSE = 2;
    static final int MODE_REPEAT = 3;

    /** The longest code of a literal, in bits. */
    static final int HUFFMAN_BITS_MAX = 11;

    /** The largest table for the weights of literals, as a power of two. */
    static final int WEIGHTS_LOG_MAX = 6;

    private ZstdFormat() {}

    /** The binary logarithm of a positive number, rounded down. */
    static int log2(int value) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    }
}
