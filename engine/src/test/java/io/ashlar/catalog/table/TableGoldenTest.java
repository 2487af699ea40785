package io.ashlar.catalog.table;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pins the bytes of tables and manifests. A change here is a change of the format: it needs a new version. */
class TableGoldenTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String FILTER =
            "00100000000000000000800000000000400004000000804000000000000000000020200000000000001440001000000110043000000000000000000080000000";
    private static final String STREAM_CRC = "a0638a4a";
    private final List<byte[]> images = new ArrayList<>();
    private final List<ExtentKind> kinds = new ArrayList<>();

    StoredObject sink(ExtentKind kind, ByteBuffer plain) {
        byte[] image = new byte[plain.remaining()];
        plain.get(image);
        images.add(image);
        kinds.add(kind);
        byte[] digest = new byte[16];
        Arrays.fill(digest, (byte) images.size());
        return new StoredObject("o-" + images.size(), ExtentId.of(ExtentId.Hash.XXH3_128, digest, 0), image.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private String hex(int image, int from, int to) {
        return HEX.formatHex(images.get(image), from, to);
    }

    private void assertZeros(int image, int from, int to) {
        assertThat(Arrays.copyOfRange(images.get(image), from, to)).containsOnly(0);
    }

    @Test
    void shouldWriteTablesAsTheyWereAlwaysWritten() throws IOException {
        TableWriter writer = new TableWriter(this::sink, 64 << 10);
        writer.add(ascii("apple"), ascii("red"));
        writer.addTombstone(ascii("applet"));
        writer.add(ascii("banana"), ascii(""));
        TableDescriptor table = writer.finish();

        assertThat(kinds).containsExactly(ExtentKind.TABLE);
        assertThat(images.get(0)).hasSize(4 * 4096);
        // Entry page: header; apple, +t, banana; one restart at 8.
        assertThat(hex(0, 0, 8)).isEqualTo("e100030001000000");
        assertThat(hex(0, 8, 35))
                .isEqualTo("0005046170706c65726564" + "05010074" + "000601" + "62616e616e61" + "000000");
        assertZeros(0, 32, 4094);
        assertThat(hex(0, 4094, 4096)).isEqualTo("0800");
        // Index page: one empty separator.
        assertThat(hex(0, 4096, 4108)).isEqualTo("1d0001000100000000000000");
        assertZeros(0, 4106, 8190);
        assertThat(hex(0, 8190, 8192)).isEqualTo("0800");
        // Filter page: one block.
        assertThat(hex(0, 8192, 8192 + 64)).isEqualTo(FILTER);
        assertZeros(0, 8192 + 64, 12288);
        // Trailer.
        assertThat(hex(0, 12288, 12288 + 44))
                .isEqualTo("41544231" + "0100" + "0000" + "01000000" + "01000000" + "01000000" + "03000000" + "01000000"
                        + "0500" + "0600" + "6170706c65" + "62616e616e61" + "00");
        assertZeros(0, 12288 + 43, 16384);
        assertThat(table.parts().get(0).object().name()).isEqualTo("o-1");
    }

    @Test
    void shouldSeparatePagesByTheShortestKeys() throws IOException {
        TableWriter writer = new TableWriter(this::sink, 64 << 10);
        writer.add(ascii("key-000"), new byte[3000]);
        writer.add(ascii("key-019"), new byte[3000]);
        writer.add(ascii("key-0195"), new byte[3000]);
        writer.add(ascii("kez"), new byte[3000]);
        writer.finish();
        assertThat(images.get(0)).hasSize(7 * 4096);
        assertThat(hex(0, 4 * 4096, 4 * 4096 + 27))
                .isEqualTo("1d00040001000000" + "0000" + "0006" + "6b65792d3031" + "0602" + "3935" + "0201" + "7a"
                        + "0000" + "");
    }

    @Test
    void shouldWriteManifestsAsTheyWereAlwaysWritten() throws IOException {
        TablePart part = new TablePart(
                new StoredObject("t-1", ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 2), 0x1234),
                1,
                1,
                1,
                2,
                1,
                ascii("a"),
                ascii("bc"));
        TreeMap<Integer, Long> counters = new TreeMap<>();
        counters.put(7, -1L);
        counters.put(1, 2L);
        Manifest manifest = new Manifest(
                3, 4, 5, 6, 2, 9, 0x0A0B, counters, new TableStack(List.of(new TableDescriptor(List.of(part)))));
        List<StoredObject> objects = ManifestStore.write(manifest, this::sink);
        assertThat(objects).hasSize(1);
        assertThat(kinds).containsExactly(ExtentKind.MANIFEST);
        assertThat(images.get(0)).hasSize(4096);
        String stream = "0300000000000000" + "0400000000000000" + "0500000000000000" + "0600000000000000"
                + "0200000000000000" + "0900000000000000" + "0b0a000000000000"
                + "02000000" + "01000000" + "0200000000000000" + "07000000" + "ffffffffffffffff"
                + "01000000" + "01000000"
                + "34120000" + "03" + "742d31" + "01" + "00".repeat(16) + "02"
                + "01000000" + "01000000" + "01000000" + "02000000" + "01000000"
                + "0100" + "61" + "0200" + "6263";
        int bytes = stream.length() / 2;
        assertThat(hex(0, 0, 20))
                .isEqualTo("414d4631" + "0100" + "0000" + "00000000" + "01000000" + HEX.toHexDigits((byte) bytes)
                        + "000000");
        assertThat(hex(0, 20, 32)).isEqualTo(STREAM_CRC + HEX.toHexDigits((byte) bytes) + "000000" + "0000" + "0000");
        assertThat(hex(0, 32, 32 + bytes)).isEqualTo(stream);
        assertZeros(0, 32 + bytes, 4096);
    }
}
