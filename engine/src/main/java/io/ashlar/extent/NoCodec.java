package io.ashlar.extent;

import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.PageCodec;

/** The codec that changes nothing, for those who name a codec where there need not be one. Nothing ever shrinks by it. */
final class NoCodec implements PageCodec {
    static final NoCodec INSTANCE = new NoCodec();

    private NoCodec() {}

    @Override
    public int code() {
        return ExtentLayout.CODEC_NONE;
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public int maxCompressedBytes(int plainBytes) {
        return plainBytes;
    }

    @Override
    public Compressor newCompressor() {
        return (source, from, length, target, at, room) -> NO_ROOM;
    }

    @Override
    public Decompressor newDecompressor() {
        return (source, from, length, target, at, plainLength) -> {
            throw new IllegalStateException("pages without a codec are never compressed");
        };
    }

    @Override
    public String toString() {
        return name();
    }
}
