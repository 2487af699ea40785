package io.ashlar.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** What redundancy costs: the table in docs/format.md. */
class ShardOverheadTest {
    private final ShardEncoder encoder = new ShardEncoder();

    @Test
    void shouldCostWhatTheDocumentationSays() throws IOException {
        byte[] image = ShardImages.dense(new SplittableRandom(1), ExtentLayout.PLAIN_BYTES_MAX, 4096);
        StringJoiner table = new StringJoiner("\n", "\n", "\n");
        for (int[] shape : new int[][] {{4, 2}, {6, 3}, {10, 4}, {17, 3}, {1, 2}}) {
            table.add(row(new StripeShape(shape[0], shape[1]), image));
        }
        assertThat(Files.readString(Path.of("../docs/format.md"))).contains(table.toString());
    }

    private String row(StripeShape shape, byte[] image) {
        encoder.prepare(shape, ShardDrives.NAME, 0, ByteBuffer.wrap(image));
        int all = 0;
        int longest = 0;
        for (int shard = 0; shard < shape.shards(); shard++) {
            all += encoder.shardBytes(shard);
            longest = Math.max(longest, encoder.shardBytes(shard));
        }
        ByteBuffer first = ByteBuffer.allocate(longest);
        encoder.encode(0, first);
        Stripe stripe = ShardHead.parse(first, "memory").stripe();
        int columnBlocks = ShardLayout.blocks(longest - stripe.payloadOffset());
        int used = ShardLayout.checksumsOffset(stripe.name().length(), ShardLayout.packedBytes(512, 512, 3))
                + columnBlocks * ShardLayout.CHECKSUM_BYTES;
        double least = (double) shape.shards() / shape.dataShards() * ExtentLayout.PLAIN_BYTES_MAX;
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %.4f | %.2f %% |",
                shape,
                used,
                stripe.payloadOffset(),
                longest,
                all,
                (double) all / ExtentLayout.PLAIN_BYTES_MAX,
                100 * (all - least) / least);
    }
}
