package io.ashlar.extent;

import static io.ashlar.format.ExtentLayout.ENTRY_BYTES;
import static io.ashlar.format.ExtentLayout.ENTRY_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.ENTRY_PAGE_OFFSET;
import static io.ashlar.format.ExtentLayout.ENTRY_STORED_BYTES_OFFSET;
import static io.ashlar.format.ExtentLayout.HEADER_BYTES;

import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Header, bitmap and directory of an extent, verified: where each page is, and its checksum. Pages are counted in two ways: a
 * <i>slot</i> is a logical page, an <i>entry</i> one that is there, by its place in the directory.
 *
 * <p>Immutable.
 */
final class ExtentIndex {
    private final ExtentHeader header;
    private final long[] words;
    /** Where each entry's page begins in the image; one more for the end. */
    private final int[] offsets;

    private final int[] crcs;

    private ExtentIndex(ExtentHeader header, long[] words, int[] offsets, int[] crcs) {
        this.header = header;
        this.words = words;
        this.offsets = offsets;
        this.crcs = crcs;
    }

    /** Reads bitmap and directory from {@code bytes}, which begins with the header and holds at least all of them. */
    static ExtentIndex parse(ExtentHeader header, ByteBuffer bytes, long storedBytes, Where where) {
        int end = header.metadataBytes();
        if (Crc32c.of(bytes, HEADER_BYTES, end - HEADER_BYTES) != header.metadataCrc()) {
            throw where.damaged("its bitmap and directory do not match their checksum");
        }
        long[] words = new long[ExtentLayout.bitmapBytes(header.pageSlots()) >> 3];
        int bits = 0;
        for (int i = 0; i < words.length; i++) {
            words[i] = LittleEndian.getLong(bytes, HEADER_BYTES + 8 * i);
            bits += Long.bitCount(words[i]);
        }
        if (bits != header.presentPages() || PageBitmap.rank(words, header.pageSlots()) != bits) {
            throw where.damaged("its bitmap does not show the " + header.presentPages() + " pages out of "
                    + header.pageSlots() + " that its header tells of");
        }
        int[] offsets = new int[bits + 1];
        int[] crcs = new int[bits];
        int offset = end;
        int slot = -1;
        for (int entry = 0; entry < bits; entry++) {
            slot = PageBitmap.nextSet(words, slot + 1, header.pageSlots());
            int at = HEADER_BYTES + 8 * words.length + entry * ENTRY_BYTES;
            int length = LittleEndian.getInt(bytes, at + ENTRY_STORED_BYTES_OFFSET);
            // Without a codec a page is stored as it is; any codec stores it in 1 to as many bytes.
            int longest = header.maxStoredBytes(slot);
            int shortest = header.codec() == ExtentLayout.CODEC_NONE
                    ? longest
                    : 1 + ExtentLayout.pageTagBytes(header.cipher());
            if (LittleEndian.getInt(bytes, at + ENTRY_PAGE_OFFSET) != offset || length < shortest || length > longest) {
                throw where.damaged("its directory places page " + slot + " wrongly");
            }
            offsets[entry] = offset;
            crcs[entry] = LittleEndian.getInt(bytes, at + ENTRY_CRC_OFFSET);
            offset += length;
        }
        offsets[bits] = offset;
        if (offset != storedBytes) {
            throw where.damaged("it should have " + offset + " bytes, and has " + storedBytes);
        }
        return new ExtentIndex(header, words, offsets, crcs);
    }

    ExtentHeader header() {
        return header;
    }

    long[] words() {
        return words;
    }

    boolean isPresent(int slot) {
        return PageBitmap.isSet(words, slot);
    }

    /** Which entry a slot has, or the next one that has any. */
    int entryOf(int slot) {
        return header.presentPages() == header.pageSlots() ? slot : PageBitmap.rank(words, slot);
    }

    /** Finds the slot of an entry; where there are holes it takes its time. */
    int slotOf(int entry) {
        if (header.presentPages() == header.pageSlots()) {
            return entry;
        }
        int slot = PageBitmap.nextSet(words, 0, header.pageSlots());
        for (int i = 0; i < entry; i++) {
            slot = PageBitmap.nextSet(words, slot + 1, header.pageSlots());
        }
        return slot;
    }

    /** The next slot of a page that is there, or the number of slots. */
    int slotAfter(int slot) {
        return PageBitmap.nextSet(words, slot + 1, header.pageSlots());
    }

    /** Where the page of an entry begins in the image; for the number of entries, where the image ends. */
    int offsetOf(int entry) {
        return offsets[entry];
    }

    /** How many bytes of content the pages before an entry have; for the number of entries, how many all of them have. */
    int plainOffsetOf(int entry) {
        return Math.min(entry << header.pageSizeLog2(), presentBytes());
    }

    /** How many bytes of content the pages have that are there. */
    int presentBytes() {
        int slots = header.pageSlots();
        return PageBitmap.presentBytes(
                header.presentPages(),
                slots > 0 && isPresent(slots - 1),
                slots,
                header.plainBytes(),
                header.pageSizeLog2());
    }

    int crcOf(int entry) {
        return crcs[entry];
    }

    int slotBytes(int slot) {
        return ExtentLayout.slotBytes(slot, header.plainBytes(), header.pageSizeLog2());
    }

    boolean sameShape(ExtentIndex other) {
        return header.kind() == other.header.kind()
                && header.pageSizeLog2() == other.header.pageSizeLog2()
                && header.plainBytes() == other.header.plainBytes()
                && Arrays.equals(words, other.words);
    }
}
