package io.ashlar.codec.zstd;

import io.ashlar.spi.PageCodec;

/**
 * The codec that makes pages smaller: a page becomes one Zstandard frame, with its length and without checksum or dictionary.
 * Written after <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>. It reads every such frame, whoever wrote it; it
 * writes one block a page.
 */
public final class ZstdCodec implements PageCodec {
    /** The number in files. */
    public static final int CODE = 2;

    /** For {@link java.util.ServiceLoader}. */
    public ZstdCodec() {}

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public int maxCompressedBytes(int plainBytes) {
        return plainBytes + ZstdFormat.OVERHEAD_BYTES_MAX;
    }

    @Override
    public Compressor newCompressor() {
        return new ZstdCompressor();
    }

    @Override
    public Decompressor newDecompressor() {
        return new ZstdDecompressor();
    }

    @Override
    public String toString() {
        return name();
    }
}
