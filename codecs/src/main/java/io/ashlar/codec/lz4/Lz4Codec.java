package io.ashlar.codec.lz4;

import io.ashlar.spi.PageCodec;

/**
 * The fast codec: a page becomes one block of the LZ4 block format, without anything around it. Written after the format's
 * description, <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 Block Format Description</a>.
 */
public final class Lz4Codec implements PageCodec {
    /** The number in files. */
    public static final int CODE = 1;

    /** For {@link java.util.ServiceLoader}. */
    public Lz4Codec() {}

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public String name() {
        return "lz4";
    }

    @Override
    public int maxCompressedBytes(int plainBytes) {
        return compressedBytesMax(plainBytes);
    }

    /** All literals: a token, and a byte for every 255 of them. */
    static int compressedBytesMax(int plainBytes) {
        return plainBytes + plainBytes / 255 + 16;
    }

    @Override
    public Compressor newCompressor() {
        return new Lz4Compressor();
    }

    @Override
    public Decompressor newDecompressor() {
        return new Lz4Decompressor();
    }

    @Override
    public String toString() {
        return name();
    }
}
