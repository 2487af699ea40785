package io.ashlar.extent;

import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Content with holes: the pages that are there, one after the other, and a bitmap that says which ones they are. An absent page
 * is not a page of zeros: the two have different ids.
 *
 * <p>Holds a view of the caller's buffer, which must not change while this is in use.
 */
public final class SparseContent {
    private final int pageSizeLog2;
    private final int plainBytes;
    private final long[] words;
    private final int presentPages;
    private final ByteBuffer pages;

    private SparseContent(int pageSizeLog2, int plainBytes, long[] words, int presentPages, ByteBuffer pages) {
        this.pageSizeLog2 = pageSizeLog2;
        this.plainBytes = plainBytes;
        this.words = words;
        this.presentPages = presentPages;
        this.pages = pages;
    }

    /**
     * Describes content with holes.
     *
     * @param pageBytes the page size, a power of two from 512 to 65,536
     * @param plainBytes the logical length, holes included, 0 to 2 MiB; the last page may be partial
     * @param present which pages are there; copied
     * @param pages those pages without gaps, from position to limit; the position is unchanged
     * @return the content
     * @throws IllegalArgumentException if an argument is out of its bounds or they do not fit each other
     */
    public static SparseContent of(int pageBytes, int plainBytes, BitSet present, ByteBuffer pages) {
        int log2 = ExtentLayout.pageSizeLog2(pageBytes);
        int slots = ExtentLayout.pageSlots(ExtentLayout.checkPlainBytes(plainBytes), log2);
        if (present.length() > slots) {
            throw new IllegalArgumentException(
                    "page " + (present.length() - 1) + " is past the last of " + slots + " pages");
        }
        int presentPages = present.cardinality();
        int bytes = PageBitmap.presentBytes(presentPages, slots > 0 && present.get(slots - 1), slots, plainBytes, log2);
        if (pages.remaining() != bytes) {
            throw new IllegalArgumentException(
                    presentPages + " pages have " + bytes + " bytes, not " + pages.remaining());
        }
        long[] words = new long[(slots + 63) >> 6];
        long[] set = present.toLongArray();
        System.arraycopy(set, 0, words, 0, set.length);
        return new SparseContent(log2, plainBytes, words, presentPages, pages.slice());
    }

    int pageSizeLog2() {
        return pageSizeLog2;
    }

    long[] words() {
        return words;
    }

    ByteBuffer pages() {
        return pages;
    }

    /**
     * Tells the page size.
     *
     * @return in bytes
     */
    public int pageBytes() {
        return 1 << pageSizeLog2;
    }

    /**
     * Tells the logical length, holes included.
     *
     * @return in bytes
     */
    public int plainBytes() {
        return plainBytes;
    }

    /**
     * Counts the pages that are there.
     *
     * @return how many
     */
    public int presentPages() {
        return presentPages;
    }
}
