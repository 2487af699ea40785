package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever bytes there are, a decoder answers with content or with one of its two exceptions. */
class ExtentFuzzTest {
    private static final int ROUNDS = 200_000;

    private final SplittableRandom random = new SplittableRandom(21);
    private final ByteBuffer room = ByteBuffer.allocate(ExtentLayout.PLAIN_BYTES_MAX);

    @Test
    void shouldSurviveAnyBytes() throws IOException {
        List<byte[]> seeds = seeds();
        int opened = 0;
        int read = 0;
        int unsupported = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] image = round % 8 == 0
                    ? ExtentTesting.randomBytes(random, random.nextInt(300))
                    : mutated(seeds.get(random.nextInt(seeds.size())));
            if (image.length >= ExtentLayout.HEADER_BYTES && random.nextInt(8) != 0) {
                ByteBuffer.wrap(image).put("EXT1".getBytes(StandardCharsets.US_ASCII));
                if (random.nextInt(4) != 0) {
                    image[ExtentLayout.VERSION_OFFSET] = 1;
                }
                ExtentTesting.reseal(image);
            }
            try {
                ExtentReader reader = ExtentReader.open(ExtentTesting.source(image), storedBytes(image));
                opened++;
                readEverything(reader);
                read++;
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("test");
            } catch (UnsupportedFormatException e) {
                unsupported++;
            }
        }
        // The fuzz is worth something only if it comes through every door.
        assertThat(opened).isGreaterThan(ROUNDS / 50);
        assertThat(read).isBetween(ROUNDS / 100, opened - 100);
        assertThat(unsupported).isGreaterThan(100);
    }

    private long storedBytes(byte[] image) {
        return switch (random.nextInt(20)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(ExtentLayout.IMAGE_BYTES_MAX);
            default -> image.length;
        };
    }

    private void readEverything(ExtentReader reader) throws IOException {
        if (reader.plainBytes() > 0) {
            int from = random.nextInt(reader.plainBytes());
            reader.readRange(from, room.clear().limit(random.nextInt(reader.plainBytes() - from + 1)));
        }
        reader.readAll(room.clear());
        reader.readPresent(room.clear());
        if (reader.kind() == ExtentKind.PACK) {
            PackIndex.read(reader);
        } else if (reader.kind() == ExtentKind.NODE) {
            ExtentNode.read(reader);
        }
        reader.verifyDeep(room.clear());
    }

    @Test
    void shouldSurviveAnyNode() {
        byte[] node = node();
        int decoded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = round % 8 == 0 ? ExtentTesting.randomBytes(random, random.nextInt(100)) : mutated(node);
            try {
                ExtentNode found = ExtentNode.decode(ByteBuffer.wrap(bytes));
                decoded++;
                assertThat(ExtentTesting.bytes(found.encode())).isEqualTo(bytes);
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("node");
            }
        }
        assertThat(decoded).isBetween(100, ROUNDS - 100);
    }

    @Test
    void shouldSurviveAnyPack() throws IOException {
        byte[] pack = pack();
        ExtentEncoder encoder = new ExtentEncoder();
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(4 * pack.length, 512));
        int read = 0;
        for (int round = 0; round < ROUNDS / 4; round++) {
            ByteBuffer bytes = ByteBuffer.wrap(mutated(pack));
            ExtentId id = encoder.encode(ExtentKind.PACK, 512, bytes, ExtentId.Hash.XXH3_128, image.clear());
            ExtentReader reader = ExtentReader.open(ExtentSource.of(image, "test"), image.remaining(), id);
            try {
                for (PackIndex.Member member : PackIndex.read(reader).members()) {
                    read++;
                    ExtentReader inner = ExtentReader.open(
                            new PackSlice(reader, member.offset(), member.length()), member.length(), member.id());
                    readEverything(inner);
                }
            } catch (DamagedException e) {
                assertThat(e).hasMessageContaining("test");
            } catch (UnsupportedFormatException e) {
                throw new AssertionError("members carry checksums", e);
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    private byte[] mutated(byte[] seed) {
        byte[] bytes = seed.clone();
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            int region = random.nextInt(3) == 0 ? Math.min(bytes.length, 128) : bytes.length;
            if (bytes.length == 0) {
                break;
            }
            int at = random.nextInt(region);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(30));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = random.nextInt(Math.min(64, bytes.length - Math.max(at, from)) + 1);
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int plainBytes : new int[] {0, 1, 512, 513, 3000, 40_000}) {
            byte[] plain = ExtentTesting.randomBytes(random, plainBytes);
            seeds.add(ExtentTesting.image(ExtentKind.DATA, 512, plain, ExtentId.Hash.XXH3_128));
            BitSet present = ExtentTesting.randomPages(random, (plainBytes + 511) / 512);
            byte[] pages = ExtentTesting.presentOf(plain, 512, present);
            seeds.add(ExtentTesting.sparseImage(512, plainBytes, present, pages));
        }
        seeds.add(ExtentTesting.image(ExtentKind.NODE, 512, node(), ExtentId.Hash.XXH3_128));
        seeds.add(ExtentTesting.image(ExtentKind.PACK, 512, pack(), ExtentId.Hash.SHA_256));
        return seeds;
    }

    private static byte[] node() {
        ExtentId x = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 3);
        ExtentId s = ExtentId.of(ExtentId.Hash.SHA_256, new byte[32], 0);
        return ExtentTesting.bytes(
                ExtentNode.encode(2, List.of(new ExtentNode.Child(x, 77), new ExtentNode.Child(s, 0))));
    }

    private static byte[] pack() {
        ByteBuffer plain = ByteBuffer.allocate(4096);
        PackBuilder builder = new PackBuilder(plain);
        for (int i = 0; i < 3; i++) {
            byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, new byte[100 + i], ExtentId.Hash.XXH3_128);
            builder.add(ExtentTesting.open(image).id(), 1, i, ByteBuffer.wrap(image));
        }
        return ExtentTesting.bytes(builder.finish());
    }
}
