package io.ashlar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafeTextTest {
    @Test
    void shouldKeepWhatIsHarmless() {
        assertThat(SafeText.of("Straße 😀/ok~")).isEqualTo("Straße 😀/ok~");
    }

    @Test
    void shouldEscapeWhatLeavesItsLineOrTurnsItAround() {
        assertThat(SafeText.of("a\nb\tc\\d\u001B[0m\u202Ee\u2028\uD800"))
                .isEqualTo("a\\nb\\tc\\\\d\\u001B[0m\\u202Ee\\u2028\\uD800");
    }

    @Test
    void shouldShowBytesThatAreNoText() {
        byte[] bytes = "é\n".getBytes(StandardCharsets.UTF_8);
        assertThat(SafeText.of(bytes)).isEqualTo("é\\n");
        assertThat(SafeText.of(new byte[] {'a', (byte) 0xC3, 'b', (byte) 0xFF, (byte) 0xE2, (byte) 0x82}))
                .isEqualTo("a\\xC3b\\xFF\\xE2\\x82");
    }
}
