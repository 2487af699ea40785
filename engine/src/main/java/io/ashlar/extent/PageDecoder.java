package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Turns stored pages into plain ones: checksum, then cipher, then codec; and derives keys, before. Keeps its buffers, ciphers and decompressors from page to
 * page; for one thread at a time. One that threw is not used again.
 */
final class PageDecoder {
    private final PageCodecs codecs;
    private final Map<Integer, PageCodec.Decompressor> decompressors = new HashMap<>();
    private final ExtentKeys derivation = new ExtentKeys();
    private final PageCipher cipher = new PageCipher();
    private final CRC32C crc = new CRC32C();
    private byte[] stored = new byte[0];
    private byte[] opened = new byte[0];
    private byte[] plain = new byte[0];

    PageDecoder(PageCodecs codecs) {
        this.codecs = codecs;
    }

    /** Derives the keys of an extent that is opened. */
    ExtentKeys derivation() {
        return derivation;
    }

    /** Room for stored bytes, which {@link #decode} reads. */
    byte[] stored(int bytes) {
        if (stored.length < bytes) {
            stored = new byte[bytes];
        }
        return stored;
    }

    /**
     * Decodes the page of an entry.
     *
     * @param slot which page that is
     * @param from where its stored bytes begin in {@link #stored}
     * @param key the extent's, if it is encrypted
     * @param target where the page goes
     * @param at where in it; its position does not matter
     * @throws DamagedException if the bytes are wrong, at whichever step
     */
    void decode(
            ExtentIndex index,
            int entry,
            int slot,
            int from,
            Unsealer.@Nullable PageKey key,
            ByteBuffer target,
            int at,
            Where where) {
        int length = index.offsetOf(entry + 1) - index.offsetOf(entry);
        crc.reset();
        crc.update(stored, from, length);
        if ((int) crc.getValue() != index.crcOf(entry)) {
            throw where.damaged("page " + slot + " does not match its checksum");
        }
        int plainBytes = index.slotBytes(slot);
        boolean compressed = length < index.header().maxStoredBytes(slot);
        if (key == null && !compressed) {
            target.put(at, stored, from, length);
            return;
        }
        byte[] source = stored;
        int sourceFrom = from;
        int sourceLength = length;
        if (key != null) {
            boolean direct = !compressed && target.hasArray();
            byte[] text = direct ? target.array() : opened(index.header());
            int textAt = direct ? target.arrayOffset() + at : 0;
            sourceLength = decrypt(key, slot, from, length, text, textAt, where);
            if (direct) {
                return;
            }
            source = text;
            sourceFrom = 0;
        }
        if (!compressed) {
            target.put(at, source, sourceFrom, sourceLength);
        } else if (target.hasArray()) {
            int targetAt = target.arrayOffset() + at;
            decompress(index, slot, source, sourceFrom, sourceLength, target.array(), targetAt, plainBytes, where);
        } else {
            if (plain.length < plainBytes) {
                plain = new byte[1 << index.header().pageSizeLog2()];
            }
            decompress(index, slot, source, sourceFrom, sourceLength, plain, 0, plainBytes, where);
            target.put(at, plain, 0, plainBytes);
        }
    }

    private byte[] opened(ExtentHeader header) {
        int room = (1 << header.pageSizeLog2()) + ExtentLayout.PAGE_TAG_BYTES;
        if (opened.length < room) {
            opened = new byte[room];
        }
        return opened;
    }

    private int decrypt(Unsealer.PageKey key, int slot, int from, int length, byte[] target, int at, Where where) {
        try {
            return cipher.decrypt(key.key(), key.header(), slot, stored, from, length, target, at);
        } catch (AEADBadTagException e) {
            throw where.damaged(
                    "page " + slot
                            + " matches its checksum and not its tag: it was tampered with, or belongs elsewhere",
                    e);
        }
    }

    private void decompress(
            ExtentIndex index,
            int slot,
            byte[] source,
            int from,
            int length,
            byte[] target,
            int at,
            int plainBytes,
            Where where) {
        int code = index.header().codec();
        PageCodec.Decompressor decompressor = decompressors.get(code);
        if (decompressor == null) {
            decompressor = codecs.expect(code, where).newDecompressor();
            decompressors.put(code, decompressor);
        }
        try {
            decompressor.decompress(source, from, length, target, at, plainBytes);
        } catch (MalformedPageException e) {
            throw where.damaged("page " + slot + " is nothing that its codec has written: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // A codec must not do this; if one does, the page is to blame all the same, and its extent must be named.
            throw where.damaged("page " + slot + " breaks its codec: " + e, e);
        }
    }
}
