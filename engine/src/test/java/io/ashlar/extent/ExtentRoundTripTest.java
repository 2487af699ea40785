package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentRoundTripTest {

    @ParameterizedTest
    @EnumSource(
            value = ExtentId.Hash.class,
            names = {"XXH3_128", "SHA_256"})
    void shouldReturnWhatWasEncoded(ExtentId.Hash hash) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ExtentEncoder encoder = new ExtentEncoder();
        for (int round = 0; round < 300; round++) {
            int pageBytes = 512 << random.nextInt(8);
            int plainBytes = random.nextInt(5) == 0
                    ? random.nextInt(4) * pageBytes
                    : random.nextInt(random.nextBoolean() ? 3000 : 300_000);
            byte[] plain = ExtentTesting.randomBytes(random, plainBytes);
            boolean direct = random.nextBoolean();
            ByteBuffer source = ExtentTesting.buffer(plain, direct, random.nextInt(9));
            if (random.nextInt(4) == 0) {
                source = source.asReadOnlyBuffer();
            }
            int lead = random.nextInt(9);
            ByteBuffer image = ExtentTesting.allocate(
                    ExtentLayout.maxImageBytes(plainBytes, pageBytes) + lead + random.nextInt(9), random.nextBoolean());
            ExtentKind kind = ExtentKind.ofCode(1 + random.nextInt(5));
            int position = source.position();
            ExtentId id = encoder.encode(kind, pageBytes, source, hash, image.position(lead));
            assertThat(source.position()).isEqualTo(position);
            assertThat(image.position()).isEqualTo(lead);
            assertThat(image.remaining()).isEqualTo(ExtentLayout.maxImageBytes(plainBytes, pageBytes));

            ExtentReader reader = ExtentReader.open(ExtentSource.of(image, "test"), image.remaining(), id);
            assertThat(reader.kind()).isEqualTo(kind);
            assertThat(reader.id()).isEqualTo(id);
            assertThat(reader.pageBytes()).isEqualTo(pageBytes);
            assertThat(reader.presentBytes()).isEqualTo(plainBytes);
            assertThat(ExtentTesting.readAll(reader)).isEqualTo(plain);
            reader.verifyDeep(ExtentTesting.allocate(plainBytes, random.nextBoolean()));
            for (int i = 0; i < 10; i++) {
                checkRange(random, reader, plain);
            }
        }
    }

    @Test
    void shouldReturnSparseContentWithItsHoles() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 300; round++) {
            int pageBytes = 512 << random.nextInt(4);
            int plainBytes = random.nextInt(random.nextBoolean() ? 5_000 : ExtentLayout.PLAIN_BYTES_MAX / 4);
            byte[] plain = ExtentTesting.randomBytes(random, plainBytes);
            BitSet present = ExtentTesting.randomPages(random, (plainBytes + pageBytes - 1) / pageBytes);
            byte[] pages = ExtentTesting.presentOf(plain, pageBytes, present);
            byte[] image = ExtentTesting.sparseImage(pageBytes, plainBytes, present, pages);

            ExtentReader reader = ExtentTesting.open(image);
            assertThat(reader.presentPages()).isEqualTo(present);
            assertThat(reader.presentBytes()).isEqualTo(pages.length);
            ByteBuffer read = ExtentTesting.allocate(pages.length, random.nextBoolean());
            reader.readPresent(read);
            assertThat(ExtentTesting.bytes(read.flip())).isEqualTo(pages);
            reader.verifyDeep(ByteBuffer.allocate(pages.length));

            for (int page = 0; page < reader.pageSlots(); page++) {
                assertThat(reader.isPresent(page)).isEqualTo(present.get(page));
                if (!present.get(page)) {
                    Arrays.fill(plain, page * pageBytes, Math.min(plainBytes, (page + 1) * pageBytes), (byte) 0);
                }
            }
            assertThat(ExtentTesting.readAll(reader)).isEqualTo(plain);
            for (int i = 0; i < 10; i++) {
                checkRange(random, reader, plain);
            }
        }
    }

    private static void checkRange(SplittableRandom random, ExtentReader reader, byte[] plain) throws IOException {
        int from = random.nextInt(plain.length + 1);
        int length = random.nextInt(plain.length - from + 1);
        if (random.nextInt(3) == 0) {
            int pageBytes = reader.pageBytes();
            from = from / pageBytes * pageBytes;
            length = Math.min(length / pageBytes * pageBytes, plain.length - from);
        }
        // Guards on either side, and old bytes in between: nothing else may be touched, and everything there must be.
        byte[] expected = ExtentTesting.randomBytes(random, length + 20);
        ByteBuffer target = ExtentTesting.buffer(expected, random.nextBoolean(), 0);
        System.arraycopy(plain, from, expected, 10, length);
        target.position(10).limit(10 + length);
        reader.readRange(from, target);
        assertThat(target.hasRemaining()).isFalse();
        assertThat(ExtentTesting.bytes(target.clear())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void shouldTakeTheLargestContentAndTheEmpty(int pageBytes) throws IOException {
        byte[] plain = ExtentTesting.randomBytes(new SplittableRandom(3), ExtentLayout.PLAIN_BYTES_MAX);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, pageBytes, plain, ExtentId.Hash.XXH3_128);
        assertThat(image.length).isLessThanOrEqualTo(ExtentLayout.IMAGE_BYTES_MAX);
        assertThat(ExtentTesting.readAll(ExtentTesting.open(image))).isEqualTo(plain);

        byte[] empty = ExtentTesting.image(ExtentKind.DATA, pageBytes, new byte[0], ExtentId.Hash.XXH3_128);
        assertThat(empty).hasSize(ExtentLayout.HEADER_BYTES);
        ExtentReader reader = ExtentTesting.open(empty);
        assertThat(ExtentTesting.readAll(reader)).isEmpty();
        reader.verifyDeep(ByteBuffer.allocate(0));
    }

    @Test
    void shouldGiveOneIdAndOneImageToOneContent() {
        byte[] plain = ExtentTesting.randomBytes(new SplittableRandom(4), 10_000);
        ExtentId.Hash hash = ExtentId.Hash.XXH3_128;
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.length, 4096));
        ExtentId id = new ExtentEncoder().encode(ExtentKind.DATA, 4096, ByteBuffer.wrap(plain), hash, image);
        assertThat(id).isEqualTo(new ContentHasher(hash).idOf(ExtentKind.DATA, 4096, ByteBuffer.wrap(plain)));

        // And sparse content without a hole is no other content.
        BitSet all = new BitSet();
        all.set(0, 3);
        assertThat(ExtentTesting.sparseImage(4096, plain.length, all, plain)).isEqualTo(ExtentTesting.bytes(image));
    }

    @Test
    void shouldStampADiscriminator() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(new SplittableRandom(5), 1000);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 512, plain, ExtentId.Hash.XXH3_128);
        ExtentId id = ExtentTesting.open(image).id();
        ByteBuffer behind = ByteBuffer.allocate(image.length + 3).put(3, image).position(3);
        ExtentEncoder.stampDiscriminator(behind, 200);
        ExtentReader reader = ExtentReader.open(
                ExtentSource.of(behind, "test"), image.length, ExtentId.of(ExtentId.Hash.XXH3_128, id.digest(), 200));
        assertThat(ExtentTesting.readAll(reader)).isEqualTo(plain);
        reader.verifyDeep(ByteBuffer.allocate(1000));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentEncoder.stampDiscriminator(behind, 256));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExtentEncoder.stampDiscriminator(ByteBuffer.allocate(64), 1));
    }

    @Test
    void shouldReadNeighbouringPagesInOneCall() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(new SplittableRandom(6), 1 << 20);
        byte[] image = ExtentTesting.image(ExtentKind.DATA, 4096, plain, ExtentId.Hash.XXH3_128);
        CountingSource source = new CountingSource(ExtentTesting.source(image));
        ExtentReader reader = ExtentReader.open(source, image.length);
        assertThat(source.calls).isEqualTo(1);
        reader.readRange(8192, ByteBuffer.allocate(40960));
        assertThat(source.calls).isEqualTo(2);
        reader.readRange(5000, ByteBuffer.allocate(100_000));
        assertThat(source.calls).isEqualTo(3);
        source.bytes = 0;
        reader.readRange(8191, ByteBuffer.allocate(2));
        assertThat(source.bytes).isEqualTo(8192);
        reader.readAll(ByteBuffer.allocate(1 << 20));
        assertThat(source.calls).isEqualTo(5);

        byte[] small = ExtentTesting.image(ExtentKind.DATA, 512, Arrays.copyOf(plain, 16384), ExtentId.Hash.XXH3_128);
        CountingSource smallSource = new CountingSource(ExtentTesting.source(small));
        ExtentTesting.readAll(ExtentReader.open(smallSource, small.length));
        assertThat(smallSource.calls).isEqualTo(1);
    }

    @Test
    void shouldRefuseWrongArguments() {
        byte[] plain = ExtentTesting.randomBytes(new SplittableRandom(7), 5000);
        ExtentEncoder encoder = new ExtentEncoder();
        ByteBuffer room = ByteBuffer.allocate(10_000);
        for (int pageBytes : new int[] {0, 1, 256, 4095, 131_072, Integer.MIN_VALUE, -4096}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(
                            ExtentKind.DATA, pageBytes, ByteBuffer.wrap(plain), ExtentId.Hash.XXH3_128, room));
        }
        ByteBuffer tight = ByteBuffer.allocate(ExtentLayout.maxImageBytes(5000, 512) - 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        encoder.encode(ExtentKind.DATA, 512, ByteBuffer.wrap(plain), ExtentId.Hash.XXH3_128, tight));
        assertThat(tight.array()).containsOnly(0);
        ByteBuffer large = ByteBuffer.allocate(ExtentLayout.PLAIN_BYTES_MAX + 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encode(ExtentKind.DATA, 512, large, ExtentId.Hash.XXH3_128, room));
        BitSet third = new BitSet();
        third.set(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparseContent.of(512, 1024, third, ByteBuffer.allocate(512)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparseContent.of(512, 1030, third, ByteBuffer.allocate(512)));

        ExtentReader reader =
                ExtentTesting.open(ExtentTesting.image(ExtentKind.DATA, 512, plain, ExtentId.Hash.XXH3_128));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readRange(4999, ByteBuffer.allocate(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readRange(-1, ByteBuffer.allocate(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readRange(Long.MAX_VALUE, ByteBuffer.allocate(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readAll(ByteBuffer.allocate(4999)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.readAll(ByteBuffer.allocate(5000).asReadOnlyBuffer()));
    }

    private static final class CountingSource implements ExtentSource {
        private final ExtentSource source;
        int calls;
        long bytes;

        CountingSource(ExtentSource source) {
            this.source = source;
        }

        @Override
        public int read(long offset, ByteBuffer target) throws IOException {
            calls++;
            int read = source.read(offset, target);
            bytes += read;
            return read;
        }

        @Override
        public String describe() {
            return source.describe();
        }
    }
}
