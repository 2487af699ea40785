package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.extent.ContentHasher;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentEncoding;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSealer;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.PackBuilder;
import io.ashlar.extent.PackIndex;
import io.ashlar.extent.PageCodecs;
import io.ashlar.extent.SparseContent;
import io.ashlar.extent.Unsealer;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * The format, byte for byte. A change here is a new version of the format. The images of extents, ids included, were checked
 * with a program that shares nothing with the engine.
 */
class ExtentGoldenBytesTest {
    private static final byte[] TEXT = "ashlar".getBytes(StandardCharsets.US_ASCII);

    private static final String DENSE = GoldenBytes.hex("extent-dense");

    private static final String SPARSE = GoldenBytes.hex("extent-sparse");

    private static final String EMPTY = GoldenBytes.hex("extent-empty");

    private static final String XXH3 = GoldenBytes.hex("extent-xxh3");

    private static final String ENCRYPTED = GoldenBytes.hex("extent-encrypted");

    private static final String CONVERGENT = GoldenBytes.hex("extent-convergent");

    /** 32 times 1 identifies, 32 times 2 is the key of the number 7. */
    private static final KeyRing KEYS = KeyRing.of(fill(1), 7, fill(2));

    private static byte[] fill(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String encode(ExtentKind kind, int pageBytes, byte[] plain, ExtentId.Hash hash) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.length, pageBytes));
        new ExtentEncoder().encode(kind, pageBytes, ByteBuffer.wrap(plain), hash, image);
        return hex(image);
    }

    @Test
    void shouldKeepTheBytesOfADenseExtent() {
        assertThat(encode(ExtentKind.DATA, 4096, TEXT, ExtentId.Hash.SHA_256)).isEqualTo(DENSE);
    }

    @Test
    void shouldKeepTheBytesOfASparseExtent() {
        BitSet third = new BitSet();
        third.set(2);
        ByteBuffer image = ByteBuffer.allocate(200);
        SparseContent content = SparseContent.of(512, 1030, third, ByteBuffer.wrap(TEXT));
        new ExtentEncoder().encode(ExtentKind.DATA, content, ExtentId.Hash.SHA_256, image);
        assertThat(hex(image)).isEqualTo(SPARSE);
    }

    @Test
    void shouldKeepTheBytesOfAnEmptyExtent() {
        assertThat(encode(ExtentKind.MANIFEST, 65536, new byte[0], ExtentId.Hash.SHA_256))
                .isEqualTo(EMPTY);
    }

    @Test
    void shouldKeepTheIdByXxh3() {
        assertThat(encode(ExtentKind.DATA, 4096, TEXT, ExtentId.Hash.XXH3_128)).isEqualTo(XXH3);
    }

    private static String sealed(SparseContent content, Encryption encryption) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(200);
        new ExtentEncoder().encode(ExtentKind.DATA, content, ContentHasher.keyed(KEYS), image);
        ExtentEncoding encoding = ExtentEncoding.encrypted(PageCodecs.NONE.named("none"), encryption, KEYS);
        // The salt of random encryption is 00 01 02 … 1f.
        AtomicLong entropy = new AtomicLong(0x0001020304050607L);
        ByteBuffer target = ByteBuffer.allocate(300);
        return hex(new ExtentSealer(() -> entropy.getAndAdd(0x0808080808080808L)).seal(image, encoding, target));
    }

    @Test
    void shouldKeepTheBytesOfAnEncryptedExtent() throws IOException {
        BitSet first = new BitSet();
        first.set(0);
        SparseContent content = SparseContent.of(4096, TEXT.length, first, ByteBuffer.wrap(TEXT));
        assertThat(sealed(content, Encryption.RANDOM)).isEqualTo(ENCRYPTED);
    }

    @Test
    void shouldKeepTheBytesOfAConvergentExtent() throws IOException {
        BitSet third = new BitSet();
        third.set(2);
        SparseContent content = SparseContent.of(512, 1030, third, ByteBuffer.wrap(TEXT));
        assertThat(sealed(content, Encryption.CONVERGENT)).isEqualTo(CONVERGENT);
    }

    @Test
    void shouldReadTheBytesOfVersionTwo() throws IOException {
        for (String golden : new String[] {ENCRYPTED, CONVERGENT}) {
            byte[] image = bytes(golden);
            ExtentReader reader = ExtentReader.open(
                    ExtentSource.of(ByteBuffer.wrap(image), "golden"),
                    image.length,
                    Unsealer.of(PageCodecs.NONE, KEYS));
            ByteBuffer pages = ByteBuffer.allocate(reader.presentBytes());
            reader.readPresent(pages);
            assertThat(pages.array()).isEqualTo(TEXT);
            reader.verifyDeep(pages.clear());
        }
    }

    @Test
    void shouldReadTheBytesOfVersionOne() throws IOException {
        for (String golden : new String[] {DENSE, SPARSE, EMPTY, XXH3}) {
            byte[] image = bytes(golden);
            ExtentReader reader = ExtentReader.open(ExtentSource.of(ByteBuffer.wrap(image), "golden"), image.length);
            ByteBuffer pages = ByteBuffer.allocate(reader.presentBytes());
            reader.readPresent(pages);
            assertThat(pages.array()).isEqualTo(golden.equals(EMPTY) ? new byte[0] : TEXT);
            reader.verifyDeep(pages.clear());
        }
    }

    @Test
    void shouldKeepTheBytesOfANode() {
        ExtentId first = ExtentId.parse("x00112233445566778899aabbccddeeff.7");
        ExtentId second = ExtentId.parse("s" + "0123456789abcdef".repeat(4));
        String golden = GoldenBytes.hex("node");
        List<ExtentNode.Child> children =
                List.of(new ExtentNode.Child(first, 0x104), new ExtentNode.Child(second, 0x205));
        assertThat(hex(ExtentNode.encode(1, children))).isEqualTo(golden);
        assertThat(ExtentNode.decode(ByteBuffer.wrap(bytes(golden))).children()).isEqualTo(children);
    }

    @Test
    void shouldKeepTheBytesOfAPack() throws IOException {
        ExtentId first = ExtentId.parse("s2ff26f42bd00fb58ddade2e678baa8c23b328d9fc1500851159696d98e6f9ceb");
        ExtentId second = ExtentId.parse("x00112233445566778899aabbccddeeff.9");
        PackBuilder builder = new PackBuilder(ByteBuffer.allocate(1000));
        builder.add(first, 0x1a2b3c4d, 0x1122334455667788L, ByteBuffer.wrap(bytes(DENSE)));
        builder.add(second, 1, 2, ByteBuffer.wrap(bytes(EMPTY)));
        String golden = DENSE + "000000000000" + EMPTY + GoldenBytes.hex("pack-index");
        assertThat(hex(builder.finish())).isEqualTo(golden);

        ByteBuffer image = ByteBuffer.allocate(1000);
        new ExtentEncoder().encode(ExtentKind.PACK, 512, ByteBuffer.wrap(bytes(golden)), ExtentId.Hash.SHA_256, image);
        ExtentReader pack = ExtentReader.open(ExtentSource.of(image, "golden"), image.remaining());
        assertThat(PackIndex.read(pack).members())
                .containsExactly(
                        new PackIndex.Member(first, 0x1a2b3c4d, 0x1122334455667788L, 0, 90),
                        new PackIndex.Member(second, 1, 2, 96, 64));
    }
}
