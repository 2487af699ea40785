package io.ashlar.catalog.table;

import io.ashlar.format.TableLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables laid over one another, the newest first: what a newer one says of a key hides what older ones say. Immutable; changes
 * make new stacks.
 */
public final class TableStack {
    /** A stack without tables. */
    public static final TableStack EMPTY = new TableStack(List.of());

    private final List<TableDescriptor> tables;

    /**
     * Makes a stack.
     *
     * @param tables the newest first
     */
    public TableStack(List<TableDescriptor> tables) {
        this.tables = List.copyOf(tables);
    }

    /**
     * Gives the tables.
     *
     * @return the newest first
     */
    public List<TableDescriptor> tables() {
        return tables;
    }

    /**
     * Sizes the stack.
     *
     * @return the bytes of all objects
     */
    public long storedBytes() {
        return tables.stream().mapToLong(TableDescriptor::storedBytes).sum();
    }

    /**
     * Lays a table on top.
     *
     * @param table the newest; one without entries changes nothing
     * @return the new stack
     */
    public TableStack with(TableDescriptor table) {
        if (table.entries() == 0) {
            return this;
        }
        List<TableDescriptor> changed = new ArrayList<>(tables.size() + 1);
        changed.add(table);
        changed.addAll(tables);
        return new TableStack(changed);
    }

    /**
     * Puts the result of a merge in the place of what it was made from.
     *
     * @param inputs tables of this stack that lie directly over one another, the newest first
     * @param result their merge; if it has no entries, the inputs just go
     * @return the new stack
     * @throws IllegalArgumentException if the inputs are not all there, in this order
     */
    public TableStack replace(List<TableDescriptor> inputs, TableDescriptor result) {
        int at = inputs.isEmpty() ? -1 : tables.indexOf(inputs.get(0));
        if (at < 0
                || at + inputs.size() > tables.size()
                || !tables.subList(at, at + inputs.size()).equals(inputs)) {
            throw new IllegalArgumentException("the merged tables do not lie over one another in this stack");
        }
        List<TableDescriptor> changed = new ArrayList<>(tables.subList(0, at));
        if (result.entries() > 0) {
            changed.add(result);
        }
        changed.addAll(tables.subList(at + inputs.size(), tables.size()));
        return new TableStack(changed);
    }

    /**
     * Looks a key up, from the newest table down.
     *
     * @param reader reads the tables
     * @param key 1 to 300 bytes
     * @return its value; null if it was never there, or was deleted
     * @throws io.ashlar.DamagedException if bytes on the way are not what was written
     * @throws IOException if they cannot be read
     * @throws IllegalArgumentException if the key is too long or too short
     */
    public byte @Nullable [] get(TableReader reader, byte[] key) throws IOException {
        TableLayout.checkKeyBytes(key.length);
        long hash = KeyFilter.hash(key);
        for (TableDescriptor table : tables) {
            Lookup found = reader.get(table, key, hash);
            if (!found.isAbsent()) {
                return found.value();
            }
        }
        return null;
    }

    /**
     * Walks over what is visible: of every key the newest value, without what was deleted.
     *
     * @param reader reads the tables
     * @param fromKey where to begin: at the first key that is not smaller; an empty one begins at the beginning
     * @param top entries that are newer than all tables, such as those of a memtable; must begin at {@code fromKey} itself
     * @return a cursor, which has read nothing yet
     */
    public EntryCursor cursor(TableReader reader, byte[] fromKey, @Nullable EntryCursor top) {
        return cursor(reader, fromKey, top, true);
    }

    /**
     * Walks over the newest word on every key.
     *
     * @param reader reads the tables
     * @param fromKey where to begin: at the first key that is not smaller; an empty one begins at the beginning
     * @param top entries that are newer than all tables, such as those of a memtable; must begin at {@code fromKey} itself
     * @param hideTombstones whether keys that were deleted are passed over; otherwise they come with the value null
     * @return a cursor, which has read nothing yet
     */
    public EntryCursor cursor(TableReader reader, byte[] fromKey, @Nullable EntryCursor top, boolean hideTombstones) {
        List<EntryCursor> sources = new ArrayList<>(tables.size() + 1);
        if (top != null) {
            sources.add(top);
        }
        for (TableDescriptor table : tables) {
            sources.add(reader.cursor(table, fromKey));
        }
        return new MergingCursor(sources, hideTombstones);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableStack stack && tables.equals(stack.tables);
    }

    @Override
    public int hashCode() {
        return tables.hashCode();
    }

    @Override
    public String toString() {
        return tables.toString();
    }
}
