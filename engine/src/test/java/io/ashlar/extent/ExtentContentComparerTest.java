package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExtentContentComparerTest {
    private final SplittableRandom random = new SplittableRandom(41);

    @Test
    void shouldFindEveryDifferenceAndNoneWhereThereIsNone() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(random, 200_000);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128);
        ExtentReader stored = ExtentTesting.open(image);
        byte[] other = image.clone();
        ExtentEncoder.stampDiscriminator(ByteBuffer.wrap(other), 7);
        ByteBuffer behind =
                ByteBuffer.allocateDirect(other.length + 5).put(5, other).position(5);
        assertThat(ContentComparer.equal(stored, behind)).isTrue();
        assertThat(behind.position()).isEqualTo(5);
        for (int i = 0; i < 300; i++) {
            int at = i == 0 ? 0 : i == 1 ? plain.length - 1 : random.nextInt(plain.length);
            plain[at] ^= 1;
            byte[] changed = ExtentTesting.image(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128);
            ByteBuffer scratch = ByteBuffer.allocate(4096 + random.nextInt(20_000));
            assertThat(ContentComparer.equal(stored, ByteBuffer.wrap(changed), scratch))
                    .isFalse();
            plain[at] ^= 1;
        }
    }

    @Test
    void shouldTellOtherShapesApart() throws IOException {
        byte[] plain = new byte[2048];
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 1024, plain, ExtentId.Hash.XXH3_128);
        ExtentReader stored = ExtentTesting.open(image);
        BitSet one = BitSet.valueOf(new long[] {1});
        BitSet two = BitSet.valueOf(new long[] {2});
        byte[] first = ExtentTesting.sparseImage(1024, 2048, one, new byte[1024]);
        byte[] second = ExtentTesting.sparseImage(1024, 2048, two, new byte[1024]);
        for (byte[] other : new byte[][] {
            first,
            second,
            ExtentTesting.image(ExtentKind.TABLE, 1024, plain, ExtentId.Hash.XXH3_128),
            ExtentTesting.image(ExtentKind.DATA, 512, plain, ExtentId.Hash.XXH3_128),
            ExtentTesting.image(ExtentKind.DATA, 1024, new byte[2047], ExtentId.Hash.XXH3_128)
        }) {
            assertThat(ContentComparer.equal(stored, ByteBuffer.wrap(other))).isFalse();
        }
        assertThat(ContentComparer.equal(ExtentTesting.open(first), ByteBuffer.wrap(second)))
                .isFalse();
        assertThat(ContentComparer.equal(ExtentTesting.open(first), ByteBuffer.wrap(first)))
                .isTrue();
        byte[] empty = ExtentTesting.image(ExtentKind.DATA, 512, new byte[0], ExtentId.Hash.XXH3_128);
        assertThat(ContentComparer.equal(ExtentTesting.open(empty), ByteBuffer.wrap(empty)))
                .isTrue();
    }

    @Test
    void shouldSayWhenWhatIsStoredIsDamaged() {
        byte[] plain = ExtentTesting.randomBytes(random, 100_000);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128);
        byte[] rotten = image.clone();
        rotten[rotten.length - 1] ^= 1;
        ExtentReader stored = ExtentTesting.open(rotten);
        assertThatThrownBy(() -> ContentComparer.equal(stored, ByteBuffer.wrap(image)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("page 24");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentComparer.equal(stored, ByteBuffer.wrap(image), ByteBuffer.allocate(4095)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentComparer.equal(stored, ByteBuffer.allocate(ExtentLayout.HEADER_BYTES - 1)));
    }
}
