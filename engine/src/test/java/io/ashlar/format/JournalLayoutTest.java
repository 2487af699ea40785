package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The golden bytes of the journal. They change only together with {@link SegmentLayout#VERSION}. */
class JournalLayoutTest {
    private static final HexFormat HEX = HexFormat.of();

    private static ByteBuffer header() {
        ByteBuffer buffer = ByteBuffer.allocate(SegmentLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(buffer.array(), (byte) 0x5A);
        SegmentLayout.encode(
                buffer, 0x4000000, 0x1122334455667788L, 0x99AABBCCDDEEFF00L, 0x2A, 7, 0x1234, 0x55, 0x29, 0x3FFFFE0);
        return buffer;
    }

    @Test
    void shouldKeepTheGoldenBytesOfASegmentHeader() {
        byte[] bytes = header().array();
        assertThat(HEX.formatHex(bytes, 0, 80))
                .isEqualTo("414a4c3101000000" + "0000000400000000" + "8877665544332211" + "00ffeeddccbbaa99"
                        + "2a00000000000000" + "0700000000000000" + "3412000000000000" + "5500000000000000"
                        + "2900000000000000" + "e0ffff0300000000");
        for (int i = 80; i < 4092; i++) {
            assertThat(bytes[i]).isZero();
        }
        assertThat(HEX.formatHex(bytes, 4092, 4096)).isEqualTo("f73d1592");
    }

    @Test
    void shouldTellTheKindsOfBadHeadersApart() {
        assertThat(SegmentLayout.check(header())).isEqualTo(SegmentLayout.Check.VALID);
        assertThat(SegmentLayout.check(header().putInt(0, 0))).isEqualTo(SegmentLayout.Check.NO_MAGIC);
        for (int bit = 32; bit < 4096 * 8; bit++) {
            ByteBuffer header = header();
            header.put(bit / 8, (byte) (header.get(bit / 8) ^ 1 << bit % 8));
            assertThat(SegmentLayout.check(header)).isEqualTo(SegmentLayout.Check.WRONG_CHECKSUM);
        }
        ByteBuffer newer = header().putInt(SegmentLayout.VERSION_OFFSET, 2);
        newer.putInt(SegmentLayout.CHECKSUM_OFFSET, Crc32c.of(newer, 0, SegmentLayout.CHECKSUM_OFFSET));
        assertThat(SegmentLayout.check(newer)).isEqualTo(SegmentLayout.Check.OTHER_VERSION);
    }

    private final long seedA = FrameLayout.seedA(0x1122334455667788L, 0x99AABBCCDDEEFF00L, 7);
    private final long seedB = FrameLayout.seedB(0x2A, 0x1000);

    private ByteBuffer frame() {
        ByteBuffer payload = ByteBuffer.wrap(new byte[] {0, 'a', 's', 'h', 'l', 'a', 'r'});
        ByteBuffer buffer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        FrameLayout.encode(buffer, 0, 6, 0x1234, 0x1230, 0xBEEF, FrameLayout.FIRST | FrameLayout.LAST, 6);
        buffer.putInt(0, FrameLayout.checksum(seedA, seedB, buffer, 0, payload, 1, 6));
        buffer.put(32, payload, 1, 6);
        return buffer;
    }

    @Test
    void shouldKeepTheGoldenBytesOfAFrame() {
        assertThat(HEX.formatHex(frame().array()))
                .isEqualTo("111dd4fc" + "06000000" + "3412000000000000" + "3012000000000000" + "efbe" + "0300"
                        + "06000000" + "6173686c6172" + "00000000000000000000");
        assertThat(HEX.toHexDigits(seedA)).isEqualTo("9f489856b7c5a8d7");
        assertThat(HEX.toHexDigits(seedB)).isEqualTo("000010000000002a");
    }

    @Test
    void shouldAcceptAFrameOnlyWholeAndInItsPlace() {
        assertThat(FrameLayout.check(seedA, seedB, frame(), 0, 48)).isTrue();
        for (int bit = 0; bit < 48 * 8; bit++) {
            ByteBuffer frame = frame();
            frame.put(bit / 8, (byte) (frame.get(bit / 8) ^ 1 << bit % 8));
            int size = frame.getInt(FrameLayout.PAYLOAD_BYTES_OFFSET);
            if (size >= 0 && FrameLayout.frameBytes(size) == 48) {
                assertThat(FrameLayout.check(seedA, seedB, frame, 0, 48)).isFalse();
            }
        }
        for (long[] elsewhere : new long[][] {{0x2A, 0x1010}, {0x2B, 0x1000}, {0x1000, 0x2A}}) {
            long seed = FrameLayout.seedB(elsewhere[0], elsewhere[1]);
            assertThat(FrameLayout.check(seedA, seed, frame(), 0, 48)).isFalse();
        }
        long otherLife = FrameLayout.seedA(0x1122334455667788L, 0x99AABBCCDDEEFF00L, 8);
        assertThat(FrameLayout.check(otherLife, seedB, frame(), 0, 48)).isFalse();
    }

    @Test
    void shouldRefuseAFrameFilledUpWithAnythingButZeros() {
        ByteBuffer frame = frame().put(47, (byte) 1);
        frame.putInt(0, Crc32c.seeded(seedA, seedB, frame, 4, 44));
        assertThat(FrameLayout.check(seedA, seedB, frame, 0, 48)).isFalse();
    }

    @Test
    void shouldAlignFrames() {
        assertThat(FrameLayout.frameBytes(0)).isEqualTo(32);
        assertThat(FrameLayout.frameBytes(1)).isEqualTo(48);
        assertThat(FrameLayout.frameBytes(16)).isEqualTo(48);
        assertThat(FrameLayout.frameBytes(Integer.MAX_VALUE)).isEqualTo(0x8000_0020L);
    }
}
