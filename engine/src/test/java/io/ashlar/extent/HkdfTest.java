package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The test cases of RFC 5869 for SHA-256. */
class HkdfTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String derive(String key, String salt, String info, int length) {
        byte[] target = new byte[length];
        new Hkdf().derive(bytes(key), bytes(salt), bytes(info), target);
        return HexFormat.of().formatHex(target);
    }

    private static String range(int from, int to) {
        StringBuilder hex = new StringBuilder();
        for (int i = from; i < to; i++) {
            hex.append(HexFormat.of().toHexDigits((byte) i));
        }
        return hex.toString();
    }

    @Test
    void shouldDeriveWhatTheRfcDerives() {
        assertThat(derive("0b".repeat(22), range(0, 13), range(0xf0, 0xfa), 42))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assertThat(derive(range(0, 0x50), range(0x60, 0xb0), range(0xb0, 0x100), 82))
                .isEqualTo("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
                        + "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
        assertThat(derive("0b".repeat(22), "", "", 42))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    @Test
    void shouldNotRememberTheCallBefore() {
        Hkdf hkdf = new Hkdf();
        byte[] once = new byte[64];
        byte[] again = new byte[64];
        hkdf.derive(new byte[32], new byte[32], new byte[] {1}, once);
        hkdf.derive(new byte[] {9, 9}, new byte[7], new byte[] {2}, new byte[100]);
        hkdf.derive(new byte[32], new byte[32], new byte[] {1}, again);
        assertThat(again).isEqualTo(once);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hkdf.derive(new byte[32], new byte[0], new byte[0], new byte[8161]));
        hkdf.derive(new byte[32], new byte[0], new byte[0], new byte[8160]);
    }
}
