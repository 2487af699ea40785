package io.ashlar.extent;

import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.RawKey;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to read extents that are compressed or encrypted: the codecs, the keys, and a few decoders that readers take turns
 * with. One serves a whole store. As thread-safe as its key provider.
 */
public final class Unsealer {
    /** Reads what is neither compressed nor encrypted, and refuses everything else by name. */
    public static final Unsealer NONE = new Unsealer(PageCodecs.NONE, null);

    /** Decoders beyond so many at once are made anew each time. */
    private static final int IDLE_DECODERS_MAX = 16;

    private final PageCodecs codecs;
    private final @Nullable KeyProvider keys;
    private final AtomicReferenceArray<@Nullable PageDecoder> idle = new AtomicReferenceArray<>(IDLE_DECODERS_MAX);

    private Unsealer(PageCodecs codecs, @Nullable KeyProvider keys) {
        this.codecs = codecs;
        this.keys = keys;
    }

    /**
     * Reads what is compressed.
     *
     * @param codecs by which codecs
     * @return an unsealer without keys
     */
    public static Unsealer of(PageCodecs codecs) {
        return new Unsealer(codecs, null);
    }

    /**
     * Reads what is compressed or encrypted.
     *
     * @param codecs by which codecs
     * @param keys under which keys
     * @return an unsealer
     */
    public static Unsealer of(PageCodecs codecs, KeyProvider keys) {
        return new Unsealer(codecs, keys);
    }

    /** The keys of an open extent, and what is bound to each of its pages. */
    static final class PageKey {
        private final RawKey key;
        private final byte[] header;

        PageKey(RawKey key, byte[] header) {
            this.key = key;
            this.header = header;
        }

        RawKey key() {
            return key;
        }

        byte[] header() {
            return header;
        }
    }

    PageCodecs codecs() {
        return codecs;
    }

    /**
     * Finds the key of an extent's pages, and checks that what lies before the pages is what was written there.
     *
     * @param metadata header, bitmap, directory and what the cipher put behind them; their checksums are right
     * @throws io.ashlar.UnknownKeyException if there is no such key
     * @throws io.ashlar.DamagedException if the tag does not agree with key and metadata
     */
    PageKey unlock(ExtentHeader header, byte[] metadata, Where where) throws IOException {
        if (keys == null) {
            throw where.unknownKey(header.keyId(), "there is no key provider");
        }
        SecretKey found = keys.find(header.keyId())
                .orElseThrow(() -> where.unknownKey(header.keyId(), "the key provider does not know it"));
        int saltAt = header.saltOffset();
        byte[] salt = Arrays.copyOfRange(metadata, saltAt, saltAt + ExtentLayout.SALT_BYTES);
        byte[] tag = new byte[ExtentLayout.METADATA_TAG_BYTES];
        PageDecoder decoder = take();
        byte[] key = ExtentKeys.bytesOf(found, header.keyId());
        ExtentKeys.Pair pair = decoder.derivation().pair(key, salt, metadata);
        Arrays.fill(key, (byte) 0);
        decoder.derivation().metadataTag(pair.metadata(), metadata, saltAt, tag, 0);
        give(decoder);
        pair.metadata().destroy();
        int tagAt = saltAt + ExtentLayout.SALT_BYTES;
        if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(metadata, tagAt, tagAt + tag.length))) {
            pair.pages().destroy();
            throw where.damaged(
                    "its checksums are right and its tag is not: it was tampered with, or the key that is provided as "
                            + Integer.toUnsignedString(header.keyId()) + " is not the one that it was written with");
        }
        return new PageKey(pair.pages(), Arrays.copyOf(metadata, ExtentKeys.BOUND_BYTES));
    }

    /** Something that computes ids, for content of any hash. */
    ContentHasher hasher(ExtentHeader header) throws IOException {
        if (header.id().hash() != ExtentId.Hash.HMAC_SHA_256) {
            return new ContentHasher(header.id().hash());
        }
        if (keys == null) {
            throw new IllegalStateException("an extent that is identified by a key was opened without keys");
        }
        return ContentHasher.keyed(keys);
    }

    /** A decoder for one thread, to be given back unless it failed. */
    PageDecoder take() {
        for (int i = 0; i < IDLE_DECODERS_MAX; i++) {
            PageDecoder decoder = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
            if (decoder != null) {
                return decoder;
            }
        }
        return new PageDecoder(codecs);
    }

    void give(PageDecoder decoder) {
        for (int i = 0; i < IDLE_DECODERS_MAX; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, decoder)) {
                return;
            }
        }
    }
}
