package io.ashlar;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The content of an extent some of whose pages are absent, which is not the same as being zero.
 *
 * @param pageBytes the size of a page; a power of two, 512 to 65,536
 * @param lengthBytes the logical length, 0 to 2 MiB; the last page may be cut short by it
 * @param present which pages there are
 * @param bytes the bytes of those pages, one after the other, from position to limit
 */
public record SparseExtent(int pageBytes, int lengthBytes, BitSet present, ByteBuffer bytes) {

    /**
     * Checks that the parts fit together.
     *
     * @param pageBytes the size of a page
     * @param lengthBytes the logical length, 0 to 2 MiB
     * @param present which pages there are
     * @param bytes the bytes of those pages, one after the other, from position to limit
     * @throws IllegalArgumentException if they do not; the message says why
     */
    public SparseExtent {
        if (Integer.bitCount(pageBytes) != 1 || pageBytes < 512 || pageBytes > 65_536) {
            throw new IllegalArgumentException("a page has 512 to 65536 bytes, a power of two, not " + pageBytes);
        }
        if (lengthBytes < 0 || lengthBytes > EngineSettings.MAX_EXTENT_BYTES) {
            throw new IllegalArgumentException("an extent has 0 to 2 MiB, not " + lengthBytes + " bytes");
        }
        int slots = (lengthBytes + pageBytes - 1) / pageBytes;
        if (present.length() > slots) {
            throw new IllegalArgumentException(
                    "page " + (present.length() - 1) + " lies beyond the end: there are " + slots + " pages");
        }
        long expected = (long) present.cardinality() * pageBytes;
        if (slots > 0 && present.get(slots - 1)) {
            expected -= (long) slots * pageBytes - lengthBytes;
        }
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException(
                    "the present pages have " + expected + " bytes, but " + bytes.remaining() + " are given");
        }
    }
}
