package io.ashlar.codec.lz4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.spi.MalformedPageException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks written by hand after the description of the format. */
class Lz4BlocksTest {
    private static byte[] decompress(String hex, int length) throws MalformedPageException {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] target = new byte[length];
        // What lay there before must never come out.
        Arrays.fill(target, (byte) 0x55);
        new Lz4Codec().newDecompressor().decompress(block, 0, block.length, target, 0, length);
        return target;
    }

    @Test
    void shouldReadWhatTheFormatSays() throws MalformedPageException {
        assertThat(decompress("30 414243", 3)).asString().isEqualTo("ABC");
        // A match that overlaps itself: one byte back, nineteen bytes long, which takes a byte more.
        assertThat(decompress("1F 41 0100 00 10 42", 21)).asString().isEqualTo("A".repeat(20) + "B");
        // 15 literals and none more, said in a byte of its own.
        assertThat(decompress("F0 00 " + "41".repeat(15), 15)).asString().isEqualTo("A".repeat(15));
        // A match at the end: writers leave literals there, readers need not mind.
        assertThat(decompress("20 4142 0200", 6)).asString().isEqualTo("ABABAB");
    }

    @ParameterizedTest
    @CsvSource({
        "10 41 0000 10 42, 6, distance 0: bytes that were there before",
        "10 41 0200 10 42, 6, distance before the beginning",
        "00 0100, 4, a match with nothing before it",
        "10 41 01, 5, half a distance",
        "1F 41 0100, 21, no length",
        "1F 41 0100 FF, 275, half a length",
        "F0, 15, no length of literals",
        "F0 FF, 300, half a length of literals",
        "30 4142, 3, too few literals",
        "30 414243, 2, too many bytes",
        "30 414243, 4, too few bytes",
        "1F 41 0100 00 10 42, 20, a match beyond the end",
        "'', 1, nothing"
    })
    void shouldRefuseWhatTheFormatDoesNotSay(String hex, int length, String why) {
        assertThatThrownBy(() -> decompress(hex, length)).as(why).isInstanceOf(MalformedPageException.class);
    }
}
