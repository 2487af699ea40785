package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.Manifest;
import io.ashlar.catalog.table.ManifestStore;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.journal.ReplayPoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that no superblock names yet: the tables of a state that was set apart, and the manifest of these. Step-able, one
 * thread at a time. After an error it is of no more use.
 */
final class CheckpointDraft {
    /** What is in force once a superblock names the manifest's first object. */
    record Named(StoredObject first, Checkpointer.InForce checkpoint, TableStack tables) {}

    private final Catalog.Frozen state;
    private final ReplayPoint point;
    private final ObjectSink sink;
    private final TableWork work;
    private @Nullable Named named;

    /**
     * Begins.
     *
     * @param state what was set apart
     * @param point the place in the journal that belongs to it
     * @param reader reads tables
     * @param sink takes them
     */
    CheckpointDraft(Catalog.Frozen state, ReplayPoint point, TableReader reader, ObjectSink sink) {
        this.state = state;
        this.point = point;
        this.sink = sink;
        work = new TableWork(state, reader, sink);
    }

    /** Writes some of the tables; returns whether all are written. */
    boolean write() throws IOException {
        return work.step();
    }

    /** Writes the manifest of the tables, and has all of it durable. */
    void name(Listings listings, int life, long nowMillis) throws IOException {
        List<Map.Entry<Long, ExtentId>> inline = listings.inline(state.view(), 1);
        long oldest = inline.isEmpty()
                ? point.segment()
                : Math.min(point.segment(), inline.get(0).getKey());
        Manifest next = new Manifest(
                life,
                point.segment(),
                point.offset(),
                point.nextSequence(),
                oldest,
                0,
                nowMillis,
                state.figures().toMap(),
                work.tables());
        List<StoredObject> written = ManifestStore.write(next, sink);
        sink.sync();
        named = new Named(written.get(0), Checkpointer.InForce.of(next, written), work.tables());
    }

    /** What was written, to be anchored. */
    Named named() {
        Named done = named;
        if (done == null) {
            throw new IllegalStateException("there is no manifest");
        }
        return done;
    }
}
