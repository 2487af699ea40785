package io.ashlar.catalog.table;

import io.ashlar.DamagedException;
import io.ashlar.format.TableLayout;
import java.io.IOException;

/**
 * Reads tables. A lookup touches, in each extent whose range holds the key, one filter page, and where the filter says yes, one
 * index page (two or three, where keys are long) and one entry page; all of them come from the {@link PageCache} or go there.
 *
 * <p>Safe for use by many threads; no lock is held during I/O.
 */
public final class TableReader {
    private final PageSource source;
    private final PageCache cache;

    /**
     * Makes a reader.
     *
     * @param source opens extents
     * @param cache keeps pages; may be shared with other readers of the same store
     */
    public TableReader(PageSource source, PageCache cache) {
        this.source = source;
        this.cache = cache;
    }

    /**
     * Looks a key up in one table.
     *
     * @param table the table
     * @param key 1 to 300 bytes
     * @return what the table knows of it
     * @throws DamagedException if bytes on the way are not what was written
     * @throws IOException if they cannot be read
     * @throws IllegalArgumentException if the key is too long or too short
     */
    public Lookup get(TableDescriptor table, byte[] key) throws IOException {
        TableLayout.checkKeyBytes(key.length);
        return get(table, key, KeyFilter.hash(key));
    }

    /**
     * Walks over a table, tombstones included. Reads ahead, up to 256 KiB at once, past the cache.
     *
     * @param table the table
     * @param fromKey where to begin: at the first key that is not smaller; an empty one begins at the beginning
     * @return a cursor, which has read nothing yet
     */
    public EntryCursor cursor(TableDescriptor table, byte[] fromKey) {
        return new TableCursor(this, table, fromKey);
    }

    Lookup get(TableDescriptor table, byte[] key, long hash) throws IOException {
        TablePart part = table.partFor(key);
        if (part == null || !mightContain(part, hash)) {
            return Lookup.ABSENT;
        }
        int page = entryPageFor(part, key);
        return node(part, page, TableLayout.KIND_ENTRIES).get(key);
    }

    /** The only entry page of the part that can hold the key. */
    int entryPageFor(TablePart part, byte[] key) throws IOException {
        int low = part.entryPages();
        int high = low + part.indexPages() - 1;
        // The last index page whose first separator is not greater; that of the first page is empty.
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (node(part, middle, TableLayout.KIND_INDEX).compareFirst(key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        NodePage index = node(part, low, TableLayout.KIND_INDEX);
        int position = index.floor(key);
        int page = index.ordinal() + position;
        if (position < 0 || page >= part.entryPages()) {
            throw index.damaged("it leads to entry page " + page + " of " + part.entryPages());
        }
        return page;
    }

    boolean mightContain(TablePart part, long hash) throws IOException {
        int block = KeyFilter.block(hash, part.filterBlocks());
        byte[] page = page(part, part.filterPage() + block / TableLayout.FILTER_BLOCKS_PER_PAGE);
        int at = block % TableLayout.FILTER_BLOCKS_PER_PAGE * TableLayout.FILTER_BLOCK_BYTES;
        return KeyFilter.mightContain(page, at, hash);
    }

    NodePage node(TablePart part, int page, int kind) throws IOException {
        NodePage node = new NodePage(part.object().name(), page, page(part, page), 0, kind);
        if (kind == TableLayout.KIND_ENTRIES && node.ordinal() != page) {
            throw node.damaged("it says that it is page " + node.ordinal());
        }
        return node;
    }

    private byte[] page(TablePart part, int page) throws IOException {
        String name = part.object().name();
        byte[] cached = cache.page(name, page);
        if (cached != null) {
            return cached;
        }
        byte[] read = new byte[TableLayout.PAGE_BYTES];
        pages(part).read(page, 1, read, 0);
        cache.offer(name, page, read);
        return read;
    }

    PageSource.Pages pages(TablePart part) throws IOException {
        String name = part.object().name();
        PageSource.Pages cached = cache.directory(name);
        if (cached != null) {
            return cached;
        }
        PageSource.Pages opened = source.open(part.object());
        if (opened.pageCount() != part.pageCount()) {
            throw new DamagedException("catalog table " + name + " has " + opened.pageCount() + " pages instead of "
                    + part.pageCount() + "; run fsck, or fall back to an older checkpoint");
        }
        cache.offer(name, opened);
        return opened;
    }
}
