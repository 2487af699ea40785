package io.ashlar.catalog.table;

import java.io.IOException;

/**
 * Opens stored extents for reading verified pages. The engine implements it over a backend and its extent reader; it is where
 * decryption, repair and the choice of a copy happen. Safe for use by many threads.
 */
@FunctionalInterface
public interface PageSource {

    /**
     * Opens an extent: reads and verifies its header and directory, nothing else.
     *
     * @param object the extent
     * @return its pages
     * @throws io.ashlar.DamagedException if they are not what was written
     * @throws IOException if they cannot be read
     */
    Pages open(StoredObject object) throws IOException;

    /** The pages of an open extent. Immutable; safe for use by many threads. Needs no closing. */
    interface Pages {

        /**
         * Tells how many pages there are.
         *
         * @return the count
         */
        int pageCount();

        /**
         * Tells how much memory keeping this takes.
         *
         * @return bytes on the heap, roughly
         */
        int heapBytes();

        /**
         * Reads consecutive pages, with one I/O where they lie together, and verifies each.
         *
         * @param firstPage the first, from 0
         * @param count how many; positive
         * @param target gets the plain bytes
         * @param offset where in {@code target} the first page begins
         * @throws io.ashlar.DamagedException if a page is not what was written, or not there
         * @throws IOException if they cannot be read
         */
        void read(int firstPage, int count, byte[] target, int offset) throws IOException;
    }
}
