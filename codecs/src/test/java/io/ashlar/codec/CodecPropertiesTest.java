package io.ashlar.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the interface of codecs promises, of all codecs here. */
class CodecPropertiesTest {
    private final SplittableRandom random = new SplittableRandom(61);

    static Stream<PageCodec> codecs() {
        return CodecTesting.codecs();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void shouldReturnWhatWasCompressedAndTouchNothingElse(PageCodec codec) throws MalformedPageException {
        PageCodec.Compressor compressor = codec.newCompressor();
        PageCodec.Decompressor decompressor = codec.newDecompressor();
        for (int round = 0; round < 3000; round++) {
            int length = CodecTesting.length(random);
            byte[] plain = CodecTesting.content(random, length);
            int lead = random.nextInt(9);
            byte[] source = new byte[lead + length + random.nextInt(9)];
            System.arraycopy(plain, 0, source, lead, length);
            int room = codec.maxCompressedBytes(length);
            byte[] guards = new byte[lead + room + 9];
            random.nextBytes(guards);
            byte[] packed = guards.clone();
            int compressed = compressor.compress(source, lead, length, packed, lead, room);
            assertThat(compressed).isBetween(1, room);
            assertThat(Arrays.copyOf(packed, lead)).isEqualTo(Arrays.copyOf(guards, lead));
            assertThat(Arrays.copyOfRange(packed, lead + room, packed.length))
                    .isEqualTo(Arrays.copyOfRange(guards, lead + room, guards.length));

            byte[] expected = new byte[lead + length + 9];
            random.nextBytes(expected);
            byte[] back = expected.clone();
            System.arraycopy(plain, 0, expected, lead, length);
            decompressor.decompress(packed, lead, compressed, back, lead, length);
            assertThat(back).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void shouldCompressIntoExactlyTheRoomThatItTakesAndNotIntoLess(PageCodec codec) throws MalformedPageException {
        PageCodec.Compressor compressor = codec.newCompressor();
        PageCodec.Decompressor decompressor = codec.newDecompressor();
        for (int round = 0; round < 1000; round++) {
            int length = CodecTesting.length(random);
            byte[] plain = CodecTesting.content(random, length);
            byte[] packed = new byte[codec.maxCompressedBytes(length)];
            int compressed = compressor.compress(plain, 0, length, packed, 0, packed.length);
            byte[] tight = new byte[compressed];
            assertThat(compressor.compress(plain, 0, length, tight, 0, compressed))
                    .isEqualTo(compressed);
            assertThat(tight).as("the same again").isEqualTo(Arrays.copyOf(packed, compressed));
            int less = random.nextInt(compressed);
            assertThat(compressor.compress(plain, 0, length, new byte[less], 0, less))
                    .isEqualTo(PageCodec.NO_ROOM);
            // What failed leaves no traces.
            assertThat(codec.newCompressor().compress(plain, 0, length, packed, 0, packed.length))
                    .isEqualTo(compressed);
            byte[] back = new byte[length];
            decompressor.decompress(tight, 0, compressed, back, 0, length);
            assertThat(back).isEqualTo(plain);
        }
    }

    /** Whatever happened to it: an answer of the right length, or the exception that is promised, and nothing around it changes. */
    @ParameterizedTest
    @MethodSource("codecs")
    void shouldAnswerOrRefuseWhateverIsMalformed(PageCodec codec) {
        PageCodec.Compressor compressor = codec.newCompressor();
        PageCodec.Decompressor decompressor = codec.newDecompressor();
        int refused = 0;
        int rounds = 20_000;
        for (int round = 0; round < rounds; round++) {
            int length = random.nextInt(1, 600);
            byte[] plain = CodecTesting.content(random, length);
            byte[] packed = new byte[codec.maxCompressedBytes(length)];
            int compressed = compressor.compress(plain, 0, length, packed, 0, packed.length);
            for (int change = random.nextInt(3); change >= 0; change--) {
                packed[random.nextInt(compressed)] = (byte) random.nextInt(256);
            }
            int given = random.nextInt(4) == 0 ? random.nextInt(compressed + 1) : compressed;
            int wanted = random.nextInt(4) == 0 ? random.nextInt(700) : length;
            byte[] guards = new byte[wanted + 20];
            random.nextBytes(guards);
            byte[] back = guards.clone();
            try {
                decompressor.decompress(packed, 0, given, back, 10, wanted);
            } catch (MalformedPageException e) {
                refused++;
            }
            assertThat(Arrays.copyOf(back, 10)).isEqualTo(Arrays.copyOf(guards, 10));
            assertThat(Arrays.copyOfRange(back, 10 + wanted, 20 + wanted))
                    .isEqualTo(Arrays.copyOfRange(guards, 10 + wanted, 20 + wanted));
        }
        assertThat(refused).isBetween(rounds / 10, rounds - 1);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void shouldRefuseCutsAndOtherLengths(PageCodec codec) {
        for (int round = 0; round < 50; round++) {
            int length = random.nextInt(1, 300);
            byte[] plain = CodecTesting.content(random, length);
            byte[] packed = new byte[codec.maxCompressedBytes(length)];
            int compressed = codec.newCompressor().compress(plain, 0, length, packed, 0, packed.length);
            PageCodec.Decompressor decompressor = codec.newDecompressor();
            byte[] back = new byte[1000];
            for (int given = 0; given < compressed; given++) {
                int cut = given;
                assertThatThrownBy(() -> decompressor.decompress(packed, 0, cut, back, 0, length))
                        .isInstanceOf(MalformedPageException.class);
            }
            for (int wanted : new int[] {0, length - 1, length + 1}) {
                if (wanted != length) {
                    assertThatThrownBy(() -> decompressor.decompress(packed, 0, compressed, back, 0, wanted))
                            .isInstanceOf(MalformedPageException.class);
                }
            }
        }
        assertThatThrownBy(() -> codec.newDecompressor().decompress(new byte[5], 2, 4, new byte[9], 0, 9))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> codec.newDecompressor().decompress(new byte[5], 0, 5, new byte[9], 8, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        byte[] tooLong = new byte[65_537];
        assertThatThrownBy(() -> codec.newCompressor().compress(tooLong, 0, 65_537, new byte[70_000], 0, 70_000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.newCompressor().compress(new byte[5], 2, 4, new byte[9], 0, 9))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> codec.newCompressor().compress(new byte[5], 0, 5, new byte[9], 8, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldBeFoundByNumberAndName() {
        Set<String> found = new HashSet<>();
        for (PageCodec codec : ServiceLoader.load(PageCodec.class)) {
            found.add(codec.code() + " " + codec.name());
        }
        assertThat(found).containsExactlyInAnyOrder("1 lz4", "2 zstd");
    }
}
