package io.ashlar.cli.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TreeLayoutTest {
    private static final TreeEntry ENTRY = new TreeEntry(
            TreeEntry.Kind.SYMLINK, RawPath.of("sub/é"), 0120777, 0x0102030405L, 999_999_999, 0, 0, RawPath.of("../x"));

    private static final String ENTRY_BYTES = "36000000" + "03" + "00" + "0600" + "ffa10000" + "ffc99a3b"
            + "0504030201000000" + "0000000000000000" + "0000000000000000" + "04000000" + "7375622fc3a9" + "2e2e2f78";

    private static final TreeLayout.Trailer TRAILER = new TreeLayout.Trailer(3, 1000, 200, 0xCAFEBABE);

    private static final String TRAILER_BYTES = "4153485452454531" + "01000000" + "00000000" + "0300000000000000"
            + "e803000000000000" + "c800000000000000" + "bebafeca";

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    @Test
    void shouldLayOutAnEntryAsDescribed() {
        ByteBuffer bytes = TreeLayout.allocate(200);
        TreeLayout.writeEntry(bytes, ENTRY);
        assertThat(hex(bytes.flip())).isEqualTo(ENTRY_BYTES);
        assertThat(TreeLayout.readEntry(bytes)).isEqualTo(ENTRY);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void shouldLayOutTheTrailerAsDescribed() {
        ByteBuffer bytes = TreeLayout.trailer(TRAILER);
        assertThat(hex(bytes)).startsWith(TRAILER_BYTES).hasSize(2 * TreeLayout.TRAILER_BYTES);
        assertThat(hex(bytes)).endsWith("3dec49a5");
        assertThat(TreeLayout.readTrailer(bytes, 1248)).isEqualTo(TRAILER);
    }

    @Test
    void shouldRefuseATrailerWithAnyBitFlipped() {
        for (int bit = 0; bit < TreeLayout.TRAILER_BYTES * 8; bit++) {
            ByteBuffer bytes = TreeLayout.trailer(TRAILER);
            bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ (1 << (bit % 8))));
            assertThatThrownBy(() -> TreeLayout.readTrailer(bytes, 1248)).isInstanceOf(TreeFormatException.class);
        }
    }

    @Test
    void shouldRefuseATrailerThatContradictsItsObject() {
        assertThatThrownBy(() -> TreeLayout.readTrailer(TreeLayout.trailer(TRAILER), 1247))
                .isInstanceOf(TreeFormatException.class);
        assertThatThrownBy(() -> TreeLayout.readTrailer(
                        TreeLayout.trailer(new TreeLayout.Trailer(3, Long.MAX_VALUE, 200, 0)), 1248))
                .isInstanceOf(TreeFormatException.class);
        assertThatThrownBy(
                        () -> TreeLayout.readTrailer(TreeLayout.trailer(new TreeLayout.Trailer(5, 1000, 200, 0)), 1248))
                .isInstanceOf(TreeFormatException.class);
    }

    @Test
    void shouldRefuseAnEntryThatContradictsItself() {
        for (int at : new int[] {0, 4, 6, 7, 15, 40, 43}) {
            ByteBuffer bytes = TreeLayout.allocate(200);
            TreeLayout.writeEntry(bytes, ENTRY);
            bytes.flip();
            bytes.put(at, (byte) 0x7F);
            assertThatThrownBy(() -> TreeLayout.readEntry(bytes))
                    .as("byte " + at)
                    .isInstanceOf(TreeFormatException.class);
        }
    }
}
