package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.format.Crc32c;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardRebuildTest {
    private final SplittableRandom random = new SplittableRandom(8);

    @Test
    void shouldRebuildEveryShardAsItWas() {
        for (int round = 0; round < 150; round++) {
            StripeShape shape = new StripeShape(random.nextInt(1, 12), random.nextInt(1, 5));
            ShardDrives drives = ShardDrives.of(shape, ShardImages.any(random)).lose(random);
            int step = random.nextInt(3) == 0 ? random.nextInt(1, 70_000) + 200 : 4096 << random.nextInt(6);
            for (int shard = 0; shard < shape.shards(); shard++) {
                if (drives.heads[shard] == null) {
                    assertThat(drives.rebuild(shard, step))
                            .as("shard %s of %s", shard, shape)
                            .isEqualTo(drives.shards[shard]);
                }
            }
        }
    }

    @Test
    void shouldSealInAnyBuffer() {
        byte[] image = ShardImages.dense(random, 50_000, 4096);
        ShardDrives drives = ShardDrives.of(new StripeShape(2, 1), image);
        byte[] shard = drives.shards[2];
        int payloadOffset = drives.stripe.payloadOffset();
        ByteBuffer target = ByteBuffer.allocateDirect(shard.length + 20).position(11);
        target.put(11 + payloadOffset, shard, payloadOffset, shard.length - payloadOffset);

        ShardHead head = ShardHead.seal(drives.stripe, 2, "there", target);

        assertThat(ShardImages.bytes(target)).isEqualTo(shard);
        head.verify(drives.stripe.blocks(2, 0, 9000), target.slice(11 + payloadOffset, 12288));
        assertThat(head.place()).isEqualTo("there");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardHead.seal(drives.stripe, 2, "there", ByteBuffer.allocate(shard.length - 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardHead.seal(drives.stripe, 3, "there", ByteBuffer.allocate(shard.length)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardHead.seal(
                        drives.stripe, 2, "there", ByteBuffer.wrap(shard).asReadOnlyBuffer()));
    }

    @Test
    void shouldFindWholeStripesGood() {
        for (int round = 0; round < 80; round++) {
            ShardDrives drives = ShardDrives.of(ShardImages.shape(random), ShardImages.any(random));
            assertThat(drives.check(4096 << random.nextInt(5)).isGood()).isTrue();
            assertThat(new StripeChecker().isOneContent(dataHeads(drives))).isTrue();
        }
    }

    @Test
    void shouldFindDamagedAndMissingShards() {
        for (int round = 0; round < 80; round++) {
            ShardDrives drives = ShardDrives.of(new StripeShape(4, 3), ShardImages.dense(random, 90_000, 4096));
            int bad = random.nextInt(7);
            int lost = (bad + random.nextInt(1, 7)) % 7;
            byte[] shard = drives.shards[bad];
            shard[drives.stripe.payloadOffset() + random.nextInt(drives.stripe.payloadBytes(bad))] ^= 16;
            drives.lose(lost);

            StripeVerdict verdict = drives.check(8192);

            assertThat(verdict.damaged()).containsExactlyInAnyOrder(bad, lost);
            assertThat(verdict.contradicting()).isEmpty();
            assertThat(verdict.isGood()).isFalse();
        }
    }

    @Test
    void shouldFindShardsThatEndEarly() {
        ShardDrives drives = ShardDrives.of(new StripeShape(2, 2), ShardImages.dense(random, 9_000, 4096));
        ByteBuffer[] blocks = new ByteBuffer[4];
        Arrays.setAll(blocks, i -> drives.blocks(drives.stripe.blocks(i, 0, 4096)));
        StripeChecker checker = new StripeChecker();
        assertThat(checker.check(drives.stripe, 0, 4096, drives.heads, blocks).isGood())
                .isTrue();

        blocks[2].limit(blocks[2].limit() - 1);
        blocks[3] = null;

        assertThat(checker.check(drives.stripe, 0, 4096, drives.heads, blocks).damaged())
                .containsExactly(2, 3);
    }

    /** A shard whose checksums are right over bytes that are not the others'. */
    @Test
    void shouldFindParityThatIsNotThatOfTheData() {
        ShardDrives drives = ShardDrives.of(new StripeShape(3, 3), ShardImages.dense(random, 90_000, 4096));

        assertThat(withAnotherByte(drives, 4).check(8192).contradicting()).containsExactly(4);
        ShardDrives badData = withAnotherByte(drives, 1);
        assertThat(badData.check(8192).contradicting()).containsExactly(3, 4, 5);
        assertThat(badData.check(8192).damaged()).isEmpty();
        assertThat(new StripeChecker().isOneContent(dataHeads(badData))).isFalse();
        // What is damaged contradicts nobody.
        assertThat(withAnotherByte(drives, 4).lose(4).check(8192).contradicting())
                .isEmpty();
        assertThat(withAnotherByte(drives, 4).lose(0).check(8192).contradicting())
                .isEmpty();
    }

    private static ShardDrives withAnotherByte(ShardDrives drives, int shard) {
        byte[][] shards = drives.shards.clone();
        byte[] changed = shards[shard].clone();
        shards[shard] = changed;
        int payloadOffset = drives.stripe.payloadOffset();
        changed[payloadOffset + 9000] ^= 1;
        ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        int checksums =
                ShardLayout.checksumsOffset(ShardDrives.NAME.length(), bytes.getInt(ShardLayout.PACKED_BYTES_OFFSET));
        bytes.putInt(checksums + 8, Crc32c.of(changed, payloadOffset + 8192, 4096));
        bytes.putInt(ShardLayout.CHECKSUMS_CRC_OFFSET, Crc32c.of(changed, checksums, payloadOffset - checksums));
        ShardDamageTest.sealHeader(changed);
        return new ShardDrives(shards);
    }

    private static List<ShardHead> dataHeads(ShardDrives drives) {
        return List.of(Arrays.copyOf(drives.heads, drives.stripe.shape().dataShards()));
    }

    @Test
    void shouldRefuseToCheckWhatDoesNotBelongTogether() {
        ShardDrives drives = ShardDrives.of(new StripeShape(2, 1), ShardImages.dense(random, 9_000, 4096));
        ShardDrives others = ShardDrives.of(new StripeShape(2, 1), ShardImages.dense(random, 9_000, 4096));
        StripeChecker checker = new StripeChecker();
        ShardHead[] heads = drives.heads.clone();
        heads[1] = others.heads[1];
        ByteBuffer[] none = new ByteBuffer[3];
        assertThatIllegalArgumentException().isThrownBy(() -> checker.check(drives.stripe, 0, 10, heads, none));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checker.check(drives.stripe, 0, 10, new ShardHead[2], none));
        assertThatIllegalArgumentException().isThrownBy(() -> checker.check(drives.stripe, -1, 10, drives.heads, none));
        assertThat(checker.isOneContent(List.of(drives.heads[0], others.heads[1])))
                .isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checker.isOneContent(List.of(drives.heads[1], drives.heads[0])));
        assertThatIllegalArgumentException().isThrownBy(() -> checker.isOneContent(List.of(drives.heads[0])));
        assertThatIllegalArgumentException().isThrownBy(() -> checker.isOneContent(List.of()));
    }
}
