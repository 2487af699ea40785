package io.ashlar.codec.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.MalformedPageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames written by hand after RFC 8878. */
class ZstdFramesTest {
    private static final String MAGIC = "28b52ffd";

    private static byte[] decompress(ZstdDecompressor decompressor, String hex, int length)
            throws MalformedPageException {
        byte[] frame = HexFormat.of().parseHex(MAGIC + hex.replace(" ", ""));
        byte[] target = new byte[length];
        // What lay there before must never come out.
        Arrays.fill(target, (byte) 0x55);
        decompressor.decompress(frame, 0, frame.length, target, 0, length);
        return target;
    }

    private static byte[] decompress(String hex, int length) throws MalformedPageException {
        return decompress(new ZstdDecompressor(), hex, length);
    }

    @Test
    void shouldReadWhatTheFormatSays() throws MalformedPageException {
        assertThat(decompress("20 03 190000 414243", 3)).asString().isEqualTo("ABC");
        assertThat(decompress("20 05 2b0000 41", 5)).asString().isEqualTo("AAAAA");
        assertThat(decompress("20 05 100000 4142 1b0000 43", 5)).asString().isEqualTo("ABCCC");
        assertThat(decompress("00 00 190000 414243", 3)).asString().isEqualTo("ABC");
        assertThat(decompress("a0 03000000 190000 414243", 3)).asString().isEqualTo("ABC");
        // Literals that are not compressed, and no sequences.
        assertThat(decompress("20 02 250000 10 4142 00", 2)).asString().isEqualTo("AB");
        // One literal, repeated: one sequence of codes that are given once, which takes no bits but the one that ends
        // them.
        assertThat(decompress("20 04 450000 08 41 01 54 01 00 00 01", 4))
                .asString()
                .isEqualTo("AAAA");
    }

    @ParameterizedTest
    @CsvSource({
        "20, 3, no length",
        "20 03, 3, no block",
        "20 03 1900, 3, half a header",
        "20 03 190000 4142, 3, too few bytes",
        "20 03 180000 414243, 3, no last block",
        "20 03 190000 41424344, 3, something behind the last block",
        "20 04 190000 414243, 4, less than the frame says",
        "20 04 190000 414243, 3, another length",
        "20 02 190000 414243, 2, more than the frame says",
        "20 02 1b0000 43, 2, more of one byte",
        "20 03 1f0000 414243, 3, a type of block that there is not",
        "24 03 190000 414243 00000000, 3, a checksum",
        "21 07 03 190000 414243, 3, a dictionary",
        "28 03 190000 414243, 3, a reserved bit",
        "60 03 190000 414243, 3, another width of the length",
        "20 03 050000, 3, a block with nothing in it",
        "20 02 1d0000 10 4142, 2, no sequences",
        "20 02 2d0000 10 4142 00 00, 2, something behind no sequences",
        "20 02 350000 18 4142 00 0000, 2, literals that are cut short",
        "20 05 350000 03 0000 0000 00, 5, a tree of the block before where there is none",
        "20 04 350000 08 41 01 fc 01 01, 4, tables of the block before where there are none",
        "20 04 450000 08 41 01 57 01 00 00 01, 4, reserved modes",
        "20 04 450000 08 41 01 54 24 00 00 01, 4, a code of literals that there is not",
        "20 04 450000 08 41 01 54 01 1f 00 01, 4, a code of offsets that there is not",
        "20 04 450000 08 41 01 54 01 00 35 01, 4, a code of matches that there is not",
        "20 04 450000 08 41 01 54 01 00 00 00, 4, bits without an end",
        "20 04 450000 08 41 01 54 01 00 00 02, 4, bits that are left over",
        "20 03 450000 08 41 01 54 01 00 00 01, 3, a match beyond the end",
        "20 05 450000 08 41 01 54 02 00 00 01, 5, more literals than there are",
        "20 03 3d0000 00 01 54 00 00 00 01, 3, a match before the beginning"
    })
    void shouldRefuseWhatTheFormatDoesNotSay(String hex, int length, String why) {
        assertThatThrownBy(() -> decompress(hex, length)).as(why).isInstanceOf(MalformedPageException.class);
    }

    @Test
    void shouldRefuseWhatIsNoFrame() {
        for (String hex : new String[] {"", "28b52f", "28b52ffd", "27b52ffd2003190000414243", "502a4d1800000000"}) {
            byte[] frame = HexFormat.of().parseHex(hex);
            assertThatThrownBy(() -> new ZstdDecompressor().decompress(frame, 0, frame.length, new byte[3], 0, 3))
                    .isInstanceOf(MalformedPageException.class);
        }
    }

    @Test
    void shouldForgetTablesFromPageToPage() throws MalformedPageException {
        ZstdDecompressor decompressor = new ZstdDecompressor();
        byte[] text = "to be or not to be, that is the question; whether tis nobler in the mind "
                .repeat(3)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] packed = new byte[text.length];
        int length = new ZstdCompressor().compress(text, 0, text.length, packed, 0, packed.length);
        byte[] back = new byte[text.length];
        decompressor.decompress(packed, 0, length, back, 0, back.length);
        assertThat(back).isEqualTo(text);
        assertThat(packed[9] & 3).as("literals with a tree").isEqualTo(ZstdFormat.LITERALS_COMPRESSED);
        for (String hex : new String[] {"20 04 350000 03 0000 0000 00", "20 04 350000 08 41 01 fc 01 01"}) {
            assertThatThrownBy(() -> decompress(decompressor, hex, 4))
                    .isInstanceOf(MalformedPageException.class)
                    .hasMessageContaining("not there");
        }
    }
}
