package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void shouldGiveTheStandardCheckValue() {
        assertThat(Crc32c.of(CHECK, 0, CHECK.length)).isEqualTo(0xE3069283);
        assertThat(Crc32c.of(ByteBuffer.wrap(CHECK), 0, CHECK.length)).isEqualTo(0xE3069283);
    }

    @Test
    void shouldNotMoveThePositionOfAnyKindOfBuffer() {
        ByteBuffer heap = ByteBuffer.allocate(32).put(5, CHECK).position(3).limit(20);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(32).put(5, CHECK).position(7).limit(20);
        assertThat(Crc32c.of(heap, 5, CHECK.length)).isEqualTo(0xE3069283);
        assertThat(Crc32c.of(heap.asReadOnlyBuffer(), 5, CHECK.length)).isEqualTo(0xE3069283);
        assertThat(Crc32c.of(direct, 5, CHECK.length)).isEqualTo(0xE3069283);
        assertThat(heap.position()).isEqualTo(3);
        assertThat(direct.position()).isEqualTo(7);
        assertThat(direct.limit()).isEqualTo(20);
    }

    @Test
    void shouldPutTheSeedsBeforeTheBytes() {
        ByteBuffer whole = ByteBuffer.allocate(25).order(ByteOrder.LITTLE_ENDIAN);
        whole.putLong(0x0123456789ABCDEFL).putLong(-2).put(CHECK);
        int expected = Crc32c.of(whole, 0, 25);
        assertThat(Crc32c.seeded(0x0123456789ABCDEFL, -2, whole, 16, 9)).isEqualTo(expected);
        CRC32C parts = new CRC32C();
        Crc32c.seed(parts, 0x0123456789ABCDEFL, -2);
        parts.update(CHECK, 0, 4);
        parts.update(CHECK, 4, 5);
        assertThat((int) parts.getValue()).isEqualTo(expected);
        assertThat(Crc32c.seeded(-2, 0x0123456789ABCDEFL, whole, 16, 9)).isNotEqualTo(expected);
    }

    @Test
    void shouldRefuseRangesBeyondTheLimit() {
        ByteBuffer buffer = ByteBuffer.allocate(16).limit(8);
        assertThatThrownBy(() -> Crc32c.of(buffer, 4, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Crc32c.seeded(1, 2, buffer, 4, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
