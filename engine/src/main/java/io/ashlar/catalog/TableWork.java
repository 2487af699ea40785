package io.ashlar.catalog;

import io.ashlar.catalog.table.MergePolicy;
import io.ashlar.catalog.table.TableDescriptor;
import io.ashlar.catalog.table.TableMerge;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableSink;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.catalog.table.TableWriter;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a checkpoint in the making: what was set apart is written as one more table, then tables of like size are
 * merged. Step-able, one thread at a time. After an error it is of no more use.
 */
final class TableWork {
    private static final int ENTRIES_A_STEP = 2000;
    private static final int TABLE_EXTENT_BYTES = 2 << 20;

    private final TableReader reader;
    private final TableSink sink;
    private final long liveEntries;
    private final Iterator<Map.Entry<Key, byte @Nullable []>> unwritten;
    private TableStack tables;
    private @Nullable TableWriter writer;
    private @Nullable TableMerge merge;
    private boolean done;

    TableWork(Catalog.Frozen state, TableReader reader, TableSink sink) {
        StateMap.View view = state.view();
        if (view.frozen() == null) {
            throw new IllegalArgumentException("nothing is set apart");
        }
        this.reader = reader;
        this.sink = sink;
        liveEntries = state.figures().entries();
        unwritten = view.frozen().entrySet().iterator();
        tables = view.tables();
        writer = new TableWriter(sink, TABLE_EXTENT_BYTES);
    }

    /** Writes or merges some entries; returns whether all is done. */
    boolean step() throws IOException {
        if (writer != null) {
            write(writer);
        } else {
            merge();
        }
        return done;
    }

    /** What there is when all is done. */
    TableStack tables() {
        return tables;
    }

    private void write(TableWriter target) throws IOException {
        for (int i = 0; i < ENTRIES_A_STEP && unwritten.hasNext(); i++) {
            Map.Entry<Key, byte @Nullable []> entry = unwritten.next();
            byte[] value = entry.getValue();
            if (value == null) {
                target.addTombstone(entry.getKey().bytes());
            } else {
                target.add(entry.getKey().bytes(), value);
            }
        }
        if (!unwritten.hasNext()) {
            tables = tables.with(target.finish());
            writer = null;
        }
    }

    private void merge() throws IOException {
        TableMerge present = merge;
        if (present == null) {
            List<TableDescriptor> due = MergePolicy.choose(tables, liveEntries);
            if (due == null) {
                done = true;
                return;
            }
            present = new TableMerge(tables, due, reader, sink, TABLE_EXTENT_BYTES);
            merge = present;
        }
        if (present.step(ENTRIES_A_STEP)) {
            tables = tables.replace(present.inputs(), present.result());
            merge = null;
        }
    }
}
