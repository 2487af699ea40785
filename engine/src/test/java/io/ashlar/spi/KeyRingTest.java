package io.ashlar.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    @Test
    void shouldKeepOldKeysWhenItRotates() {
        KeyRing first = KeyRing.of(key(1), 7, key(2));
        KeyRing second = first.rotatedTo(-1, key(3));
        assertThat(first.currentKeyId()).isEqualTo(7);
        assertThat(first.find(-1)).isEmpty();
        assertThat(second.currentKeyId()).isEqualTo(-1);
        assertThat(second.find(7).orElseThrow().getEncoded()).isEqualTo(key(2));
        assertThat(second.find(-1).orElseThrow().getEncoded()).isEqualTo(key(3));
        assertThat(second.identityKey().getEncoded()).isEqualTo(key(1));
    }

    @Test
    void shouldRefuseKeysAndNumbersThatAreNone() {
        KeyRing ring = KeyRing.of(key(1), 7, key(2));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.rotatedTo(7, key(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.rotatedTo(0, key(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyRing.of(key(1), 0, key(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyRing.of(new byte[31], 1, key(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyRing.of(key(1), 1, new byte[33]));
    }

    @Test
    void shouldTakeCopiesAndOverwriteThem() {
        byte[] mine = key(2);
        KeyRing ring = KeyRing.of(key(1), 7, mine);
        Arrays.fill(mine, (byte) 9);
        RawKey key = (RawKey) ring.find(7).orElseThrow();
        key.getEncoded()[0] = 5;
        assertThat(key.getEncoded()).isEqualTo(key(2));
        ring.destroy();
        assertThat(key.isDestroyed()).isTrue();
        assertThatThrownBy(key::getEncoded).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ring.identityKey().getEncoded()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldShowNothingOfAKey() {
        KeyRing ring = KeyRing.of(key(0x41), 7, key(0x42));
        RawKey key = (RawKey) ring.find(7).orElseThrow();
        assertThat(ring + " " + key)
                .doesNotContain("AA", "BB", "65, 65", "66, 66")
                .doesNotContainIgnoringCase(HexFormat.of().formatHex(key(0x42), 0, 4));
        assertThat(key).isNotEqualTo(new RawKey(key(0x42)));
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
                .isInstanceOf(NotSerializableException.class);
    }
}
