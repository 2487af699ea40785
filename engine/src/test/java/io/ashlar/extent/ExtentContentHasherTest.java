package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyRing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.openhft.hashing.LongTupleHashFunction;
import org.junit.jupiter.api.Test;

class ExtentContentHasherTest {
    private static final int PAGE_BYTES = 512;

    private final SplittableRandom random = new SplittableRandom(31);
    private final ContentHasher xxh3 = new ContentHasher(ExtentId.Hash.XXH3_128);
    private final ContentHasher sha256 = new ContentHasher(ExtentId.Hash.SHA_256);

    @Test
    void shouldWriteTheCanonicalFormOfTheHash() {
        // The published hash of no bytes at all.
        assertThat(HexFormat.of().formatHex(canonical(new byte[0]))).isEqualTo("99aa06d3014798d86001c324468d497f");
    }

    @Test
    void shouldAgreeWithTheDefinitionForAnyBufferLengthAndOffset() throws Exception {
        byte[] bytes = ExtentTesting.randomBytes(random, 5000 + 16);
        ByteBuffer heap = ByteBuffer.wrap(bytes);
        ByteBuffer direct = ExtentTesting.buffer(bytes, true, 0);
        for (int length = 0; length <= 5000; length++) {
            int offset = random.nextInt(17);
            byte[] plain = new byte[length];
            System.arraycopy(bytes, offset, plain, 0, length);
            byte[] descriptor = descriptor(ExtentKind.TABLE, 9, length, dense((length + 511) / 512));
            byte[] outer = ByteBuffer.allocate(descriptor.length + 16)
                    .put(descriptor)
                    .put(canonical(plain))
                    .array();
            ExtentId expected = ExtentId.of(ExtentId.Hash.XXH3_128, canonical(outer), 0);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(descriptor);
            ExtentId expectedSha = ExtentId.of(ExtentId.Hash.SHA_256, digest.digest(plain), 0);
            for (ByteBuffer buffer : new ByteBuffer[] {
                heap, heap.asReadOnlyBuffer(), heap.slice(), direct, direct.asReadOnlyBuffer(), direct.slice()
            }) {
                buffer.limit(offset + length).position(offset);
                assertThat(xxh3.idOf(ExtentKind.TABLE, PAGE_BYTES, buffer)).isEqualTo(expected);
                assertThat(buffer.position()).isEqualTo(offset);
                if (length % 50 == 0) {
                    assertThat(sha256.idOf(ExtentKind.TABLE, PAGE_BYTES, buffer))
                            .isEqualTo(expectedSha);
                }
            }
            heap.clear();
            direct.clear();
        }
    }

    @Test
    void shouldTellContentsApartThatDifferInAnything() {
        Set<ExtentId> ids = new HashSet<>();
        int count = 0;
        byte[] zeros = new byte[2048];
        for (ExtentKind kind : ExtentKind.values()) {
            for (int pageBytes : new int[] {512, 1024, 2048, 4096}) {
                for (int length : new int[] {0, 1, 511, 512, 513, 1024, 2047, 2048}) {
                    ids.add(xxh3.idOf(kind, pageBytes, ByteBuffer.wrap(zeros, 0, length)));
                    count++;
                }
            }
        }
        // Four slots, all ways to have two pages of zeros there: same bytes, other holes.
        for (int bits = 1; bits < 15; bits++) {
            BitSet present = BitSet.valueOf(new long[] {bits});
            ByteBuffer pages = ByteBuffer.allocate(512 * present.cardinality());
            ids.add(xxh3.idOf(ExtentKind.DATA, SparseContent.of(512, 2048, present, pages)));
            count++;
        }
        assertThat(ids).hasSize(count);
    }

    @Test
    void shouldAgreeWithTheDefinitionUnderAKey() throws Exception {
        KeyRing keys = SealTesting.KEYS;
        byte[] identityKey = new byte[32];
        new Hkdf()
                .derive(
                        keys.identityKey().getEncoded(),
                        new byte[0],
                        "ashlar identity 1".getBytes(StandardCharsets.US_ASCII),
                        identityKey);
        ContentHasher hasher = ContentHasher.keyed(keys);
        for (int length = 0; length < 3000; length += 1 + random.nextInt(200)) {
            byte[] plain = ExtentTesting.randomBytes(random, length);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(identityKey, "HmacSHA256"));
            mac.update(descriptor(ExtentKind.DATA, 9, length, dense((length + 511) / 512)));
            ExtentId expected = ExtentId.of(ExtentId.Hash.HMAC_SHA_256, mac.doFinal(plain), 0);
            for (boolean direct : new boolean[] {false, true}) {
                ByteBuffer buffer = ExtentTesting.buffer(plain, direct, random.nextInt(9));
                assertThat(hasher.idOf(ExtentKind.DATA, PAGE_BYTES, buffer)).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldKeepIdsWhenKeysRotateAndChangeThemWithTheIdentityKey() throws Exception {
        ByteBuffer plain = ByteBuffer.allocate(100);
        ExtentId id = ContentHasher.keyed(SealTesting.KEYS).idOf(ExtentKind.DATA, 512, plain);
        KeyRing rotated = SealTesting.KEYS.rotatedTo(8, SealTesting.key(9));
        assertThat(ContentHasher.keyed(rotated).idOf(ExtentKind.DATA, 512, plain))
                .isEqualTo(id);
        KeyRing other = KeyRing.of(SealTesting.key(3), 7, SealTesting.key(2));
        assertThat(ContentHasher.keyed(other).idOf(ExtentKind.DATA, 512, plain)).isNotEqualTo(id);
        assertThatIllegalArgumentException().isThrownBy(() -> new ContentHasher(ExtentId.Hash.HMAC_SHA_256));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExtentEncoder()
                        .encode(ExtentKind.DATA, 512, plain, ExtentId.Hash.HMAC_SHA_256, ByteBuffer.allocate(300)));
    }

    @Test
    void shouldRefuseContentThatIsTooLong() {
        ByteBuffer large = ByteBuffer.allocate(ExtentLayout.PLAIN_BYTES_MAX + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> xxh3.idOf(ExtentKind.DATA, 512, large));
    }

    private static byte[] canonical(byte[] bytes) {
        long[] lowAndHigh = LongTupleHashFunction.xx128().hashBytes(bytes);
        return ByteBuffer.allocate(16)
                .putLong(lowAndHigh[1])
                .putLong(lowAndHigh[0])
                .array();
    }

    private static BitSet dense(int slots) {
        BitSet pages = new BitSet();
        pages.set(0, slots);
        return pages;
    }

    private static byte[] descriptor(ExtentKind kind, int log2, int plainBytes, BitSet present) {
        int slots = (plainBytes + (1 << log2) - 1) >> log2;
        ByteBuffer descriptor = ByteBuffer.allocate(8 + (slots + 63) / 64 * 8).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put((byte) kind.code()).put((byte) log2).putShort((short) 0).putInt(plainBytes);
        descriptor.put(present.toByteArray());
        return descriptor.array();
    }
}
