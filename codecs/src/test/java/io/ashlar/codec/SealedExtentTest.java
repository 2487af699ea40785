package io.ashlar.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.extent.ContentComparer;
import io.ashlar.extent.ContentHasher;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentEncoding;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSealer;
import io.ashlar.extent.ExtentSource;
import io.ashlar.extent.PageCodecs;
import io.ashlar.extent.SparseContent;
import io.ashlar.extent.Unsealer;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyRing;
import io.ashlar.spi.PageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codecs in extents, as the engine uses them. */
class SealedExtentTest {
    private static final PageCodecs CODECS = PageCodecs.installed();
    private static final KeyRing KEYS =
            KeyRing.of(new byte[32], 1, "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private static final Unsealer UNSEALER = Unsealer.of(CODECS, KEYS);

    private final SplittableRandom random = new SplittableRandom(63);
    private final ExtentSealer sealer = new ExtentSealer(random::nextLong);

    static List<ExtentEncoding> encodings() {
        List<ExtentEncoding> encodings = new ArrayList<>();
        for (String name : new String[] {"none", "lz4", "zstd"}) {
            PageCodec codec = CODECS.named(name);
            encodings.add(ExtentEncoding.compressed(codec));
            encodings.add(ExtentEncoding.encrypted(codec, Encryption.RANDOM, KEYS));
            encodings.add(ExtentEncoding.encrypted(codec, Encryption.CONVERGENT, KEYS));
        }
        return encodings;
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void shouldReturnWhatWasSealed(ExtentEncoding encoding) throws IOException {
        ExtentEncoder encoder = new ExtentEncoder();
        ContentHasher hasher = encoding.encryption() == Encryption.NONE
                ? new ContentHasher(ExtentId.Hash.SHA_256)
                : ContentHasher.keyed(KEYS);
        for (int round = 0; round < 60; round++) {
            int pageBytes = 512 << round % 8;
            int plainBytes = round < 8 ? pageBytes : random.nextInt(300_000);
            byte[] plain = CodecTesting.content(random, plainBytes);
            int slots = (plainBytes + pageBytes - 1) / pageBytes;
            BitSet present = new BitSet();
            present.set(0, slots);
            if (round % 2 == 1) {
                for (int page = 0; page < slots; page++) {
                    present.set(page, random.nextInt(3) > 0);
                }
            }
            ByteBuffer pages = ByteBuffer.allocate(plainBytes);
            present.stream()
                    .forEach(page ->
                            pages.put(plain, page * pageBytes, Math.min(pageBytes, plainBytes - page * pageBytes)));
            SparseContent content = SparseContent.of(pageBytes, plainBytes, present, pages.flip());
            ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plainBytes, pageBytes));
            ExtentId id = encoder.encode(ExtentKind.DATA, content, hasher, image);
            int room = encoding.maxImageBytes(plainBytes, pageBytes);
            ByteBuffer sealed = sealer.seal(
                    image, encoding, round % 3 == 0 ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room));

            ExtentReader reader = ExtentReader.open(ExtentSource.of(sealed, "test"), sealed.remaining(), id, UNSEALER);
            ByteBuffer back = ByteBuffer.allocate(pages.limit());
            reader.readPresent(back);
            assertThat(back.array()).isEqualTo(Arrays.copyOf(pages.array(), pages.limit()));
            reader.verifyDeep(back.clear());
            assertThat(ContentComparer.equal(reader, image)).isTrue();
            ExtentReader.verifyStored(ExtentSource.of(sealed, "test"), sealed.remaining(), id);
            for (int page = 0; page < slots; page++) {
                if (!present.get(page)) {
                    Arrays.fill(plain, page * pageBytes, Math.min(plainBytes, (page + 1) * pageBytes), (byte) 0);
                }
            }
            int from = random.nextInt(plainBytes + 1);
            int length = random.nextInt(plainBytes - from + 1);
            byte[] range = new byte[length];
            reader.readRange(from, ByteBuffer.wrap(range));
            assertThat(range).isEqualTo(Arrays.copyOfRange(plain, from, from + length));
        }
    }

    @Test
    void shouldStoreWhatDoesNotShrinkInNoMoreBytesThanItHas() throws IOException {
        byte[] plain = new byte[200_000];
        random.nextBytes(plain);
        for (String name : new String[] {"lz4", "zstd"}) {
            ByteBuffer image = image(plain, 4096);
            ExtentEncoding encoding = ExtentEncoding.compressed(CODECS.named(name));
            ByteBuffer sealed = sealer.seal(image, encoding, ByteBuffer.allocate(300_000));
            assertThat(sealed.remaining()).isEqualTo(image.remaining());
            ByteBuffer back = ByteBuffer.allocate(plain.length);
            open(bytes(sealed)).readAll(back);
            assertThat(back.array()).isEqualTo(plain);
        }
    }

    @Test
    void shouldNameThePageThatItsCodecRefuses() throws IOException {
        for (String name : new String[] {"lz4", "zstd"}) {
            byte[] plain = new byte[3 * 4096];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) (i % 50);
            }
            byte[] sealed = bytes(sealer.seal(
                    image(plain, 4096), ExtentEncoding.compressed(CODECS.named(name)), ByteBuffer.allocate(20_000)));
            int entry = ExtentLayout.HEADER_BYTES + 8 + ExtentLayout.ENTRY_BYTES;
            ByteBuffer bytes = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
            int from = bytes.getInt(entry + ExtentLayout.ENTRY_PAGE_OFFSET);
            int length = bytes.getInt(entry + ExtentLayout.ENTRY_STORED_BYTES_OFFSET);
            Arrays.fill(sealed, from, from + length, (byte) 0xF0);
            bytes.putInt(entry + ExtentLayout.ENTRY_CRC_OFFSET, Crc32c.of(sealed, from, length));
            bytes.putInt(
                    ExtentLayout.METADATA_CRC_OFFSET,
                    Crc32c.of(sealed, 64, ExtentLayout.metadataBytes(3, 3) - ExtentLayout.HEADER_BYTES));
            bytes.putInt(ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(sealed, 0, ExtentLayout.HEADER_CRC_OFFSET));
            ExtentReader reader = open(sealed);
            assertThatThrownBy(() -> reader.readAll(ByteBuffer.allocate(plain.length)))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("extent " + reader.id())
                    .hasMessageContaining("page 1");
            ByteBuffer first = ByteBuffer.allocate(4096);
            reader.readRange(8192, first);
            assertThat(first.array()).isEqualTo(Arrays.copyOfRange(plain, 8192, 12288));
        }
    }

    @Test
    void shouldSayWhichCodecIsMissing() throws IOException {
        byte[] sealed = bytes(sealer.seal(
                image(new byte[5000], 4096),
                ExtentEncoding.compressed(CODECS.named("zstd")),
                ByteBuffer.allocate(6000)));
        assertThatThrownBy(() -> ExtentReader.open(
                        ExtentSource.of(ByteBuffer.wrap(sealed), "test"),
                        sealed.length,
                        Unsealer.of(PageCodecs.of(CODECS.named("lz4")))))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("codec 2")
                .hasMessageContaining("none, lz4");
    }

    /** What was ever written must be read for ever. What is written may change. */
    @Test
    void shouldReadTheBytesOfVersionTwo() throws IOException {
        byte[] plain = "ashlar is stone cut to exact size; ".repeat(30).getBytes(StandardCharsets.US_ASCII);
        for (String name : new String[] {"extent-lz4", "extent-zstd"}) {
            byte[] golden = golden(name);
            ExtentReader reader = open(golden);
            ByteBuffer back = ByteBuffer.allocate(plain.length);
            reader.readAll(back);
            assertThat(back.array()).isEqualTo(plain);
            reader.verifyDeep(back.clear());
        }
    }

    /** Written by the program zstd: three blocks, the later ones by the tables of those before. */
    @Test
    void shouldReadFramesOfSeveralBlocks() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 250; i++) {
            text.append(i).append(" squared is ").append(i * i).append(", ");
            text.append(i % 2 == 0 ? "and that is even\n" : "odd\n");
        }
        byte[] plain = text.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] frame = golden("zstd-blocks");
        byte[] back = new byte[plain.length];
        CODECS.named("zstd").newDecompressor().decompress(frame, 0, frame.length, back, 0, back.length);
        assertThat(back).isEqualTo(plain);
    }

    private static ByteBuffer image(byte[] plain, int pageBytes) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.length, pageBytes));
        new ExtentEncoder().encode(ExtentKind.DATA, pageBytes, ByteBuffer.wrap(plain), ExtentId.Hash.SHA_256, image);
        return image;
    }

    private static ExtentReader open(byte[] image) throws IOException {
        return ExtentReader.open(ExtentSource.of(ByteBuffer.wrap(image), "test"), image.length, UNSEALER);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream file = SealedExtentTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            String hex = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }
}
