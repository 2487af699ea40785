package io.ashlar.catalog.table;

import io.ashlar.format.TableLayout;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one table. The first page comes through the cache, as a lookup's would; those that follow are read past it, in
 * strides that double: a short range costs little, a long one goes by {@value #STRIDE_PAGES_MAX} pages an I/O.
 */
final class TableCursor implements EntryCursor {
    private static final int STRIDE_PAGES_MAX = (256 << 10) / TableLayout.PAGE_BYTES;

    private final TableReader reader;
    private final TableDescriptor table;
    private final byte[] fromKey;

    private int partIndex = -1;
    private int page;
    private int entriesLeft;
    private @Nullable NodePage node;

    private byte[] stride = new byte[0];
    private int strideFirst;
    private int stridePages;
    private int strideNext = 1;

    private byte @Nullable [] key;

    TableCursor(TableReader reader, TableDescriptor table, byte[] fromKey) {
        this.reader = reader;
        this.table = table;
        this.fromKey = fromKey.clone();
    }

    @Override
    public boolean next() throws IOException {
        if (partIndex < 0) {
            return seek();
        }
        NodePage current = node;
        if (current == null) {
            return false;
        }
        if (entriesLeft > 0) {
            entriesLeft--;
            current.following();
            key = current.key(key);
            return true;
        }
        TablePart part = table.parts().get(partIndex);
        if (++page == part.entryPages()) {
            partIndex++;
            page = 0;
            stridePages = 0;
            if (partIndex == table.parts().size()) {
                node = null;
                return false;
            }
            part = table.parts().get(partIndex);
        }
        enter(readAhead(part), part);
        return true;
    }

    @Override
    public byte[] key() {
        if (key == null || node == null) {
            throw new IllegalStateException("the cursor is not at an entry");
        }
        return key;
    }

    @Override
    public byte @Nullable [] value() {
        if (node == null) {
            throw new IllegalStateException("the cursor is not at an entry");
        }
        return node.value();
    }

    private boolean seek() throws IOException {
        partIndex = fromKey.length == 0 ? 0 : table.firstPartFrom(fromKey);
        if (partIndex == table.parts().size()) {
            return false;
        }
        TablePart part = table.parts().get(partIndex);
        boolean inside = part.compareFirst(fromKey) < 0;
        page = inside ? reader.entryPageFor(part, fromKey) : 0;
        enter(reader.node(part, page, TableLayout.KIND_ENTRIES), part);
        // The page for a key may hold only smaller ones; then the one sought is the first of the next page.
        while (inside && Arrays.compareUnsigned(key(), fromKey) < 0) {
            if (!next()) {
                return false;
            }
        }
        return true;
    }

    /** Goes to the first entry of a page. Its key is whole, and must be greater than the one before. */
    private void enter(NodePage entered, TablePart part) {
        entered.first();
        byte[] previous = key;
        byte[] first = entered.key(null);
        if (previous != null && Arrays.compareUnsigned(previous, first) >= 0) {
            throw entered.damaged("its keys are not in ascending order");
        }
        if (part.compareFirst(first) > 0 || part.compareLast(first) < 0) {
            throw entered.damaged("it begins with a key outside the table's range");
        }
        node = entered;
        key = first;
        entriesLeft = entered.count() - 1;
    }

    private NodePage readAhead(TablePart part) throws IOException {
        if (page < strideFirst || page >= strideFirst + stridePages) {
            int count = Math.min(strideNext, part.entryPages() - page);
            if (stride.length < count * TableLayout.PAGE_BYTES) {
                stride = new byte[strideNext * TableLayout.PAGE_BYTES];
            }
            stridePages = 0;
            reader.pages(part).read(page, count, stride, 0);
            strideFirst = page;
            stridePages = count;
            strideNext = Math.min(2 * strideNext, STRIDE_PAGES_MAX);
        }
        NodePage read = new NodePage(
                part.object().name(),
                page,
                stride,
                (page - strideFirst) * TableLayout.PAGE_BYTES,
                TableLayout.KIND_ENTRIES);
        if (read.ordinal() != page) {
            throw read.damaged("it says that it is page " + read.ordinal());
        }
        return read;
    }
}
