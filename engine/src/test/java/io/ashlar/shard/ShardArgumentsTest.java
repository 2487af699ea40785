package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardArgumentsTest {
    private final SplittableRandom random = new SplittableRandom(10);
    private final ShardEncoder encoder = new ShardEncoder();
    private final StripeShape shape = new StripeShape(2, 2);

    @Test
    void shouldRefuseShapesThatCannotBe() {
        for (int[] wrong : new int[][] {{0, 1}, {33, 1}, {1, 17}, {1, -1}, {-1, 1}, {Integer.MAX_VALUE, 0}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new StripeShape(wrong[0], wrong[1]));
        }
        assertThat(new StripeShape(32, 16).shards()).isEqualTo(48);
        assertThat(new StripeShape(4, 2)).hasToString("4+2");
    }

    @Test
    void shouldRefuseNamesAndImagesThatCannotBe() {
        ByteBuffer image = ByteBuffer.wrap(ShardImages.anyBytes(random, 5_000));
        encoder.prepare(shape, "good", 0, image);
        int shardBytes = encoder.shardBytes(0);
        ByteBuffer tooLong = ByteBuffer.allocate(ShardLayout.IMAGE_BYTES_MAX + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.prepare(shape, "", 0, image));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.prepare(shape, "UP", 0, image));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.prepare(shape, "a".repeat(201), 0, image));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.prepare(shape, "good", 0, tooLong));
        assertThat(encoder.shardBytes(0)).isEqualTo(shardBytes);

        encoder.prepare(shape, "a".repeat(200), 0, image);
        ByteBuffer shard = ByteBuffer.allocate(encoder.shardBytes(0));
        encoder.encode(0, shard);
        assertThat(ShardHead.parse(shard, "memory").stripe().name()).hasSize(200);
    }

    @Test
    void shouldWriteNothingIfABufferIsWrong() {
        encoder.prepare(shape, "good", 0, ByteBuffer.wrap(ShardImages.anyBytes(random, 50_000)));
        ByteBuffer[] shards = new ByteBuffer[4];
        Arrays.setAll(shards, i -> ByteBuffer.allocate(encoder.shardBytes(i)));
        ByteBuffer last = shards[3];
        shards[3] = ByteBuffer.allocate(last.capacity() - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(shards));
        shards[3] = last.asReadOnlyBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(shards));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(Arrays.copyOf(shards, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(4, last));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(-1, last));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.shardBytes(4));
        for (int i = 0; i < 3; i++) {
            assertThat(shards[i].array()).containsOnly(0);
            assertThat(shards[i].remaining()).isEqualTo(encoder.shardBytes(i));
        }
    }

    @Test
    void shouldMakeNothingOfWhatItForgot() {
        assertThatIllegalStateException().isThrownBy(() -> encoder.shardBytes(0));
        encoder.prepare(shape, "good", 0, ByteBuffer.allocate(0));
        assertThat(encoder.shardBytes(0)).isPositive();
        encoder.forget();
        assertThatIllegalStateException().isThrownBy(() -> encoder.encode(0, ByteBuffer.allocate(9999)));
        assertThatIllegalStateException().isThrownBy(() -> encoder.encode(new ByteBuffer[4]));
    }

    /** Whoever prepares buffers beforehand has room for every shard. */
    @Test
    void shouldBoundTheLengthOfShards() {
        for (int round = 0; round < 300; round++) {
            byte[] image = round == 0 ? new byte[ShardLayout.IMAGE_BYTES_MAX] : ShardImages.any(random);
            StripeShape any = ShardImages.shape(random);
            encoder.prepare(any, "a".repeat(random.nextInt(1, 201)), 0, ByteBuffer.wrap(image));
            for (int shard = 0; shard < any.shards(); shard++) {
                assertThat(encoder.shardBytes(shard))
                        .isLessThanOrEqualTo(ShardLayout.maxShardBytes(image.length, any.dataShards()));
            }
        }
        for (int[] wrong : new int[][] {{-1, 1}, {ShardLayout.IMAGE_BYTES_MAX + 1, 1}, {1, 0}, {1, 33}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ShardLayout.maxShardBytes(wrong[0], wrong[1]));
        }
    }

    @Test
    void shouldDecodeNothingIfAnArgumentIsWrong() {
        ShardDrives drives = ShardDrives.of(shape, ShardImages.dense(random, 50_000, 4096));
        Reconstruction made = drives.stripe.reconstruct(0, 100, 5_000, 1, 2).orElseThrow();
        ShardHead[] heads = {drives.heads[1], drives.heads[2]};
        ByteBuffer[] blocks = {
            drives.blocks(made.reads().get(0)), drives.blocks(made.reads().get(1))
        };
        ShardDecoder decoder = new ShardDecoder();
        ByteBuffer target = ByteBuffer.allocate(5_000);
        ByteBuffer small = ByteBuffer.allocate(4_999);
        ByteBuffer readOnly = target.asReadOnlyBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.decode(made, heads, blocks, small));
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.decode(made, heads, blocks, readOnly));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decoder.decode(made, Arrays.copyOf(heads, 1), blocks, target));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decoder.decode(made, heads, Arrays.copyOf(blocks, 3), target));
        ShardHead[] swapped = {heads[1], heads[0]};
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.decode(made, swapped, blocks, target));
        ShardHead[] missing = {heads[0], null};
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.decode(made, missing, blocks, target));
        ByteBuffer[] unread = {null, blocks[1]};
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.decode(made, heads, unread, target));
        assertThat(target.array()).containsOnly(0);
        assertThat(target.position()).isZero();

        decoder.decode(made, heads, blocks, target);
        assertThat(target.position()).isEqualTo(5_000);
    }

    @Test
    void shouldDecodeIntoAndFromBuffersOfEveryKind() {
        ShardDrives drives = ShardDrives.of(shape, ShardImages.dense(random, 50_000, 4096));
        Reconstruction made = drives.stripe.reconstruct(0, 100, 9_000, 3, 1).orElseThrow();
        ShardHead[] heads = {drives.heads[1], drives.heads[3]};
        ByteBuffer first = drives.blocks(made.reads().get(0));
        ByteBuffer direct = ByteBuffer.allocateDirect(first.remaining() + 7).position(7);
        direct.put(first).position(7);
        ByteBuffer[] blocks = {direct, drives.blocks(made.reads().get(1)).asReadOnlyBuffer()};
        ByteBuffer target = ByteBuffer.allocateDirect(9_009).position(9);

        new ShardDecoder().decode(made, heads, blocks, target);

        int from = drives.stripe.payloadOffset() + 100;
        assertThat(ShardImages.bytes(target.flip().position(9)))
                .isEqualTo(Arrays.copyOfRange(drives.shards[0], from, from + 9_000));
        assertThat(direct.position()).isEqualTo(7);
    }

    @Test
    void shouldRefuseToVerifyBlocksThatAreNotItsOwn() {
        ShardDrives drives = ShardDrives.of(shape, ShardImages.dense(random, 50_000, 4096));
        ByteBuffer bytes = ByteBuffer.allocate(60_000);
        int end = drives.stripe.payloadBytes(0) / 4096 * 4096;
        for (BlockRange wrong : new BlockRange[] {
            drives.stripe.blocks(1, 0, 10),
            new BlockRange(0, 1, 4096, drives.stripe.payloadOffset() + 1),
            new BlockRange(0, 0, 4095, drives.stripe.payloadOffset()),
            new BlockRange(0, 0, 4096, 0),
            new BlockRange(0, end, 8192, drives.stripe.payloadOffset() + end),
            new BlockRange(0, -4096, 4096, 0),
            new BlockRange(0, 0, Integer.MAX_VALUE, drives.stripe.payloadOffset())
        }) {
            assertThatIllegalArgumentException()
                    .as(wrong.toString())
                    .isThrownBy(() -> drives.heads[0].verify(wrong, bytes));
        }
    }
}
