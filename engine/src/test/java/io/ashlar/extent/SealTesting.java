package io.ashlar.extent;

import io.ashlar.Encryption;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.KeyRing;
import io.ashlar.spi.PageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** Sealed images to test with. */
final class SealTesting {
    static final PageCodec CODEC = new RunLengthCodec();
    static final PageCodec NO_CODEC = PageCodecs.NONE.named("none");
    static final KeyRing KEYS = KeyRing.of(key(1), 7, key(2));
    static final Unsealer UNSEALER = Unsealer.of(PageCodecs.of(CODEC), KEYS);

    static final ExtentEncoding COMPRESSED = ExtentEncoding.compressed(CODEC);
    static final ExtentEncoding ENCRYPTED = ExtentEncoding.encrypted(NO_CODEC, Encryption.RANDOM, KEYS);
    static final ExtentEncoding BOTH = ExtentEncoding.encrypted(CODEC, Encryption.RANDOM, KEYS);
    static final ExtentEncoding CONVERGENT = ExtentEncoding.encrypted(CODEC, Encryption.CONVERGENT, KEYS);
    static final List<ExtentEncoding> ENCODINGS = List.of(COMPRESSED, ENCRYPTED, BOTH, CONVERGENT);

    private SealTesting() {}

    static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    static Entropy entropy(long seed) {
        return new SplittableRandom(seed)::nextLong;
    }

    /** Bytes of which some pages shrink and some do not. */
    static byte[] mixedBytes(SplittableRandom random, int length, int pageBytes) {
        byte[] bytes = ExtentTesting.randomBytes(random, length);
        for (int from = 0; from < length; from += pageBytes) {
            int end = Math.min(length, from + pageBytes);
            switch (random.nextInt(3)) {
                case 0 -> Arrays.fill(bytes, from, end, (byte) random.nextInt(256));
                case 1 -> Arrays.fill(bytes, from, from + (end - from) / 2, (byte) random.nextInt(256));
                default -> {
                    // Random as it is.
                }
            }
        }
        return bytes;
    }

    /** An image as it is before it is encoded like that. */
    static ByteBuffer plainImage(ExtentEncoding encoding, ExtentKind kind, SparseContent content) {
        try {
            ByteBuffer image =
                    ByteBuffer.allocate(ExtentLayout.maxImageBytes(content.plainBytes(), content.pageBytes()));
            new ExtentEncoder().encode(kind, content, hasher(encoding), image);
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ContentHasher hasher(ExtentEncoding encoding) throws IOException {
        return encoding.encryption() == Encryption.NONE
                ? new ContentHasher(ExtentId.Hash.SHA_256)
                : ContentHasher.keyed(KEYS);
    }

    static ByteBuffer plainImage(ExtentEncoding encoding, int pageBytes, byte[] plain) {
        BitSet all = new BitSet();
        all.set(0, (plain.length + pageBytes - 1) / pageBytes);
        return plainImage(
                encoding, ExtentKind.DATA, SparseContent.of(pageBytes, plain.length, all, ByteBuffer.wrap(plain)));
    }

    static byte[] sealed(ByteBuffer plainImage, ExtentEncoding encoding, Entropy entropy) {
        ByteBuffer target = ByteBuffer.allocate(ExtentLayout.IMAGE_BYTES_MAX);
        try {
            return ExtentTesting.bytes(new ExtentSealer(entropy).seal(plainImage, encoding, target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] sealed(int pageBytes, byte[] plain, ExtentEncoding encoding) {
        return sealed(plainImage(encoding, pageBytes, plain), encoding, entropy(plain.length));
    }

    static ExtentReader open(byte[] image, Unsealer unsealer) {
        try {
            return ExtentReader.open(ExtentTesting.source(image), image.length, unsealer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ExtentReader open(byte[] image) {
        return open(image, UNSEALER);
    }
}
