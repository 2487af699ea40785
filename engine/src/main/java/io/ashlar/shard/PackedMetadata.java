package io.ashlar.shard;

import static io.ashlar.format.ShardLayout.CHECKSUM_BYTES;
import static io.ashlar.format.ShardLayout.PACKED_LENGTH_BYTES;
import static io.ashlar.format.ShardLayout.PACKING_DENSE;
import static io.ashlar.format.ShardLayout.PACKING_UNIFORM;

import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of an extent's image (header, bitmap, directory) without what follows from the rest; or nothing, where the image
 * is no extent. Gives back exactly the bytes that it was packed from.
 *
 * <p>Filled once, by {@link MetadataPacker} or from a shard; not thread-safe while that is done.
 */
final class PackedMetadata {
    private final ByteBuffer bytes;
    private int length;
    private int packing;
    private int pageSizeLog2;
    private int plainBytes;
    private int pageSlots;
    private int presentPages;
    private int bodyBytes;

    /** Makes room for up to so many bytes. */
    PackedMetadata(int capacity) {
        bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where whoever fills this puts the bytes, little-endian. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Forgets everything: no extent. */
    void clear() {
        length = 0;
        packing = 0;
        presentPages = 0;
        bodyBytes = 0;
    }

    /**
     * Takes what was put into {@link #bytes}, whatever it is.
     *
     * @return what is wrong with it; if anything, there is no extent
     */
    @Nullable
    String take(int newLength, int newPacking) {
        clear();
        pageSizeLog2 = bytes.get(ExtentLayout.PAGE_SIZE_LOG2_OFFSET) & 0xFF;
        plainBytes = bytes.getInt(ExtentLayout.PLAIN_BYTES_OFFSET);
        pageSlots = bytes.getShort(ExtentLayout.PAGE_SLOTS_OFFSET) & 0xFFFF;
        int present = bytes.getShort(ExtentLayout.PRESENT_PAGES_OFFSET) & 0xFFFF;
        if (bytes.getInt(ExtentLayout.MAGIC_OFFSET) != ExtentLayout.MAGIC
                || bytes.get(ExtentLayout.VERSION_OFFSET) != ExtentLayout.VERSION) {
            return "the metadata in it are not those of an extent";
        }
        if (!isShapePossible()) {
            return "the metadata in it tell of " + present + " out of " + pageSlots + " pages of 2^" + pageSizeLog2
                    + " bytes in " + Integer.toUnsignedString(plainBytes) + " bytes";
        }
        if (newLength != ShardLayout.packedBytes(pageSlots, present, newPacking)) {
            return "it has " + newLength + " bytes of metadata for " + present + " pages";
        }
        length = newLength;
        packing = newPacking;
        if (isDense() ? present != pageSlots : !hasBitmapOf(present)) {
            length = 0;
            return "the bitmap in it does not show the " + present + " pages that there should be";
        }
        presentPages = present;
        for (int page = 0; page < present; page++) {
            bodyBytes += storedBytes(page);
        }
        return null;
    }

    private boolean isShapePossible() {
        return pageSizeLog2 >= ExtentLayout.PAGE_SIZE_LOG2_MIN
                && pageSizeLog2 <= ExtentLayout.PAGE_SIZE_LOG2_MAX
                && plainBytes >= 0
                && plainBytes <= ExtentLayout.PLAIN_BYTES_MAX
                && pageSlots == ExtentLayout.pageSlots(plainBytes, pageSizeLog2);
    }

    private boolean hasBitmapOf(int present) {
        int bits = 0;
        long last = 0;
        int end = ExtentLayout.HEADER_BYTES + ExtentLayout.bitmapBytes(pageSlots);
        for (int at = ExtentLayout.HEADER_BYTES; at < end; at += Long.BYTES) {
            last = bytes.getLong(at);
            bits += Long.bitCount(last);
        }
        boolean beyond = (pageSlots & 63) != 0 && last >>> pageSlots != 0;
        return bits == present && !beyond;
    }

    /** The length of what is packed; 0 if there is no extent. */
    int length() {
        return length;
    }

    int packing() {
        return packing;
    }

    /** The length of what was packed; 0 if there is no extent. */
    int metadataBytes() {
        return length == 0 ? 0 : ExtentLayout.metadataBytes(pageSlots, presentPages);
    }

    /** The length of all pages as they are stored. */
    int bodyBytes() {
        return bodyBytes;
    }

    int presentPages() {
        return presentPages;
    }

    /** The length of a page as it is stored, by its place in the directory. */
    int storedBytes(int page) {
        if ((packing & PACKING_UNIFORM) == 0) {
            return (bytes.getShort(lengthsOffset() + page * PACKED_LENGTH_BYTES) & 0xFFFF) + 1;
        }
        return page == presentPages - 1 ? lastPageBytes() : 1 << pageSizeLog2;
    }

    /** How many bytes the last page has that is present. Only the last slot can have fewer than a page. */
    private int lastPageBytes() {
        int slot = pageSlots - 1;
        boolean isPresent = isDense() || (bytes.get(ExtentLayout.HEADER_BYTES + (slot >> 3)) >> (slot & 7) & 1) != 0;
        return isPresent ? ExtentLayout.slotBytes(slot, plainBytes, pageSizeLog2) : 1 << pageSizeLog2;
    }

    private boolean isDense() {
        return (packing & PACKING_DENSE) != 0;
    }

    private int lengthsOffset() {
        return ExtentLayout.HEADER_BYTES + (isDense() ? 0 : ExtentLayout.bitmapBytes(pageSlots));
    }

    /** The metadata as they were. */
    byte[] unpacked() {
        ByteBuffer image = ByteBuffer.allocate(metadataBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (length == 0) {
            return image.array();
        }
        int entries = ExtentLayout.HEADER_BYTES + ExtentLayout.bitmapBytes(pageSlots);
        image.put(bytes.array(), 0, isDense() ? ExtentLayout.HEADER_BYTES : entries);
        for (int slot = 0; slot < pageSlots && isDense(); slot++) {
            int at = ExtentLayout.HEADER_BYTES + (slot >> 3);
            image.put(at, (byte) (image.get(at) | 1 << (slot & 7)));
        }
        image.position(entries);
        int crcs = length - presentPages * CHECKSUM_BYTES;
        int offset = metadataBytes();
        for (int page = 0; page < presentPages; page++) {
            int stored = storedBytes(page);
            image.putInt(offset).putInt(stored).putInt(bytes.getInt(crcs + page * CHECKSUM_BYTES));
            offset += stored;
        }
        return image.array();
    }

    /** Puts what is packed into {@code target} from {@code at} on. */
    void writeTo(ByteBuffer target, int at) {
        target.put(at, bytes.array(), 0, length);
    }

    /** Equal packed bytes: everything else follows from them. */
    boolean isSame(PackedMetadata other) {
        return packing == other.packing
                && Arrays.equals(bytes.array(), 0, length, other.bytes.array(), 0, other.length);
    }
}
