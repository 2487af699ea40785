package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardLayoutTest {
    @Test
    void shouldPadOnlyShardsOfMoreThanABlock() {
        // 64 + 4 + 68 = 136, and a checksum.
        assertThat(ShardLayout.checksumsOffset(4, 68)).isEqualTo(136);
        assertThat(ShardLayout.checksumsOffset(1, 68)).isEqualTo(136);
        assertThat(ShardLayout.payloadOffset(4, 68, 0)).isEqualTo(136);
        assertThat(ShardLayout.payloadOffset(4, 68, 1)).isEqualTo(144);
        assertThat(ShardLayout.payloadOffset(4, 68, 4096 - 144)).isEqualTo(144);
        assertThat(ShardLayout.payloadOffset(4, 68, 4096 - 143)).isEqualTo(4096);
        assertThat(ShardLayout.payloadOffset(4, 68, ShardLayout.IMAGE_BYTES_MAX))
                .isEqualTo(8192);
        // 136 + 990 * 4 = 4096.
        assertThat(ShardLayout.payloadOffset(4, 68, 990 * 4096)).isEqualTo(4096);
        assertThat(ShardLayout.payloadOffset(4, 68, 990 * 4096 + 1)).isEqualTo(8192);
        assertThat(ShardLayout.HEAD_BYTES_MAX % 4096).isZero();
    }

    @Test
    void shouldCountBlocks() {
        assertThat(ShardLayout.blocks(0)).isZero();
        assertThat(ShardLayout.blocks(1)).isEqualTo(1);
        assertThat(ShardLayout.blocks(4096)).isEqualTo(1);
        assertThat(ShardLayout.blocks(4097)).isEqualTo(2);
    }

    @Test
    void shouldReadTheHeadOfUsualExtentsAtOnce() {
        int dense = ShardLayout.packedBytes(512, 512, ShardLayout.PACKING_DENSE | ShardLayout.PACKING_UNIFORM);
        int compressedWithHoles = ShardLayout.packedBytes(512, 512, 0);
        for (int k = 1; k <= ShardLayout.DATA_SHARDS_MAX; k++) {
            int columnBytes = (512 + k - 1) / k * 4096;
            assertThat(ShardLayout.payloadOffset(96, dense, columnBytes))
                    .isLessThanOrEqualTo(k == 1 ? ShardLayout.FIRST_READ_BYTES : 4096);
            assertThat(ShardLayout.payloadOffset(96, compressedWithHoles, columnBytes))
                    .isLessThanOrEqualTo(ShardLayout.FIRST_READ_BYTES);
        }
    }
}
