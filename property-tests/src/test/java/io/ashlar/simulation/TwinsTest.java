package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.extent.ContentHasher;
import io.ashlar.extent.ExtentKind;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator takes for two contents with one hash is that. */
final class TwinsTest {
    private static ExtentId hash(byte[] content) {
        return new ContentHasher(ExtentId.Hash.XXH3_128).idOf(ExtentKind.DATA, 512, ByteBuffer.wrap(content));
    }

    @ParameterizedTest
    @ValueSource(ints = {Twins.BYTES_MIN, 1000, 1024, 5000, 100_000})
    void shouldDifferAndHaveOneHash(int length) {
        byte[] first = Twins.first(new SplittableRandom(length), length);
        byte[] second = Twins.another(first, 1);
        byte[] third = Twins.another(first, -77);

        assertThat(second).isNotEqualTo(first).isNotEqualTo(third);
        assertThat(hash(second)).isEqualTo(hash(first)).isEqualTo(hash(third));
        second[100]++;
        assertThat(hash(second)).isNotEqualTo(hash(first));
    }
}
