package io.ashlar.extent;

import io.ashlar.ExtentId;
import io.ashlar.erasure.KernelSelection;
import io.ashlar.erasure.Kernels;
import io.ashlar.erasure.Xxh3;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.RawKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Gives content its id. Hashed are a descriptor (kind, page size, logical length, bitmap) and the plain bytes of the pages that
 * are there:
 *
 * <pre>
 *   descriptor = kind u8, pageSizeLog2 u8, 0 u16, plainBytes u32, bitmap padded to a multiple of 8 bytes
 *   XXH3_128   = XXH3-128(descriptor, XXH3-128(pages))      both unseeded, in canonical (big-endian) form
 *   SHA_256    = SHA-256(descriptor, pages)
 *   HMAC_SHA_256 = HMAC-SHA-256(identity key, descriptor, pages)
 * </pre>
 *
 * <p>The descriptor is hashed in front of the inner hash rather than made its seed: a seed has but 64 bits, and the library
 * derives a new secret for each.
 *
 * <p>Not thread-safe; keep one a thread. Allocates nothing but the id (and the digest of SHA-256, which copies direct buffers through
 * small arrays).
 */
public final class ContentHasher {
    private static final int PREFIX_BYTES = 8;

    private final ExtentId.Hash hash;
    private final @Nullable MessageDigest sha256;
    private final @Nullable Mac hmac;
    private final ByteBuffer descriptor =
            ByteBuffer.allocate(PREFIX_BYTES + ExtentLayout.PAGE_SLOTS_MAX / 8 + ExtentId.Hash.XXH3_128.bytes());
    private final long[] words = new long[ExtentLayout.PAGE_SLOTS_MAX / 64];
    private final long[] halves = new long[2];
    private Kernels kernels = KernelSelection.current();
    private Xxh3 xxh3 = kernels.newXxh3();

    /**
     * Makes a hasher.
     *
     * @param hash how to hash, without a key
     * @throws IllegalArgumentException if that hash needs a key: see {@link #keyed}
     */
    public ContentHasher(ExtentId.Hash hash) {
        this(hash, null);
        if (hash == ExtentId.Hash.HMAC_SHA_256) {
            throw new IllegalArgumentException(hash + " needs a key: ask for a keyed hasher");
        }
    }

    private ContentHasher(ExtentId.Hash hash, @Nullable Mac hmac) {
        this.hash = hash;
        this.sha256 = hash == ExtentId.Hash.SHA_256 ? sha256() : null;
        this.hmac = hmac;
    }

    /**
     * Makes a hasher for content that is to be encrypted, by {@link ExtentId.Hash#HMAC_SHA_256}.
     *
     * @param keys has the identity key, from which the key of the hash is derived
     * @return a hasher, which keeps that key
     * @throws IOException if the key cannot be had just now
     */
    public static ContentHasher keyed(KeyProvider keys) throws IOException {
        Mac mac = Hkdf.newMac();
        RawKey key = ExtentKeys.identityKey(keys);
        Hkdf.init(mac, key);
        key.destroy();
        return new ContentHasher(ExtentId.Hash.HMAC_SHA_256, mac);
    }

    /**
     * Tells how this hashes.
     *
     * @return the hash
     */
    public ExtentId.Hash hash() {
        return hash;
    }

    /**
     * Hashes content without holes.
     *
     * @param kind what the content is
     * @param pageBytes the page size, a power of two from 512 to 65,536
     * @param plain the content, from position to limit, at most 2 MiB; the position is unchanged
     * @return its id, with discriminator 0
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public ExtentId idOf(ExtentKind kind, int pageBytes, ByteBuffer plain) {
        int log2 = ExtentLayout.pageSizeLog2(pageBytes);
        int plainBytes = ExtentLayout.checkPlainBytes(plain.remaining());
        PageBitmap.fill(words, ExtentLayout.pageSlots(plainBytes, log2));
        return idOf(kind, log2, plainBytes, words, plain, plain.position(), plainBytes);
    }

    /**
     * Hashes content with holes.
     *
     * @param kind what the content is
     * @param content the content
     * @return its id, with discriminator 0
     */
    public ExtentId idOf(ExtentKind kind, SparseContent content) {
        ByteBuffer pages = content.pages();
        return idOf(kind, content.pageSizeLog2(), content.plainBytes(), content.words(), pages, 0, pages.limit());
    }

    /** Hashes the {@code length} bytes of pages at {@code from}; a bit of {@code present} for each of them. */
    ExtentId idOf(
            ExtentKind kind, int pageSizeLog2, int plainBytes, long[] present, ByteBuffer pages, int from, int length) {
        int slots = ExtentLayout.pageSlots(plainBytes, pageSizeLog2);
        descriptor.put(0, (byte) kind.code());
        descriptor.put(1, (byte) pageSizeLog2);
        LittleEndian.putShort(descriptor, 2, 0);
        LittleEndian.putInt(descriptor, 4, plainBytes);
        PageBitmap.write(present, slots, descriptor, PREFIX_BYTES);
        int descriptorBytes = PREFIX_BYTES + ExtentLayout.bitmapBytes(slots);
        byte[] digest = hmac != null
                ? hmac(hmac, descriptorBytes, pages, from, length)
                : sha256 != null
                        ? sha(sha256, descriptorBytes, pages, from, length)
                        : xxh3(descriptorBytes, pages, from, length);
        return ExtentId.of(hash, digest, 0);
    }

    private byte[] xxh3(int descriptorBytes, ByteBuffer pages, int from, int length) {
        Xxh3 hash128 = current();
        hash128.hash128(pages, from, length, halves);
        putCanonical(descriptorBytes);
        hash128.hash128(descriptor, 0, descriptorBytes + 16, halves);
        putCanonical(0);
        byte[] digest = new byte[16];
        descriptor.get(0, digest);
        return digest;
    }

    /** Faster kernels may have been selected since the last time. */
    private Xxh3 current() {
        Kernels best = KernelSelection.current();
        if (best != kernels) {
            kernels = best;
            xxh3 = best.newXxh3();
        }
        return xxh3;
    }

    /** The canonical form of a hash of 128 bits: the high half first, big-endian. The library gives the low half first. */
    private void putCanonical(int at) {
        LittleEndian.putLong(descriptor, at, Long.reverseBytes(halves[1]));
        LittleEndian.putLong(descriptor, at + 8, Long.reverseBytes(halves[0]));
    }

    private byte[] sha(MessageDigest digest, int descriptorBytes, ByteBuffer pages, int from, int length) {
        digest.reset();
        digest.update(descriptor.array(), 0, descriptorBytes);
        if (pages.hasArray()) {
            digest.update(pages.array(), pages.arrayOffset() + from, length);
        } else {
            digest.update(pages.slice(from, length));
        }
        return digest.digest();
    }

    private byte[] hmac(Mac mac, int descriptorBytes, ByteBuffer pages, int from, int length) {
        mac.reset();
        mac.update(descriptor.array(), 0, descriptorBytes);
        if (pages.hasArray()) {
            mac.update(pages.array(), pages.arrayOffset() + from, length);
        } else {
            mac.update(pages.slice(from, length));
        }
        return mac.doFinal();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK must have SHA-256", e);
        }
    }
}
