package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardReadTest {
    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void shouldReadAnyRangeHealthyOrDegraded() {
        for (int round = 0; round < 150; round++) {
            byte[] image = ShardImages.any(random);
            ShardDrives healthy = ShardDrives.of(ShardImages.shape(random), image);
            ShardDrives degraded = new ShardDrives(healthy.shards).lose(random);
            for (int i = 0; i < 8; i++) {
                int from = random.nextInt(image.length + 1);
                int length = random.nextInt(image.length - from + 1);
                byte[] expected = Arrays.copyOfRange(image, from, from + length);
                assertThat(healthy.read(from, length)).isEqualTo(expected);
                assertThat(degraded.read(from, length)).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldReadNothingPastTheEnd() {
        ShardDrives drives = ShardDrives.of(new StripeShape(3, 2), ShardImages.dense(random, 40_000, 4096));
        int end = drives.stripe.imageBytes();
        assertThat(drives.stripe.pieces(end, 10)).isEmpty();
        assertThat(drives.stripe.pieces(Long.MAX_VALUE, Integer.MAX_VALUE)).isEmpty();
        assertThat(drives.stripe.pieces(0, 0)).isEmpty();
        assertThat(drives.stripe.blocks(0, 5, 0).length()).isZero();
        assertThat(drives.stripe.pieces(end - 10, Integer.MAX_VALUE))
                .singleElement()
                .satisfies(piece -> {
                    assertThat(piece.length()).isEqualTo(10);
                    assertThat(piece.shard()).isEqualTo(2);
                });
        assertThat(drives.stripe.copyMetadata(drives.stripe.metadataBytes(), ByteBuffer.allocate(9)))
                .isZero();
        assertThat(drives.stripe.copyMetadata(Long.MAX_VALUE, ByteBuffer.allocate(9)))
                .isZero();
    }

    @Test
    void shouldServeMetadataWithoutReading() throws IOException {
        byte[] image = ShardImages.sparse(random, 300_000, 512);
        ShardDrives drives = ShardDrives.of(new StripeShape(4, 2), image);
        int metadataBytes = drives.stripe.metadataBytes();
        assertThat(metadataBytes).isGreaterThan(4_000);
        for (int round = 0; round < 50; round++) {
            int from = random.nextInt(metadataBytes);
            int length = random.nextInt(metadataBytes - from) + 1;
            assertThat(drives.read(from, length)).isEqualTo(Arrays.copyOfRange(image, from, from + length));
        }
        assertThat(drives.takeReadBytes()).isZero();

        drives.lose(0, 3);
        ExtentReader reader = ExtentReader.open(
                new ExtentSource() {
                    @Override
                    public int read(long offset, ByteBuffer target) {
                        byte[] bytes =
                                drives.read((int) offset, Math.min(target.remaining(), image.length - (int) offset));
                        target.put(bytes);
                        return bytes.length;
                    }

                    @Override
                    public String describe() {
                        return "drives";
                    }
                },
                image.length);
        reader.verifyDeep(ByteBuffer.allocate(reader.presentBytes()));
    }

    /** Pages never straddle shards, and columns are as long as they have to be. */
    @Test
    void shouldKeepEachPageInOneShard() {
        for (int round = 0; round < 200; round++) {
            byte[] image = round % 2 == 0
                    ? ShardImages.dense(random, random.nextInt(1, 400_000), 4096)
                    : ShardImages.compressed(
                            random, random.nextInt(1, 400_000), 512 << random.nextInt(8), round % 3 == 0);
            StripeShape shape = new StripeShape(random.nextInt(1, 33), 1);
            Stripe stripe = ShardDrives.of(shape, image).stripe;
            ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
            int pages = bytes.getShort(ExtentLayout.PRESENT_PAGES_OFFSET);
            int longest = 0;
            for (int page = 0; page < pages; page++) {
                int entry = stripe.metadataBytes() - (pages - page) * ExtentLayout.ENTRY_BYTES;
                int length = bytes.getInt(entry + ExtentLayout.ENTRY_STORED_BYTES_OFFSET);
                longest = Math.max(longest, length);
                assertThat(stripe.pieces(bytes.getInt(entry), length)).hasSize(1);
            }
            int share = (image.length - stripe.metadataBytes()) / shape.dataShards();
            assertThat(stripe.payloadBytes(shape.dataShards())).isLessThan(share + longest + 1);
        }
    }

    @Test
    void shouldSpreadEqualPagesAsEvenlyAsCanBe() {
        for (int pages : new int[] {1, 2, 7, 31, 32, 33, 512}) {
            byte[] image = ShardImages.dense(random, pages * 4096, 4096);
            for (int k = 1; k <= 32; k++) {
                Stripe stripe = ShardDrives.of(new StripeShape(k, 0), image).stripe;
                for (int shard = 0; shard < k; shard++) {
                    assertThat(stripe.payloadBytes(shard) / 4096).isBetween(pages / k, (pages + k - 1) / k);
                }
            }
        }
    }

    @Test
    void shouldReadOneBlockForOnePage() {
        int pages = 512;
        byte[] image = ShardImages.dense(random, pages * 4096, 4096);
        for (int k : new int[] {1, 4, 6, 10, 17}) {
            ShardDrives drives = ShardDrives.of(new StripeShape(k, 2), image);
            assertThat(drives.stripe.payloadOffset() % 4096).isZero();
            for (int page = 0; page < pages; page++) {
                int offset = drives.stripe.metadataBytes() + page * 4096;
                List<Piece> pieces = drives.stripe.pieces(offset, 4096);
                assertThat(pieces).hasSize(1);
                BlockRange blocks = drives.stripe.blocks(pieces.get(0));
                assertThat(blocks.length()).isEqualTo(4096);
                assertThat(blocks.offset()).isEqualTo(pieces.get(0).offset());
                assertThat(blocks.objectOffset() % 4096).isZero();
            }
        }
    }

    @Test
    void shouldReadOneBlockOfEachSourceForAPageThatIsMissing() {
        byte[] image = ShardImages.dense(random, 512 * 4096, 4096);
        for (int k : new int[] {1, 4, 6, 10, 17}) {
            ShardDrives drives = ShardDrives.of(new StripeShape(k, 2), image);
            for (int round = 0; round < 40; round++) {
                int offset = drives.stripe.metadataBytes() + random.nextInt(512) * 4096;
                Piece piece = drives.stripe.pieces(offset, 4096).get(0);
                ShardDrives degraded = new ShardDrives(drives.shards).lose(piece.shard());
                assertThat(degraded.read(offset, 4096)).isEqualTo(Arrays.copyOfRange(image, offset, offset + 4096));
                // The last block of a longer column has nothing beside it in shorter ones.
                boolean isLast = piece.offset() + 4096 > (512 / k) * 4096;
                assertThat(degraded.takeReadBytes()).isBetween(isLast ? 4096 : k * 4096, k * 4096);
            }
        }
    }

    /** Exactly the blocks of the range, of exactly k shards, cut where columns end. */
    @Test
    void shouldReadOnlyTheBlocksThatARangeNeeds() {
        for (int round = 0; round < 300; round++) {
            byte[] image = ShardImages.any(random);
            StripeShape shape = new StripeShape(random.nextInt(1, 8), random.nextInt(1, 5));
            ShardDrives drives = ShardDrives.of(shape, image);
            int shard = random.nextInt(shape.shards());
            int payloadBytes = drives.stripe.payloadBytes(shard);
            if (payloadBytes == 0) {
                continue;
            }
            int from = random.nextInt(payloadBytes);
            int length = random.nextInt(1, payloadBytes - from + 1);
            drives.lose(shard);
            Reconstruction found = drives.stripe
                    .reconstruct(shard, from, length, drives.available())
                    .orElseThrow();
            assertThat(found.reads()).hasSize(shape.dataShards());
            int first = from / 4096 * 4096;
            int last = (from + length + 4095) / 4096 * 4096;
            int expected = 0;
            for (BlockRange read : found.reads()) {
                assertThat(read.shard()).isNotEqualTo(shard);
                int end = Math.min(last, drives.stripe.payloadBytes(read.shard()));
                assertThat(read.length()).isEqualTo(Math.max(0, end - first));
                assertThat(read.offset()).isEqualTo(first);
                assertThat(read.objectOffset()).isEqualTo(drives.stripe.payloadOffset() + first);
                expected += read.length();
            }
            drives.make(Optional.of(found));
            assertThat(drives.takeReadBytes()).isEqualTo(expected).isEqualTo(found.readBytes());
        }
    }

    @Test
    void shouldPreferShardsInTheOrderGiven() {
        byte[] image = ShardImages.dense(random, 80 * 4096, 4096);
        Stripe stripe = ShardDrives.of(new StripeShape(4, 3), image).stripe;
        Piece piece = stripe.pieces(stripe.metadataBytes(), 100).get(0);

        assertThat(sources(stripe.reconstruct(piece, 6, 2, 0, 5, 1, 4, 3))).containsExactly(1, 2, 5, 6);
        assertThat(sources(stripe.reconstruct(piece, 1, 2, 3, 4))).containsExactly(1, 2, 3, 4);
        assertThat(stripe.reconstruct(0, 100, 9000, 6, 4, 5, 1).orElseThrow().reads())
                .isEqualTo(stripe.reconstruct(3, 100, 9000, 6, 4, 5, 1)
                        .orElseThrow()
                        .reads());
        assertThat(stripe.reconstruct(piece, 0, 1, 2, 3)).isEmpty();
        assertThat(stripe.reconstruct(piece)).isEmpty();
    }

    /** One page at 4+1: three columns are empty, so the page survives the loss of their shards too. */
    @Test
    void shouldNotNeedShardsWhoseColumnsEndBefore() {
        byte[] image = ShardImages.dense(random, 3000, 4096);
        ShardDrives drives = ShardDrives.of(new StripeShape(4, 1), image).lose(0, 1, 3, 4);

        assertThat(drives.stripe).isEqualTo(new ShardDrives(drives.shards).stripe);
        assertThat(drives.readAll()).isEqualTo(image);
        assertThat(drives.takeReadBytes()).isEqualTo(3000);
        drives = new ShardDrives(drives.shards).lose(0, 1, 2, 3);
        assertThat(drives.readAll()).isEqualTo(image);
        assertThat(drives.takeReadBytes()).isEqualTo(3000);
    }

    @Test
    void shouldRefuseRangesThatCannotBe() {
        Stripe stripe = ShardDrives.of(new StripeShape(2, 2), ShardImages.dense(random, 40_000, 4096)).stripe;
        int bytes = stripe.payloadBytes(0);
        for (Runnable call : List.<Runnable>of(
                () -> stripe.pieces(-1, 1),
                () -> stripe.pieces(1, -1),
                () -> stripe.copyMetadata(-1, ByteBuffer.allocate(1)),
                () -> stripe.copyMetadata(0, ByteBuffer.allocate(1).asReadOnlyBuffer()),
                () -> stripe.payloadBytes(4),
                () -> stripe.shardBytes(-1),
                () -> stripe.blocks(0, -1, 1),
                () -> stripe.blocks(0, 1, -1),
                () -> stripe.blocks(0, 1, Integer.MAX_VALUE),
                () -> stripe.blocks(4, 0, 1),
                () -> stripe.blocks(new Piece(-1, 0, 1, 0)),
                () -> stripe.reconstruct(0, 0, 0, 1, 2),
                () -> stripe.reconstruct(0, 0, -1, 1, 2),
                () -> stripe.reconstruct(0, bytes, 1, 1, 2),
                () -> stripe.reconstruct(0, 0, bytes + 1, 1, 2),
                () -> stripe.reconstruct(4, 0, 1, 1, 2),
                () -> stripe.reconstruct(0, 0, 1, 1, 4),
                () -> stripe.reconstruct(0, 0, 1, 1, -1),
                () -> stripe.reconstruct(0, 0, 1, 1, 2, 1))) {
            assertThatIllegalArgumentException().isThrownBy(call::run);
        }
    }

    private static int[] sources(Optional<Reconstruction> found) {
        return found.orElseThrow().reads().stream().mapToInt(BlockRange::shard).toArray();
    }
}
