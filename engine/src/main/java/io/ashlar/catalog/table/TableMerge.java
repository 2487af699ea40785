package io.ashlar.catalog.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges neighbouring tables of a stack into one, a few entries at a time. For one thread at a time.
 *
 * <p>New tables may be laid on the stack meanwhile; {@link TableStack#replace} puts the result in its place afterwards. A merge
 * lives in memory only: one that is abandoned, by a crash or otherwise, leaves the objects of {@link #written} as orphans and
 * is simply begun again.
 */
public final class TableMerge {
    private final List<TableDescriptor> inputs;
    private final EntryCursor cursor;
    private final TableWriter writer;
    private final boolean dropTombstones;
    private @Nullable TableDescriptor result;

    /**
     * Begins a merge. Tombstones are dropped if the oldest table takes part, since nothing is left for them to hide.
     *
     * @param stack the stack that the tables lie in
     * @param inputs neighbours in it, the newest first, such as {@link MergePolicy#choose} gives
     * @param reader reads them
     * @param sink takes the extents of the result
     * @param targetExtentBytes as for {@link TableWriter}
     * @throws IllegalArgumentException if the inputs are not neighbours in the stack
     */
    public TableMerge(
            TableStack stack, List<TableDescriptor> inputs, TableReader reader, TableSink sink, int targetExtentBytes) {
        this.inputs = List.copyOf(inputs);
        List<TableDescriptor> below =
                stack.replace(inputs, new TableDescriptor(List.of())).tables();
        List<TableDescriptor> tables = stack.tables();
        boolean oldestTakesPart = tables.indexOf(inputs.get(0)) == below.size();
        this.dropTombstones = oldestTakesPart;
        List<EntryCursor> sources = new ArrayList<>(inputs.size());
        for (TableDescriptor input : inputs) {
            sources.add(reader.cursor(input, new byte[0]));
        }
        this.cursor = new MergingCursor(sources, false);
        this.writer = new TableWriter(sink, targetExtentBytes);
    }

    /**
     * Goes on.
     *
     * @param maxEntries how many entries to take at most; positive
     * @return whether the merge is complete
     * @throws io.ashlar.DamagedException if an input is not what was written
     * @throws IOException if reading or storing failed; the merge must be dropped
     */
    public boolean step(int maxEntries) throws IOException {
        if (maxEntries <= 0) {
            throw new IllegalArgumentException("a step takes at least one entry, not " + maxEntries);
        }
        if (result != null) {
            return true;
        }
        for (int i = 0; i < maxEntries; i++) {
            if (!cursor.next()) {
                result = writer.finish();
                return true;
            }
            byte[] value = cursor.value();
            if (value != null) {
                writer.add(cursor.key(), value);
            } else if (!dropTombstones) {
                writer.addTombstone(cursor.key());
            }
        }
        return false;
    }

    /**
     * Gives the tables being merged.
     *
     * @return the newest first
     */
    public List<TableDescriptor> inputs() {
        return inputs;
    }

    /**
     * Gives the merged table; its objects are stored, but not synced.
     *
     * @return the table; without entries if nothing was left
     * @throws IllegalStateException if the merge is not complete
     */
    public TableDescriptor result() {
        if (result == null) {
            throw new IllegalStateException("the merge is not complete");
        }
        return result;
    }

    /**
     * Names the objects that were written so far.
     *
     * @return a copy
     */
    public List<StoredObject> written() {
        return writer.written();
    }
}
