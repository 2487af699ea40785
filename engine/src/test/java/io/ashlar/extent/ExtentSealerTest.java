package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ExtentSealerTest {
    private final SplittableRandom random = new SplittableRandom(91);

    @Test
    void shouldReturnWhatWasSealed() throws IOException {
        ExtentSealer sealer = new ExtentSealer(SealTesting.entropy(1));
        for (int round = 0; round < 400; round++) {
            int pageBytes = 512 << random.nextInt(8);
            int plainBytes = random.nextInt(random.nextBoolean() ? 3000 : 200_000);
            byte[] plain = SealTesting.mixedBytes(random, plainBytes, pageBytes);
            BitSet present = new BitSet();
            present.set(0, ExtentLayout.pageSlots(plainBytes, ExtentLayout.pageSizeLog2(pageBytes)));
            if (random.nextBoolean()) {
                present = ExtentTesting.randomPages(random, present.length());
            }
            byte[] pages = ExtentTesting.presentOf(plain, pageBytes, present);
            ExtentKind kind = ExtentKind.ofCode(1 + random.nextInt(5));
            ExtentEncoding encoding = SealTesting.ENCODINGS.get(random.nextInt(4));
            SparseContent content = SparseContent.of(pageBytes, plainBytes, present, ByteBuffer.wrap(pages));
            ByteBuffer plainImage = SealTesting.plainImage(encoding, kind, content);
            plainImage = ExtentTesting.buffer(ExtentTesting.bytes(plainImage), random.nextBoolean(), random.nextInt(9));
            int lead = random.nextInt(9);
            ByteBuffer target = ExtentTesting.allocate(
                    encoding.maxImageBytes(plainBytes, pageBytes) + lead + random.nextInt(9), random.nextBoolean());
            int position = plainImage.position();
            ByteBuffer sealed = sealer.seal(plainImage, encoding, target.position(lead));
            assertThat(sealed).isSameAs(target);
            assertThat(plainImage.position()).isEqualTo(position);
            assertThat(sealed.position()).isEqualTo(lead);
            assertThat(sealed.remaining()).isLessThanOrEqualTo(encoding.maxImageBytes(plainBytes, pageBytes));

            ExtentId id = SealTesting.hasher(encoding).idOf(kind, content);
            ExtentReader reader =
                    ExtentReader.open(ExtentSource.of(sealed, "test"), sealed.remaining(), id, SealTesting.UNSEALER);
            assertThat(reader.kind()).isEqualTo(kind);
            assertThat(reader.presentPages()).isEqualTo(present);
            assertThat(reader.presentBytes()).isEqualTo(pages.length);
            for (int page = present.nextClearBit(0); page < reader.pageSlots(); page = present.nextClearBit(page + 1)) {
                Arrays.fill(plain, page * pageBytes, Math.min(plainBytes, (page + 1) * pageBytes), (byte) 0);
            }
            assertThat(ExtentTesting.readAll(reader)).isEqualTo(plain);
            // A slice, which begins within its array.
            ByteBuffer read = ExtentTesting.buffer(new byte[pages.length], random.nextBoolean(), random.nextInt(9))
                    .slice();
            reader.readPresent(read);
            assertThat(ExtentTesting.bytes(read.flip())).isEqualTo(pages);
            reader.verifyDeep(ExtentTesting.allocate(pages.length, random.nextBoolean()));
            assertThat(ContentComparer.equal(reader, plainImage)).isTrue();
            assertThat(ContentComparer.certainlyOther(reader, plainImage)).isFalse();
            for (int i = 0; i < 5; i++) {
                checkRange(reader, plain);
            }
        }
    }

    private void checkRange(ExtentReader reader, byte[] plain) throws IOException {
        int from = random.nextInt(plain.length + 1);
        int length = random.nextInt(plain.length - from + 1);
        byte[] expected = ExtentTesting.randomBytes(random, length + 20);
        ByteBuffer target = ExtentTesting.buffer(expected, random.nextBoolean(), 0);
        System.arraycopy(plain, from, expected, 10, length);
        target.position(10).limit(10 + length);
        reader.readRange(from, random.nextBoolean() ? target.slice() : target);
        assertThat(ExtentTesting.bytes(target.clear())).isEqualTo(expected);
    }

    @Test
    void shouldLeaveAnImageAloneThatIsStoredAsItIs() throws IOException {
        ByteBuffer image = SealTesting.plainImage(ExtentEncoding.PLAIN, 512, new byte[2000]);
        ByteBuffer target = ByteBuffer.allocate(0);
        assertThat(new ExtentSealer(SealTesting.entropy(1)).seal(image, ExtentEncoding.PLAIN, target))
                .isSameAs(image);
    }

    @Test
    void shouldStoreAPageAsItIsUnlessItShrinksByASixteenth() {
        // 496 bytes out of 512 times 15/16 = 480: a run of n bytes takes 2, other bytes 2 each.
        for (int[] runAndStored : new int[][] {{272, 482}, {273, 480}, {274, 478}, {512, 6}, {1, 1024}}) {
            byte[] plain = new byte[512];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) (i < runAndStored[0] ? 0 : 1 + i % 2);
            }
            int compressed = SealTesting.CODEC.newCompressor().compress(plain, 0, 512, new byte[2000], 0, 2000);
            byte[] image = SealTesting.sealed(512, plain, SealTesting.COMPRESSED);
            int stored = compressed <= 480 ? compressed : 512;
            assertThat(image).as("%s bytes", compressed).hasSize(ExtentLayout.metadataBytes(1, 1) + stored);
            assertThat(ExtentTesting.readAll(SealTesting.open(image))).isEqualTo(plain);
        }
        byte[] one = SealTesting.sealed(512, new byte[1], SealTesting.BOTH);
        assertThat(one).hasSize(ExtentLayout.maxImageBytes(1, 512, ExtentLayout.CIPHER_AES_256_GCM));
        assertThat(SealTesting.open(one).plainBytes()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheLargestContentAndTheEmpty() throws IOException {
        byte[] plain = ExtentTesting.randomBytes(random, ExtentLayout.PLAIN_BYTES_MAX);
        byte[] image = SealTesting.sealed(512, plain, SealTesting.BOTH);
        assertThat(image).hasSize(ExtentLayout.IMAGE_BYTES_MAX);
        assertThat(ExtentTesting.readAll(SealTesting.open(image))).isEqualTo(plain);
        for (ExtentEncoding encoding : SealTesting.ENCODINGS) {
            byte[] empty = SealTesting.sealed(512, new byte[0], encoding);
            assertThat(empty).hasSize(encoding.maxImageBytes(0, 512));
            SealTesting.open(empty).verifyDeep(ByteBuffer.allocate(0));
        }
    }

    @Test
    void shouldGiveEqualImagesToEqualContentOnlyIfTold() throws IOException {
        byte[] plain = SealTesting.mixedBytes(random, 3000, 512);
        for (byte[] content : new byte[][] {plain, new byte[100], new byte[0]}) {
            ByteBuffer image = SealTesting.plainImage(SealTesting.BOTH, 512, content);
            // The same sealer again: the JDK refuses a key and nonce that it has just seen.
            ExtentSealer sealer = new ExtentSealer(SealTesting.entropy(2));
            ByteBuffer room = ByteBuffer.allocate(10_000);
            byte[] first = ExtentTesting.bytes(sealer.seal(image, SealTesting.CONVERGENT, room));
            byte[] second = ExtentTesting.bytes(sealer.seal(image, SealTesting.CONVERGENT, room.clear()));
            assertThat(second).isEqualTo(first);
            assertThat(SealTesting.sealed(image, SealTesting.CONVERGENT, SealTesting.entropy(3)))
                    .isEqualTo(first);
            byte[] randomly = ExtentTesting.bytes(sealer.seal(image, SealTesting.BOTH, room.clear()));
            byte[] again = ExtentTesting.bytes(sealer.seal(image, SealTesting.BOTH, room.clear()));
            assertThat(randomly).isNotEqualTo(again).isNotEqualTo(first);
            assertThat(ExtentTesting.readAll(SealTesting.open(again))).isEqualTo(content);
        }
    }

    @Test
    void shouldGiveOtherSaltsToWhateverDiffers() {
        byte[] plain = SealTesting.mixedBytes(random, 3000, 512);
        byte[] other = plain.clone();
        other[2999] ^= 1;
        ExtentEncoding withoutCodec =
                ExtentEncoding.encrypted(SealTesting.NO_CODEC, Encryption.CONVERGENT, SealTesting.KEYS);
        KeyRing rotated = SealTesting.KEYS.rotatedTo(8, SealTesting.key(3));
        KeyRing samekey = SealTesting.KEYS.rotatedTo(9, SealTesting.key(2));
        assertThat(Stream.of(
                                SealTesting.sealed(512, plain, SealTesting.CONVERGENT),
                                SealTesting.sealed(512, other, SealTesting.CONVERGENT),
                                SealTesting.sealed(1024, plain, SealTesting.CONVERGENT),
                                SealTesting.sealed(512, plain, withoutCodec),
                                SealTesting.sealed(512, plain, convergent(rotated)),
                                SealTesting.sealed(512, plain, convergent(samekey)))
                        .map(ExtentSealerTest::salt)
                        .distinct())
                .hasSize(6);
    }

    private static ExtentEncoding convergent(KeyProvider keys) {
        return ExtentEncoding.encrypted(SealTesting.CODEC, Encryption.CONVERGENT, keys);
    }

    private static String salt(byte[] image) {
        int at = SealTesting.open(image, Unsealer.of(PageCodecs.of(SealTesting.CODEC), ALL_KEYS))
                .index()
                .header()
                .saltOffset();
        return Arrays.toString(Arrays.copyOfRange(image, at, at + ExtentLayout.SALT_BYTES));
    }

    private static final KeyRing ALL_KEYS =
            SealTesting.KEYS.rotatedTo(8, SealTesting.key(3)).rotatedTo(9, SealTesting.key(2));

    /** A newer version of a codec must not make the same key encrypt two texts. */
    @Test
    void shouldNotUseAKeyForTwoCompressionsOfOneContent() {
        byte[] plain = new byte[3072];
        ExtentEncoding newer =
                ExtentEncoding.encrypted(new RunLengthCodec(100), Encryption.CONVERGENT, SealTesting.KEYS);
        byte[] first = SealTesting.sealed(512, plain, SealTesting.CONVERGENT);
        byte[] second = SealTesting.sealed(512, plain, newer);
        // Even the lengths are the same.
        assertThat(second).hasSameSizeAs(first);
        assertThat(SealTesting.open(second).id())
                .isEqualTo(SealTesting.open(first).id());
        assertThat(salt(second)).isNotEqualTo(salt(first));
    }

    /** Even if a source of randomness repeats itself, nothing but the same content is encrypted under the same key. */
    @Test
    void shouldNotUseAKeyForTwoContentsEvenIfSaltsRepeat() {
        byte[] zeros = new byte[600];
        byte[] ones = new byte[600];
        Arrays.fill(ones, (byte) 1);
        byte[] first = SealTesting.sealed(
                SealTesting.plainImage(SealTesting.ENCRYPTED, 1024, zeros), SealTesting.ENCRYPTED, () -> 5);
        byte[] second = SealTesting.sealed(
                SealTesting.plainImage(SealTesting.ENCRYPTED, 1024, ones), SealTesting.ENCRYPTED, () -> 5);
        assertThat(salt(first)).isEqualTo(salt(second));
        int at = first.length - 600 - 16;
        int equal = 0;
        for (int i = 0; i < 600; i++) {
            if ((first[at + i] ^ second[at + i]) == 1) {
                equal++;
            }
        }
        assertThat(equal).as("bytes of one key stream").isLessThan(30);
    }

    @Test
    void shouldReadOldExtentsAfterARotationAndWriteNewOnes() throws IOException {
        byte[] plain = SealTesting.mixedBytes(random, 3000, 512);
        byte[] old = SealTesting.sealed(512, plain, SealTesting.BOTH);
        KeyRing rotated = SealTesting.KEYS.rotatedTo(-2, SealTesting.key(3));
        ExtentEncoding encoding = ExtentEncoding.encrypted(SealTesting.CODEC, Encryption.RANDOM, rotated);
        byte[] fresh = SealTesting.sealed(512, plain, encoding);
        Unsealer unsealer = Unsealer.of(PageCodecs.of(SealTesting.CODEC), rotated);
        for (byte[] image : new byte[][] {old, fresh}) {
            ExtentReader reader = SealTesting.open(image, unsealer);
            assertThat(ExtentTesting.readAll(reader)).isEqualTo(plain);
            reader.verifyDeep(ByteBuffer.allocate(3000));
        }
        assertThat(SealTesting.open(old, unsealer).id())
                .isEqualTo(SealTesting.open(fresh, unsealer).id());
        assertThatThrownBy(() -> SealTesting.open(fresh))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("key 4294967294")
                .hasMessageContaining("extent h")
                .hasMessageContaining("provide that key")
                .satisfies(e -> assertThat(((UnknownKeyException) e).keyId()).isEqualTo(-2));
    }

    @Test
    void shouldSayWhichCodecOrKeyIsWanted() {
        byte[] compressed = SealTesting.sealed(512, new byte[1000], SealTesting.COMPRESSED);
        byte[] encrypted = SealTesting.sealed(512, new byte[1000], SealTesting.ENCRYPTED);
        assertThatThrownBy(() -> ExtentTesting.open(compressed))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("codec 200")
                .hasMessageContaining("only none");
        assertThatThrownBy(() -> ExtentTesting.open(encrypted))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("key 7")
                .hasMessageContaining("no key provider");
    }

    @Test
    void shouldRefuseToSealWhatItCannot() throws IOException {
        ExtentSealer sealer = new ExtentSealer(SealTesting.entropy(4));
        ByteBuffer image = SealTesting.plainImage(SealTesting.BOTH, 512, new byte[1000]);
        ByteBuffer plain = SealTesting.plainImage(SealTesting.COMPRESSED, 512, new byte[1000]);
        ByteBuffer tight = ByteBuffer.allocate(SealTesting.BOTH.maxImageBytes(1000, 512) - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> sealer.seal(image, SealTesting.BOTH, tight));
        assertThat(tight.array()).containsOnly(0);

        ByteBuffer room = ByteBuffer.allocate(10_000);
        ByteBuffer sealed = ByteBuffer.wrap(SealTesting.sealed(512, new byte[1000], SealTesting.COMPRESSED));
        ByteBuffer cut = plain.duplicate().limit(plain.limit() - 1);
        for (ByteBuffer wrong : new ByteBuffer[] {sealed, cut, ByteBuffer.allocate(63), ByteBuffer.allocate(500)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> sealer.seal(wrong, SealTesting.COMPRESSED, room));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(plain, SealTesting.ENCRYPTED, room))
                .withMessageContaining("HMAC_SHA_256");
        for (ExtentEncoding encoding : new ExtentEncoding[] {SealTesting.COMPRESSED, ExtentEncoding.PLAIN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sealer.seal(image, encoding, room))
                    .withMessageContaining("HMAC_SHA_256");
        }
        assertThat(sealer.seal(plain, SealTesting.COMPRESSED, room)).isSameAs(room);

        plain.put(plain.limit() - 1, (byte) 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.seal(plain, SealTesting.COMPRESSED, room.clear()))
                .withMessageContaining("page 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExtentEncoding.encrypted(SealTesting.CODEC, Encryption.RANDOM, null));
        byte[] bound = SealTesting.sealed(512, new byte[1000], SealTesting.ENCRYPTED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExtentEncoder.stampDiscriminator(ByteBuffer.wrap(bound), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ContentComparer.equal(SealTesting.open(bound), sealed));
    }

    @Test
    void shouldRefuseProvidersThatDoNotKeepTheirWord() {
        ByteBuffer image = SealTesting.plainImage(SealTesting.BOTH, 512, new byte[1000]);
        ByteBuffer room = ByteBuffer.allocate(10_000);
        ExtentSealer sealer = new ExtentSealer(SealTesting.entropy(5));
        assertThatThrownBy(() -> sealer.seal(image, convergent(new Provider(3, null)), room))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("key 3");
        SecretKey key = new SecretKeySpec(SealTesting.key(2), "AES");
        assertThatThrownBy(() -> sealer.seal(image, convergent(new Provider(0, key)), room))
                .isInstanceOf(UnknownKeyException.class);
        SecretKey shorter = new SecretKeySpec(new byte[] {77, 77, 77, 77}, "AES");
        assertThatThrownBy(() -> sealer.seal(image, convergent(new Provider(3, shorter)), room))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("key 3")
                .hasMessageContaining("4 bytes")
                .hasMessageNotContaining("77");
    }

    private record Provider(int currentKeyId, SecretKey key) implements KeyProvider {
        @Override
        public Optional<SecretKey> find(int keyId) {
            return Optional.ofNullable(key);
        }

        @Override
        public SecretKey identityKey() {
            return key;
        }
    }
}
