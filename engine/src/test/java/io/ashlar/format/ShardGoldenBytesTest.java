package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.shard.ShardEncoder;
import io.ashlar.shard.ShardHead;
import io.ashlar.shard.Stripe;
import io.ashlar.shard.StripeShape;
import io.ashlar.spi.ObjectNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The format of shards, byte for byte. A change here is a new version of the format. The bytes were made by a program that
 * shares nothing with the engine, its arithmetic included.
 */
class ShardGoldenBytesTest {
    private static final String NAME =
            "e-s2ff26f42bd00fb58ddade2e678baa8c23b328d9fc1500851159696d98e6f9ceb-00-1a2b3c4d-1122334455667788";

    private static byte[] bytes(String golden) {
        return HexFormat.of().parseHex(GoldenBytes.hex(golden));
    }

    private static byte[] shard(StripeShape shape, int shard, String name, long generation, byte[] image) {
        ShardEncoder encoder = new ShardEncoder();
        encoder.prepare(shape, name, generation, ByteBuffer.wrap(image));
        ByteBuffer bytes = ByteBuffer.allocate(encoder.shardBytes(shard));
        encoder.encode(shard, bytes);
        return bytes.array();
    }

    @Test
    void shouldKeepTheBytesOfTheShardsOfADenseExtent() {
        StripeShape shape = new StripeShape(2, 2);
        assertThat(shard(shape, 0, NAME, 0, bytes("extent-dense"))).isEqualTo(bytes("shard-data"));
        assertThat(shard(shape, 3, NAME, 0, bytes("extent-dense"))).isEqualTo(bytes("shard-parity"));
    }

    @Test
    void shouldKeepTheBytesOfAShardOfASparseExtent() {
        assertThat(shard(new StripeShape(2, 1), 2, "sparse", 0x1122334455667788L, bytes("extent-sparse")))
                .isEqualTo(bytes("shard-sparse"));
    }

    @Test
    void shouldKeepTheBytesOfAShardOfAnyBytes() {
        byte[] text = "ashlar".getBytes(StandardCharsets.US_ASCII);
        assertThat(shard(new StripeShape(1, 1), 1, "any_bytes.0", 3, text)).isEqualTo(bytes("shard-blocks"));
    }

    @Test
    void shouldKeepTheBytesOfAShardOfNothing() {
        assertThat(shard(new StripeShape(2, 1), 1, "empty", 0, bytes("extent-empty")))
                .isEqualTo(bytes("shard-empty"));
    }

    @Test
    void shouldKeepTheBytesOfShardsOfManyBlocks() {
        byte[] image = new byte[50_000];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) (i * 7 + (i >> 8));
        }
        int[] crcs = {0x9ea5b794, 0xa00aeadc, 0x2d792c4e, 0x1417a0fc, 0x9d277636};
        int[] lengths = {20480, 20480, 21328, 21328, 21328};
        for (int i = 0; i < crcs.length; i++) {
            byte[] shard = shard(new StripeShape(3, 2), i, "large", 0, image);
            assertThat(shard).hasSize(lengths[i]);
            assertThat(Crc32c.of(shard, 0, shard.length)).as("shard %s", i).isEqualTo(crcs[i]);
        }
    }

    @Test
    void shouldReadTheBytesOfVersionOne() {
        Stripe stripe = ShardHead.parse(ByteBuffer.wrap(bytes("shard-parity")), "golden")
                .stripe();
        assertThat(stripe).hasToString(NAME + " as 2+2");
        assertThat(stripe.objectName()).get().hasToString(NAME);
        assertThat(stripe.isExtent()).isTrue();
        assertThat(stripe.imageBytes()).isEqualTo(90);
        byte[] metadata = new byte[84];
        assertThat(stripe.copyMetadata(0, ByteBuffer.wrap(metadata))).isEqualTo(84);
        assertThat(bytes("extent-dense")).startsWith(metadata);
        ShardHead blocks = ShardHead.parse(ByteBuffer.wrap(bytes("shard-blocks")), "any_bytes.0", 1, "golden");
        assertThat(blocks.stripe().generation()).isEqualTo(3);
        assertThat(blocks.stripe().isExtent()).isFalse();
        assertThat(blocks.stripe().objectName()).isEmpty();
        assertThat(blocks.stripe().payloadBytes(1)).isEqualTo(6);
        for (String golden :
                new String[] {"shard-data", "shard-parity", "shard-sparse", "shard-blocks", "shard-empty"}) {
            ShardHead head = ShardHead.parse(ByteBuffer.wrap(bytes(golden)), "golden");
            assertThat(head.stripe().shardBytes(head.shard())).isEqualTo(bytes(golden).length);
        }
    }

    @Test
    void shouldHoldEveryNameThatAnObjectMayHave() {
        assertThat(ShardLayout.NAME_BYTES_MAX).isEqualTo(ObjectNames.LENGTH_MAX);
        assertThat(ShardLayout.IMAGE_BYTES_MAX).isGreaterThanOrEqualTo(ExtentLayout.IMAGE_BYTES_MAX);
    }
}
