package io.ashlar.catalog.table;

import io.ashlar.extent.ExtentKind;
import io.ashlar.format.TableLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table from entries in ascending order, an extent at a time. Holds one extent under construction: about twice
 * {@code targetExtentBytes}. For one thread.
 *
 * <p>After an exception of {@link TableSink} the writer is of no further use; what it wrote are orphans, whose names {@link
 * #written} tells.
 */
public final class TableWriter {
    private final TableSink sink;
    private final byte[] image;
    private final int pagesMax;
    private final NodeWriter entryNode = new NodeWriter(TableLayout.KIND_ENTRIES);
    private final NodeWriter indexNode = new NodeWriter(TableLayout.KIND_INDEX);
    private final List<TablePart> parts = new ArrayList<>();

    // The extent under construction.
    private byte[] index = new byte[TableLayout.PAGE_BYTES];
    private long[] hashes = new long[1024];
    private int entryPages;
    private int indexPages;
    private int entries;
    private int tombstones;
    private byte @Nullable [] firstKey;
    private byte @Nullable [] lastKey;

    private boolean finished;

    /**
     * Begins a table.
     *
     * @param sink where its extents go
     * @param targetExtentBytes how large the image of an extent may become; a multiple of 4 KiB from 16 KiB to 2 MiB
     * @throws IllegalArgumentException if the size is none of those
     */
    public TableWriter(TableSink sink, int targetExtentBytes) {
        if (targetExtentBytes < TableLayout.MIN_IMAGE_BYTES
                || targetExtentBytes > TableLayout.MAX_IMAGE_BYTES
                || targetExtentBytes % TableLayout.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("an extent of a table has a multiple of " + TableLayout.PAGE_BYTES
                    + " bytes, " + TableLayout.MIN_IMAGE_BYTES + " to " + TableLayout.MAX_IMAGE_BYTES + ", not "
                    + targetExtentBytes);
        }
        this.sink = sink;
        this.image = new byte[targetExtentBytes];
        this.pagesMax = targetExtentBytes / TableLayout.PAGE_BYTES;
    }

    /**
     * Appends an entry.
     *
     * @param key greater than the one before; 1 to 300 bytes; must not change afterwards
     * @param value at most 3,584 bytes
     * @throws IllegalArgumentException if the key is not greater, or something is too long
     * @throws IOException if an extent could not be stored
     */
    public void add(byte[] key, byte[] value) throws IOException {
        TableLayout.checkValueBytes(value.length);
        append(key, value);
    }

    /**
     * Appends word that a key was deleted.
     *
     * @param key as for {@link #add}
     * @throws IllegalArgumentException if the key is not greater, or too long
     * @throws IOException if an extent could not be stored
     */
    public void addTombstone(byte[] key) throws IOException {
        append(key, null);
    }

    /**
     * Names the objects that were written so far, for {@link io.ashlar.spi.ExtentBackend#sync} or for deleting what an
     * abandoned writer leaves.
     *
     * @return a copy
     */
    public List<StoredObject> written() {
        return parts.stream().map(TablePart::object).toList();
    }

    /**
     * Completes the table.
     *
     * @return the table; its objects are stored, but not synced
     * @throws IOException if the last extent could not be stored
     */
    public TableDescriptor finish() throws IOException {
        checkOpen();
        if (entries > 0) {
            flush();
        }
        finished = true;
        return new TableDescriptor(parts);
    }

    private void append(byte[] key, byte @Nullable [] value) throws IOException {
        checkOpen();
        TableLayout.checkKeyBytes(key.length);
        byte[] previous = lastKey;
        if (previous != null && Arrays.compareUnsigned(previous, key) >= 0) {
            throw new IllegalArgumentException("keys must be added in ascending order");
        }
        if (entries == 0) {
            beginPart();
        } else if (!fitsFilter() || !tryAdd(key, value, previous)) {
            flush();
            beginPart();
        }
        if (entries == 0 && !tryAdd(key, value, null)) {
            throw new AssertionError("an empty extent has no room for an entry");
        }
        if (entries == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        hashes[entries++] = KeyFilter.hash(key);
        if (value == null) {
            tombstones++;
        }
        if (firstKey == null) {
            firstKey = key;
        }
        lastKey = key;
    }

    private void beginPart() {
        entryPages = 0;
        indexPages = 0;
        tombstones = 0;
        firstKey = null;
    }

    /** Appends to the present entry page, or to a new one if the extent has room for that. */
    private boolean tryAdd(byte[] key, byte @Nullable [] value, byte @Nullable [] previous) {
        if (entryPages > 0 && entryNode.tryAdd(key, value)) {
            return true;
        }
        // A new entry page may take a new index page, too.
        if (entryPages > 0 && pages(entryPages + 1, indexPages + 1, entries + 1) > pagesMax) {
            return false;
        }
        addSeparator(previous == null ? new byte[0] : separator(previous, key));
        if (entryPages > 0) {
            entryNode.end();
        }
        entryNode.begin(image, entryPages * TableLayout.PAGE_BYTES, entryPages);
        entryPages++;
        return entryNode.tryAdd(key, value);
    }

    private boolean fitsFilter() {
        return pages(entryPages, indexPages, entries + 1) <= pagesMax;
    }

    private static int pages(int entryPages, int indexPages, int entries) {
        return entryPages + indexPages + TableLayout.filterPages(TableLayout.filterBlocks(entries)) + 1;
    }

    private void addSeparator(byte[] separator) {
        if (indexPages == 0 || !indexNode.tryAddSeparator(separator)) {
            if (indexPages > 0) {
                indexNode.end();
            }
            int at = indexPages * TableLayout.PAGE_BYTES;
            if (at == index.length) {
                index = Arrays.copyOf(index, 2 * index.length);
            }
            indexNode.begin(index, at, entryPages);
            indexPages++;
            if (!indexNode.tryAddSeparator(separator)) {
                throw new AssertionError("an empty index page has no room for a separator");
            }
        }
    }

    /** The shortest key that is greater than {@code before} and not greater than {@code key}. */
    private static byte[] separator(byte[] before, byte[] key) {
        return Arrays.copyOf(key, NodeWriter.mismatch(before, key) + 1);
    }

    /** Completes the extent under construction and stores it. */
    private void flush() throws IOException {
        entryNode.end();
        indexNode.end();
        int indexAt = entryPages * TableLayout.PAGE_BYTES;
        int indexBytes = indexPages * TableLayout.PAGE_BYTES;
        System.arraycopy(index, 0, image, indexAt, indexBytes);
        int filterAt = indexAt + indexBytes;
        int filterBlocks = TableLayout.filterBlocks(entries);
        for (int i = 0; i < entries; i++) {
            KeyFilter.add(image, filterAt, filterBlocks, hashes[i]);
        }
        int trailerAt = filterAt + TableLayout.filterPages(filterBlocks) * TableLayout.PAGE_BYTES;
        int imageBytes = trailerAt + TableLayout.PAGE_BYTES;
        if (firstKey == null || lastKey == null) {
            throw new AssertionError("an extent without entries");
        }
        putTrailer(trailerAt, filterBlocks, firstKey, lastKey);

        ByteBuffer plain = ByteBuffer.wrap(image, 0, imageBytes).order(ByteOrder.LITTLE_ENDIAN);
        StoredObject object = sink.write(ExtentKind.TABLE, plain);
        parts.add(new TablePart(object, entryPages, indexPages, filterBlocks, entries, tombstones, firstKey, lastKey));
        Arrays.fill(image, 0, imageBytes, (byte) 0);
        Arrays.fill(index, 0, indexBytes, (byte) 0);
        entries = 0;
    }

    private void putTrailer(int at, int filterBlocks, byte[] first, byte[] last) {
        LittleEndian.putInt(image, at + TableLayout.TRAILER_MAGIC_OFFSET, TableLayout.TRAILER_MAGIC);
        LittleEndian.putU16(image, at + TableLayout.TRAILER_VERSION_OFFSET, TableLayout.VERSION);
        LittleEndian.putInt(image, at + TableLayout.TRAILER_ENTRY_PAGES_OFFSET, entryPages);
        LittleEndian.putInt(image, at + TableLayout.TRAILER_INDEX_PAGES_OFFSET, indexPages);
        LittleEndian.putInt(image, at + TableLayout.TRAILER_FILTER_BLOCKS_OFFSET, filterBlocks);
        LittleEndian.putInt(image, at + TableLayout.TRAILER_ENTRIES_OFFSET, entries);
        LittleEndian.putInt(image, at + TableLayout.TRAILER_TOMBSTONES_OFFSET, tombstones);
        LittleEndian.putU16(image, at + TableLayout.TRAILER_FIRST_KEY_BYTES_OFFSET, first.length);
        LittleEndian.putU16(image, at + TableLayout.TRAILER_LAST_KEY_BYTES_OFFSET, last.length);
        System.arraycopy(first, 0, image, at + TableLayout.TRAILER_KEYS_OFFSET, first.length);
        System.arraycopy(last, 0, image, at + TableLayout.TRAILER_KEYS_OFFSET + first.length, last.length);
    }

    private void checkOpen() {
        if (finished) {
            throw new IllegalStateException("the table is finished");
        }
    }
}
