package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.backblaze.erasure.ReedSolomon;
import com.sun.management.ThreadMXBean;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardRoundTripTest {
    private final SplittableRandom random = new SplittableRandom(3);

    private List<byte[]> images() {
        return List.of(
                ShardImages.dense(random, 20 * 4096 + 5, 4096),
                ShardImages.sparse(random, 90_000, 512),
                ShardImages.compressed(random, 100_000, 4096, true),
                ShardImages.dense(random, 100, 65536),
                ShardImages.dense(random, 0, 4096),
                ShardImages.anyBytes(random, 50_001),
                ShardImages.anyBytes(random, 1),
                new byte[0]);
    }

    @Test
    void shouldGiveTheImageBackFromEveryChoiceOfShards() {
        for (StripeShape shape :
                new StripeShape[] {new StripeShape(4, 2), new StripeShape(3, 3), new StripeShape(1, 3)}) {
            for (byte[] image : images()) {
                byte[][] shards = ShardDrives.encode(shape, image);
                for (int left = 0; left < 1 << shape.shards(); left++) {
                    if (Integer.bitCount(left) == shape.dataShards()) {
                        ShardDrives drives = new ShardDrives(shards);
                        for (int i = 0; i < shape.shards(); i++) {
                            if ((left >> i & 1) == 0) {
                                drives.lose(i);
                            }
                        }
                        assertThat(drives.readAll()).as("%s of %s", left, shape).isEqualTo(image);
                    }
                }
            }
        }
    }

    @Test
    void shouldGiveBackAnyImageInAnyShape() {
        for (int round = 0; round < 400; round++) {
            byte[] image = ShardImages.any(random);
            StripeShape shape = ShardImages.shape(random);
            ShardDrives drives = ShardDrives.of(shape, image).lose(random);
            assertThat(drives.readAll()).as("round %s, %s", round, shape).isEqualTo(image);
        }
    }

    @Test
    void shouldGiveBackTheLargestImages() {
        byte[][] images = {
            ShardImages.dense(random, ExtentLayout.PLAIN_BYTES_MAX, 4096),
            ShardImages.dense(random, ExtentLayout.PLAIN_BYTES_MAX, 512),
            ShardImages.compressed(random, ExtentLayout.PLAIN_BYTES_MAX, 65536, false),
            ShardImages.compressed(random, ExtentLayout.PLAIN_BYTES_MAX, 512, true),
            ShardImages.anyBytes(random, ShardLayout.IMAGE_BYTES_MAX)
        };
        StripeShape[] shapes = {
            new StripeShape(1, 2), new StripeShape(4, 2), new StripeShape(17, 3), new StripeShape(32, 16)
        };
        for (int i = 0; i < 2 * images.length; i++) {
            byte[] image = images[i % images.length];
            assertThat(ShardDrives.of(shapes[i % shapes.length], image)
                            .lose(random)
                            .readAll())
                    .isEqualTo(image);
        }
    }

    /** Parity is that of Backblaze over columns of equal length, with zeros after the shorter ones. */
    @Test
    void shouldMakeTheParityOfBackblaze() {
        for (int round = 0; round < 60; round++) {
            byte[] image = ShardImages.any(random);
            StripeShape shape = new StripeShape(random.nextInt(1, 9), random.nextInt(1, 5));
            ShardDrives drives = ShardDrives.of(shape, image);
            int columnBytes = drives.stripe.payloadBytes(shape.dataShards());
            byte[][] expected = new byte[shape.shards()][columnBytes];
            int at = drives.stripe.metadataBytes();
            for (int i = 0; i < shape.dataShards(); i++) {
                int length = drives.stripe.payloadBytes(i);
                assertThat(length).isLessThanOrEqualTo(columnBytes);
                System.arraycopy(image, at, expected[i], 0, length);
                at += length;
            }
            assertThat(at).isEqualTo(image.length);
            if (columnBytes > 0) {
                ReedSolomon.create(shape.dataShards(), shape.parityShards()).encodeParity(expected, 0, columnBytes);
            }
            for (int i = 0; i < shape.shards(); i++) {
                byte[] shard = drives.shards[i];
                byte[] payload = Arrays.copyOfRange(shard, drives.stripe.payloadOffset(), shard.length);
                assertThat(payload).isEqualTo(Arrays.copyOf(expected[i], drives.stripe.payloadBytes(i)));
            }
        }
    }

    @Test
    void shouldMakeTheSameShardsInBuffersOfEveryKind() {
        for (int round = 0; round < 40; round++) {
            byte[] image = ShardImages.any(random);
            StripeShape shape = ShardImages.shape(random);
            byte[][] expected = ShardDrives.encode(shape, image);
            ShardEncoder encoder = new ShardEncoder();
            ByteBuffer direct = ByteBuffer.allocateDirect(image.length + 9).position(7);
            direct.put(image).flip().position(7);
            ByteBuffer wrapped = ByteBuffer.wrap(image).asReadOnlyBuffer();
            encoder.prepare(shape, ShardDrives.NAME, 0, round % 2 == 0 ? direct : wrapped);
            ByteBuffer[] shards = new ByteBuffer[shape.shards()];
            for (int i = 0; i < shards.length; i++) {
                int capacity = 5 + encoder.shardBytes(i) + random.nextInt(2);
                shards[i] = i % 2 == 0 ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
                shards[i].position(5);
            }

            encoder.encode(shards);

            for (int i = 0; i < shards.length; i++) {
                assertThat(shards[i].position()).isEqualTo(5);
                assertThat(ShardImages.bytes(shards[i]))
                        .as("shard %s of %s", i, shape)
                        .isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void shouldMakeOneShardAsItMakesAll() {
        ShardEncoder encoder = new ShardEncoder();
        for (int round = 0; round < 60; round++) {
            byte[] image = ShardImages.any(random);
            StripeShape shape = ShardImages.shape(random);
            byte[][] expected = ShardDrives.encode(shape, image);
            encoder.prepare(shape, ShardDrives.NAME, 0, ByteBuffer.wrap(image));
            for (int i = 0; i < expected.length; i += 1 + random.nextInt(3)) {
                // Of dirty memory.
                ByteBuffer shard = ByteBuffer.wrap(ShardImages.anyBytes(random, encoder.shardBytes(i) + 3));
                encoder.encode(i, shard);
                assertThat(ShardImages.bytes(shard))
                        .as("shard %s of %s", i, shape)
                        .isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void shouldMakeOnlyTheShardsThatAreWanted() {
        byte[] image = ShardImages.dense(random, 60_000, 4096);
        StripeShape shape = new StripeShape(3, 3);
        byte[][] expected = ShardDrives.encode(shape, image);
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(shape, ShardDrives.NAME, 0, ByteBuffer.wrap(image));
        ByteBuffer[] shards = new ByteBuffer[6];
        for (int wanted : new int[] {1, 3, 5}) {
            shards[wanted] = ByteBuffer.allocate(encoder.shardBytes(wanted));
        }

        encoder.encode(shards);

        for (int wanted : new int[] {1, 3, 5}) {
            assertThat(ShardImages.bytes(shards[wanted])).isEqualTo(expected[wanted]);
        }
    }

    /** The layers above have buffers for whatever comes, and no garbage. */
    @Test
    void shouldAllocateNothingOnReuse() {
        ShardEncoder encoder = new ShardEncoder();
        StripeShape shape = new StripeShape(4, 2);
        ByteBuffer first = ByteBuffer.wrap(ShardImages.dense(random, 300_000, 4096));
        ByteBuffer second = ByteBuffer.allocateDirect(200_000);
        ByteBuffer[] shards = new ByteBuffer[6];
        for (int i = 0; i < shards.length; i++) {
            int capacity = ShardLayout.maxShardBytes(first.capacity(), 4);
            shards[i] = i % 2 == 0 ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The least of some rounds: at first classes are loaded and room is made.
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            encodeAgain(encoder, shape, first, shards);
            encodeAgain(encoder, shape, second, shards);
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(allocated).isZero();
    }

    private static void encodeAgain(ShardEncoder encoder, StripeShape shape, ByteBuffer image, ByteBuffer[] shards) {
        for (ByteBuffer shard : shards) {
            shard.clear();
        }
        encoder.prepare(shape, ShardDrives.NAME, 0, image);
        encoder.encode(shards);
    }
}
