package io.ashlar.codec;

import static io.ashlar.fuzz.Seeds.golden;
import static io.ashlar.fuzz.Seeds.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.codec.lz4.Lz4Codec;
import io.ashlar.codec.zstd.ZstdCodec;
import io.ashlar.fuzz.FuzzTarget;
import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decompressors: two bytes say how long the page is, the rest is what they are given. */
public final class CodecFuzzing {
    private CodecFuzzing() {}

    /** All codecs. */
    public static List<FuzzTarget> targets() {
        return List.of(target(new Lz4Codec()), target(new ZstdCodec()));
    }

    private static FuzzTarget target(PageCodec codec) {
        List<byte[]> seeds = new ArrayList<>();
        PageCodec.Compressor compressor = codec.newCompressor();
        for (byte[] plain : pages()) {
            byte[] packed = new byte[codec.maxCompressedBytes(plain.length)];
            int length = compressor.compress(plain, 0, plain.length, packed, 0, packed.length);
            seeds.add(input(plain.length, Arrays.copyOf(packed, length)));
        }
        if (codec.code() == ZstdCodec.CODE) {
            seeds.add(input(7869, golden("zstd-blocks")));
        }
        PageCodec.Decompressor decompressor = codec.newDecompressor();
        byte[] page = new byte[1 << 16];
        byte[] again = new byte[1 << 16];
        byte[] packed = new byte[codec.maxCompressedBytes(1 << 16)];
        return new FuzzTarget(
                codec.name(), seeds, input -> accepts(input, compressor, decompressor, page, again, packed));
    }

    private static List<byte[]> pages() {
        byte[] text = "the quick brown fox jumps over the lazy dog, ".getBytes(StandardCharsets.US_ASCII);
        byte[] varied = new byte[900];
        for (int i = 0; i < varied.length; i++) {
            varied[i] = (byte) (Long.numberOfTrailingZeros((i * 0x9E3779B97F4A7C15L) >>> 20) + i / 300);
        }
        return List.of(new byte[512], new byte[] {1}, text, join(text, text, varied, text), varied);
    }

    private static byte[] input(int plainLength, byte[] packed) {
        return join(new byte[] {(byte) plainLength, (byte) (plainLength >>> 8)}, packed);
    }

    private static boolean accepts(
            byte[] input,
            PageCodec.Compressor compressor,
            PageCodec.Decompressor decompressor,
            byte[] page,
            byte[] again,
            byte[] packed) {
        if (input.length < 2) {
            return false;
        }
        int plainLength = (input[0] & 0xFF) | (input[1] & 0xFF) << 8;
        try {
            decompressor.decompress(input, 2, input.length - 2, page, 0, plainLength);
        } catch (MalformedPageException e) {
            return false;
        }
        if (plainLength > 0) {
            int length = compressor.compress(page, 0, plainLength, packed, 0, packed.length);
            try {
                decompressor.decompress(packed, 0, length, again, 0, plainLength);
            } catch (MalformedPageException e) {
                throw new AssertionError("what was compressed is refused", e);
            }
            assertThat(Arrays.mismatch(page, 0, plainLength, again, 0, plainLength))
                    .isEqualTo(-1);
        }
        return true;
    }
}
