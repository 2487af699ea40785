package io.ashlar.catalog.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sorted table: its extents in ascending order of their keys. Holding one is all that opening a table takes. Immutable.
 */
public final class TableDescriptor {
    private final List<TablePart> parts;
    private final long entries;
    private final long tombstones;
    private final long storedBytes;

    /**
     * Describes a table.
     *
     * @param parts its extents; none for an empty table
     * @throws IllegalArgumentException if they are not in ascending order, without overlap
     */
    public TableDescriptor(List<TablePart> parts) {
        this.parts = List.copyOf(parts);
        long entrySum = 0;
        long tombstoneSum = 0;
        long byteSum = 0;
        for (int i = 0; i < this.parts.size(); i++) {
            TablePart part = this.parts.get(i);
            if (i > 0 && !this.parts.get(i - 1).precedes(part)) {
                throw new IllegalArgumentException(
                        "table extents " + this.parts.get(i - 1).object().name() + " and "
                                + part.object().name() + " are not in ascending order");
            }
            entrySum += part.entries();
            tombstoneSum += part.tombstones();
            byteSum += part.object().storedBytes();
        }
        this.entries = entrySum;
        this.tombstones = tombstoneSum;
        this.storedBytes = byteSum;
    }

    /**
     * Gives the extents.
     *
     * @return in ascending order of their keys
     */
    public List<TablePart> parts() {
        return parts;
    }

    /**
     * Counts the entries.
     *
     * @return values and tombstones together
     */
    public long entries() {
        return entries;
    }

    /**
     * Counts the tombstones.
     *
     * @return how many of the entries are tombstones
     */
    public long tombstones() {
        return tombstones;
    }

    /**
     * Sizes the table.
     *
     * @return the bytes of its objects, headers and directories included
     */
    public long storedBytes() {
        return storedBytes;
    }

    /** The position of the first part that may hold the key or a greater one; the number of parts if there is none. */
    int firstPartFrom(byte[] key) {
        int low = 0;
        int high = parts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (parts.get(middle).compareLast(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The part whose range holds the key. */
    @Nullable
    TablePart partFor(byte[] key) {
        int position = firstPartFrom(key);
        if (position == parts.size() || parts.get(position).compareFirst(key) > 0) {
            return null;
        }
        return parts.get(position);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableDescriptor table && parts.equals(table.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "table of " + entries + " entries in " + parts.size() + " extents, " + storedBytes + " bytes";
    }
}
