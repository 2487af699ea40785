package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardDamageTest {
    private final SplittableRandom random = new SplittableRandom(6);
    private final ShardDrives drives =
            ShardDrives.of(new StripeShape(3, 2), ShardImages.sparse(random, 9 * 4096 + 100, 4096));

    /** Reads a shard as whoever opens, reads or scrubs it: all of it must be what was written. */
    private static void readAll(byte[] shard, int number) {
        ByteBuffer first = ByteBuffer.wrap(shard, 0, ShardDrives.firstRead(shard));
        assertThat(ShardHead.headBytes(first, "here")).isBetween(ShardLayout.HEADER_BYTES, ShardLayout.HEAD_BYTES_MAX);
        ShardHead head = ShardHead.parse(ByteBuffer.wrap(shard), ShardDrives.NAME, number, "here");
        BlockRange all = head.stripe().blocks(number, 0, head.stripe().payloadBytes(number));
        int from = Math.min(all.objectOffset(), shard.length);
        head.verify(all, ByteBuffer.wrap(shard, from, Math.min(all.length(), shard.length - from)));
    }

    @Test
    void shouldNoticeEveryFlippedByte() {
        for (byte[] image : new byte[][] {
            ShardImages.sparse(random, 3 * 4096 + 100, 4096),
            ShardImages.compressed(random, 10_000, 1024, false),
            ShardImages.anyBytes(random, 300)
        }) {
            byte[][] shards = ShardDrives.encode(new StripeShape(2, 1), image);
            for (int number = 0; number < shards.length; number++) {
                byte[] shard = shards[number].clone();
                readAll(shard, number);
                for (int at = 0; at < shard.length; at++) {
                    byte flips = (byte) (random.nextBoolean() ? 1 << random.nextInt(8) : random.nextInt(1, 256));
                    shard[at] ^= flips;
                    int current = number;
                    ShardDamagedException thrown =
                            catchThrowableOfType(ShardDamagedException.class, () -> readAll(shard, current));
                    assertThat(thrown).as("byte %s of shard %s", at, number).isNotNull();
                    // Nobody knows whose header it is before it was checked.
                    assertThat(thrown.shard()).isIn(number, ShardDamagedException.UNKNOWN);
                    shard[at] ^= flips;
                }
                readAll(shard, number);
            }
        }
    }

    @Test
    void shouldNoticeShardsThatAreCutShort() {
        byte[] shard = drives.shards[1];
        for (int length = 0; length < shard.length; length++) {
            byte[] cut = Arrays.copyOf(shard, length);
            assertThatExceptionOfType(ShardDamagedException.class).isThrownBy(() -> readAll(cut, 1));
        }
    }

    @Test
    void shouldNameTheShardThePlaceAndTheBlock() {
        byte[] shard = drives.shards[1].clone();
        ShardHead head = ShardHead.parse(ByteBuffer.wrap(shard), ShardDrives.NAME, 1, "drive /b");
        shard[drives.stripe.payloadOffset() + 5000] ^= 1;
        BlockRange range = drives.stripe.blocks(1, 0, 8000);
        ByteBuffer bytes = ByteBuffer.wrap(shard, range.objectOffset(), range.length());

        ShardDamagedException thrown =
                catchThrowableOfType(ShardDamagedException.class, () -> head.verify(range, bytes));

        assertThat(thrown).hasMessageContainingAll("shard 1", "drive /b", "block 1", ShardDrives.NAME, "rebuild it");
        assertThat(thrown.shard()).isEqualTo(1);
        assertThat(bytes.position()).isEqualTo(range.objectOffset());
        head.verify(drives.stripe.blocks(1, 0, 4096), bytes);
    }

    @Test
    void shouldRefuseAnotherShardOrObject() {
        ByteBuffer bytes = ByteBuffer.wrap(drives.shards[1]);
        assertThatExceptionOfType(ShardDamagedException.class)
                .isThrownBy(() -> ShardHead.parse(bytes, ShardDrives.NAME, 2, "here"))
                .withMessageContaining("it is shard 1");
        assertThatExceptionOfType(ShardDamagedException.class)
                .isThrownBy(() -> ShardHead.parse(bytes, "another", 1, "here"))
                .withMessageContaining(ShardDrives.NAME);
        assertThat(ShardHead.parse(bytes, "here").shard()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> ShardHead.parse(bytes, ShardDrives.NAME, -1, "here"));
    }

    @Test
    void shouldTellANewerVersionFromDamage() {
        byte[] shard = drives.shards[0].clone();
        shard[ShardLayout.VERSION_OFFSET] = 2;
        assertThatExceptionOfType(ShardDamagedException.class)
                .isThrownBy(() -> ShardHead.parse(ByteBuffer.wrap(shard), "here"));
        sealHeader(shard);
        assertThatExceptionOfType(UnsupportedFormatException.class)
                .isThrownBy(() -> ShardHead.parse(ByteBuffer.wrap(shard), "here"))
                .withMessageContainingAll("format version 2", "here");
        for (int offset : new int[] {ShardLayout.DIVISION_OFFSET, ShardLayout.PACKING_OFFSET}) {
            byte[] unknown = drives.shards[0].clone();
            unknown[offset] = 77;
            sealHeader(unknown);
            assertThatExceptionOfType(UnsupportedFormatException.class)
                    .isThrownBy(() -> ShardHead.parse(ByteBuffer.wrap(unknown), "here"))
                    .withMessageContaining("77");
        }
    }

    /** Whatever a header says, with its checksum right: an answer or a refusal, never much memory. */
    @Test
    void shouldRefuseHeadersThatMakeNoSense() {
        for (int offset = 0; offset < ShardLayout.HEADER_CRC_OFFSET; offset++) {
            for (int value : new int[] {0, 1, 2, 3, 5, 16, 17, 32, 33, 64, 127, 128, 200, 201, 255}) {
                byte[] shard = drives.shards[1].clone();
                shard[offset] = (byte) value;
                sealHeader(shard);
                // Others would tell: it is another stripe.
                boolean isFree = offset == ShardLayout.PARITY_SHARDS_OFFSET
                        ? value <= ShardLayout.PARITY_SHARDS_MAX
                        : offset >= ShardLayout.GENERATION_OFFSET && offset < ShardLayout.DESCRIPTION_CRC_OFFSET;
                if (isFree || shard[offset] == drives.shards[1][offset]) {
                    readAll(shard, 1);
                } else {
                    assertThat(catchThrowableOfType(RuntimeException.class, () -> readAll(shard, 1)))
                            .as("%s at %s", value, offset)
                            .isInstanceOfAny(ShardDamagedException.class, UnsupportedFormatException.class);
                }
            }
        }
    }

    static void sealHeader(byte[] shard) {
        ByteBuffer.wrap(shard)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(ShardLayout.HEADER_CRC_OFFSET, Crc32c.of(shard, 0, ShardLayout.HEADER_CRC_OFFSET));
    }

    @Test
    void shouldNotDecodeFromDamagedBlocks() {
        Stripe stripe = drives.stripe;
        drives.lose(0);
        for (int damaged = 1; damaged < 4; damaged++) {
            for (int round = 0; round < 30; round++) {
                int at = stripe.payloadOffset() + random.nextInt(stripe.payloadBytes(damaged));
                drives.shards[damaged][at] ^= 4;
                int current = damaged;
                ShardDamagedException thrown = catchThrowableOfType(
                        ShardDamagedException.class,
                        () -> drives.make(stripe.reconstruct(0, 0, stripe.payloadBytes(0), 1, 2, 3)));
                drives.shards[damaged][at] ^= 4;
                boolean isBeyond = at - stripe.payloadOffset() >= (stripe.payloadBytes(0) + 4095) / 4096 * 4096;
                assertThat(thrown == null).isEqualTo(isBeyond);
                if (thrown != null) {
                    assertThat(thrown.shard()).isEqualTo(current);
                    assertThat(thrown).hasMessageContaining("drive " + current);
                }
            }
        }
    }

    @Test
    void shouldNameTheBlockThatCouldNotBeDecodedFrom() {
        ShardDrives large = ShardDrives.of(new StripeShape(2, 1), ShardImages.anyBytes(random, 60 * 4096));
        large.shards[2][large.stripe.payloadOffset() + 25 * 4096 + 1] ^= 1;
        large.lose(1);
        assertThatExceptionOfType(ShardDamagedException.class)
                .isThrownBy(() -> large.make(large.stripe.reconstruct(1, 3 * 4096, 26 * 4096, 0, 2)))
                .withMessageContainingAll("block 25 ", "drive 2");
        large.make(large.stripe.reconstruct(1, 26 * 4096, 4 * 4096, 0, 2));
    }

    @Test
    void shouldNotDecodeFromShardsThatEndEarly() {
        Stripe stripe = drives.stripe;
        Reconstruction made = stripe.reconstruct(0, 0, 100, 1, 2, 3).orElseThrow();
        ByteBuffer[] blocks = new ByteBuffer[3];
        Arrays.setAll(blocks, i -> drives.blocks(made.reads().get(i)));
        blocks[1].limit(blocks[1].limit() - 1);
        ShardHead[] heads = {drives.heads[1], drives.heads[2], drives.heads[3]};
        ByteBuffer target = ByteBuffer.allocate(100);

        ShardDamagedException thrown = catchThrowableOfType(
                ShardDamagedException.class, () -> new ShardDecoder().decode(made, heads, blocks, target));

        assertThat(thrown.shard()).isEqualTo(2);
        assertThat(target.position()).isZero();
        assertThat(target.array()).containsOnly(0);
    }

    /** Shards of two puts of one name, alike in all lengths. */
    @Test
    void shouldNotMixGenerations() {
        byte[] first = ShardImages.anyBytes(random, 30_000);
        byte[] second = first.clone();
        second[7] ^= 1;
        ShardHead old = head(first, 0, 1);
        assertThat(old.stripe())
                .isEqualTo(head(first, 0, 2).stripe())
                .hasSameHashCodeAs(head(first, 0, 2).stripe());
        assertThat(old.stripe()).isNotEqualTo(head(second, 0, 1).stripe());
        assertThat(old.stripe()).isNotEqualTo(head(first, 1, 1).stripe());
        assertThat(head(first, -5, 1).stripe().generation()).isEqualTo(-5);

        ShardDrives mixed = ShardDrives.of(new StripeShape(2, 1), first).lose(0);
        mixed.heads[1] = head(second, 0, 1);
        assertThatIllegalArgumentException().isThrownBy(mixed::readAll).withMessageContaining("stead");
        assertThatIllegalArgumentException().isThrownBy(() -> old.with(mixed.heads[1].stripe()));
        assertThat(old.with(mixed.stripe).stripe()).isSameAs(mixed.stripe);
    }

    private static ShardHead head(byte[] image, long generation, int shard) {
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(new StripeShape(2, 1), ShardDrives.NAME, generation, ByteBuffer.wrap(image));
        ByteBuffer bytes = ByteBuffer.allocate(encoder.shardBytes(shard));
        encoder.encode(shard, bytes);
        return ShardHead.parse(bytes, "memory");
    }
}
