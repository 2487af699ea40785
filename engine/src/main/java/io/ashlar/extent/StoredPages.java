package io.ashlar.extent;

import io.ashlar.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The pages of an open extent, as they are stored, and the way from there to plain ones. Immutable: as thread-safe as its source.
 *
 * <p>Pages that are stored as they are go straight to the caller's buffer and are checked there; others by way of a decoder's
 * buffers, a piece at a time.
 */
final class StoredPages {
    /** Pages that are not stored as they are, are read by way of a buffer of so many bytes, or of one page. */
    private static final int PIECE_BYTES = 128 << 10;

    private final ExtentSource source;
    private final ExtentIndex index;
    private final Where where;
    private final Unsealer unsealer;
    private final Unsealer.@Nullable PageKey key;
    /** The whole image, if it is small. */
    private final @Nullable ByteBuffer image;

    StoredPages(
            ExtentSource source,
            ExtentIndex index,
            Where where,
            Unsealer unsealer,
            Unsealer.@Nullable PageKey key,
            @Nullable ByteBuffer image) {
        this.source = source;
        this.index = index;
        this.where = where;
        this.unsealer = unsealer;
        this.key = key;
        this.image = image;
    }

    ExtentIndex index() {
        return index;
    }

    Where where() {
        return where;
    }

    Unsealer unsealer() {
        return unsealer;
    }

    /** Reads the pages of entries, one after the other, into {@code target} at {@code at}, and verifies each. */
    void readEntries(int firstEntry, int endEntry, ByteBuffer target, int at) throws IOException {
        if (firstEntry == endEntry) {
            return;
        }
        if (index.header().isPlain()) {
            readPlain(firstEntry, endEntry, target, at);
            return;
        }
        PageDecoder decoder = unsealer.take();
        int entry = firstEntry;
        int slot = index.slotOf(firstEntry);
        int to = at;
        while (entry < endEntry) {
            int end = endOfPiece(entry, endEntry);
            int length = index.offsetOf(end) - index.offsetOf(entry);
            byte[] stored = decoder.stored(length);
            fetch(entry, ByteBuffer.wrap(stored, 0, length));
            int from = 0;
            for (; entry < end; entry++) {
                decoder.decode(index, entry, slot, from, key, target, to, where);
                from += index.offsetOf(entry + 1) - index.offsetOf(entry);
                to += index.slotBytes(slot);
                slot = index.slotAfter(slot);
            }
        }
        unsealer.give(decoder);
    }

    /**
     * Checks every page against its checksum, which takes neither codec nor key.
     *
     * @throws DamagedException if one is wrong
     */
    void verifyStored() throws IOException {
        int entries = index.header().presentPages();
        byte[] piece = new byte[Math.min(PIECE_BYTES, index.offsetOf(entries) - index.offsetOf(0))];
        CRC32C crc = new CRC32C();
        int entry = 0;
        while (entry < entries) {
            int end = endOfPiece(entry, entries);
            int begin = index.offsetOf(entry);
            fetch(entry, ByteBuffer.wrap(piece, 0, index.offsetOf(end) - begin));
            for (; entry < end; entry++) {
                crc.reset();
                crc.update(piece, index.offsetOf(entry) - begin, index.offsetOf(entry + 1) - index.offsetOf(entry));
                check(entry, crc);
            }
        }
    }

    /** As many pages as fit into a piece, and one at least: a page fits. */
    private int endOfPiece(int entry, int endEntry) {
        int end = entry + 1;
        while (end < endEntry && index.offsetOf(end + 1) - index.offsetOf(entry) <= PIECE_BYTES) {
            end++;
        }
        return end;
    }

    private void check(int entry, CRC32C crc) {
        if ((int) crc.getValue() != index.crcOf(entry)) {
            throw where.damaged("page " + index.slotOf(entry) + " does not match its checksum");
        }
    }

    private void readPlain(int firstEntry, int endEntry, ByteBuffer target, int at) throws IOException {
        int begin = index.offsetOf(firstEntry);
        ByteBuffer view = target.duplicate();
        fetch(firstEntry, view.limit(at + index.offsetOf(endEntry) - begin).position(at));
        CRC32C crc = new CRC32C();
        for (int entry = firstEntry; entry < endEntry; entry++) {
            int from = at + index.offsetOf(entry) - begin;
            crc.reset();
            crc.update(view.limit(at + index.offsetOf(entry + 1) - begin).position(from));
            check(entry, crc);
        }
    }

    /** Fills {@code view} with what is stored from the page of an entry on. */
    private void fetch(int entry, ByteBuffer view) throws IOException {
        int begin = index.offsetOf(entry);
        if (image == null) {
            fetch(source, begin, view, where);
        } else {
            view.put(view.position(), image, begin, view.remaining());
        }
    }

    /** Fills {@code view}, or throws. */
    static void fetch(ExtentSource source, long offset, ByteBuffer view, Where where) throws IOException {
        int wanted = view.remaining();
        int read = source.read(offset, view);
        if (read != wanted || view.hasRemaining()) {
            throw where.damaged("only " + read + " of " + wanted + " bytes are there from " + offset + " on");
        }
    }
}
