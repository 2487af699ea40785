package io.ashlar.catalog.table;

import io.ashlar.format.TableLayout;
import java.util.Arrays;

/**
 * One extent of a table, with all that a lookup needs to know before it reads anything. Immutable.
 */
public final class TablePart {
    private final StoredObject object;
    private final int entryPages;
    private final int indexPages;
    private final int filterBlocks;
    private final int entries;
    private final int tombstones;
    private final byte[] firstKey;
    private final byte[] lastKey;

    /**
     * Describes an extent of a table.
     *
     * @param object where it lies
     * @param entryPages pages of entries; positive
     * @param indexPages pages of separators; positive
     * @param filterBlocks blocks of the filter; positive
     * @param entries entries, tombstones included; positive
     * @param tombstones how many of them are tombstones
     * @param firstKey its smallest key; not copied
     * @param lastKey its largest key; not copied
     * @throws IllegalArgumentException if these cannot belong to one image
     */
    public TablePart(
            StoredObject object,
            int entryPages,
            int indexPages,
            int filterBlocks,
            int entries,
            int tombstones,
            byte[] firstKey,
            byte[] lastKey) {
        this.object = object;
        this.entryPages = entryPages;
        this.indexPages = indexPages;
        this.filterBlocks = filterBlocks;
        this.entries = entries;
        this.tombstones = tombstones;
        this.firstKey = firstKey;
        this.lastKey = lastKey;
        int maxPages = TableLayout.MAX_IMAGE_BYTES / TableLayout.PAGE_BYTES;
        check(entryPages > 0 && entryPages < maxPages, "entry pages", entryPages);
        check(indexPages > 0 && indexPages <= entryPages, "index pages", indexPages);
        check(
                filterBlocks > 0 && filterBlocks <= maxPages * TableLayout.FILTER_BLOCKS_PER_PAGE,
                "filter blocks",
                filterBlocks);
        check(pageCount() <= maxPages, "pages", pageCount());
        check(entries >= entryPages, "entries", entries);
        check(tombstones >= 0 && tombstones <= entries, "tombstones", tombstones);
        TableLayout.checkKeyBytes(firstKey.length);
        TableLayout.checkKeyBytes(lastKey.length);
        int order = Arrays.compareUnsigned(firstKey, lastKey);
        if (entries == 1 ? order != 0 : order >= 0) {
            throw new IllegalArgumentException("table extent " + object.name() + " ends before it begins");
        }
    }

    private void check(boolean holds, String what, int value) {
        if (!holds) {
            throw new IllegalArgumentException("table extent " + object.name() + " cannot have " + value + " " + what);
        }
    }

    /**
     * Tells where the extent lies.
     *
     * @return the object
     */
    public StoredObject object() {
        return object;
    }

    /**
     * Counts the entries.
     *
     * @return values and tombstones together
     */
    public int entries() {
        return entries;
    }

    /**
     * Counts the tombstones.
     *
     * @return how many of the entries are tombstones
     */
    public int tombstones() {
        return tombstones;
    }

    /**
     * Counts the pages of entries, which are the first of the image.
     *
     * @return pages
     */
    public int entryPages() {
        return entryPages;
    }

    /**
     * Counts the pages of separators, which follow.
     *
     * @return pages
     */
    public int indexPages() {
        return indexPages;
    }

    /**
     * Sizes the filter, whose pages follow.
     *
     * @return blocks of {@link TableLayout#FILTER_BLOCK_BYTES} bytes
     */
    public int filterBlocks() {
        return filterBlocks;
    }

    /**
     * Counts the pages of the image, the trailer included.
     *
     * @return pages
     */
    public int pageCount() {
        return filterPage() + TableLayout.filterPages(filterBlocks) + 1;
    }

    int filterPage() {
        return entryPages + indexPages;
    }

    int compareFirst(byte[] key) {
        return Arrays.compareUnsigned(firstKey, key);
    }

    int compareLast(byte[] key) {
        return Arrays.compareUnsigned(lastKey, key);
    }

    /** Whether all keys of this part are smaller than those of the other. */
    boolean precedes(TablePart other) {
        return Arrays.compareUnsigned(lastKey, other.firstKey) < 0;
    }

    byte[] firstKeyUncopied() {
        return firstKey;
    }

    byte[] lastKeyUncopied() {
        return lastKey;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablePart part
                && object.equals(part.object)
                && entryPages == part.entryPages
                && indexPages == part.indexPages
                && filterBlocks == part.filterBlocks
                && entries == part.entries
                && tombstones == part.tombstones
                && Arrays.equals(firstKey, part.firstKey)
                && Arrays.equals(lastKey, part.lastKey);
    }

    @Override
    public int hashCode() {
        return object.hashCode();
    }

    @Override
    public String toString() {
        return object.name() + " (" + entries + " entries)";
    }
}
