package io.ashlar.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.Compressor;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.ashlar.codec.lz4.Lz4Codec;
import io.ashlar.codec.zstd.ZstdCodec;
import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what others write, and lets others read what it writes: the formats are what they are called. */
class InteroperabilityTest {
    private final SplittableRandom random = new SplittableRandom(62);

    static Stream<Arguments> peers() {
        return Stream.of(
                Arguments.of(new Lz4Codec(), new Lz4Compressor(), new Lz4Decompressor()),
                Arguments.of(new ZstdCodec(), new ZstdCompressor(), new ZstdDecompressor()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void shouldReadAndBeReadByAnother(PageCodec codec, Compressor theirs, Decompressor theirReader)
            throws MalformedPageException {
        PageCodec.Compressor ours = codec.newCompressor();
        PageCodec.Decompressor ourReader = codec.newDecompressor();
        for (int round = 0; round < 1000; round++) {
            int length = CodecTesting.length(random);
            byte[] plain = CodecTesting.content(random, length);
            byte[] packed = new byte[codec.maxCompressedBytes(length)];
            int compressed = ours.compress(plain, 0, length, packed, 0, packed.length);
            byte[] back = new byte[length];
            assertThat(theirReader.decompress(packed, 0, compressed, back, 0, length))
                    .isEqualTo(length);
            assertThat(back).isEqualTo(plain);

            byte[] foreign = new byte[theirs.maxCompressedLength(length)];
            int foreignBytes = theirs.compress(plain, 0, length, foreign, 0, foreign.length);
            if (codec instanceof ZstdCodec) {
                foreignBytes = withoutChecksum(foreign, foreignBytes);
            }
            Arrays.fill(back, (byte) 0);
            ourReader.decompress(foreign, 0, foreignBytes, back, 0, length);
            assertThat(back).isEqualTo(plain);
        }
    }

    /** Frames of pages have none, since extents have checksums of their own. */
    private static int withoutChecksum(byte[] frame, int length) {
        if ((frame[4] & 4) == 0) {
            return length;
        }
        frame[4] &= ~4;
        return length - 4;
    }
}
