package io.ashlar.runtime;

import io.ashlar.catalog.Catalog;
import io.ashlar.journal.JournalPosition;
import io.ashlar.pipeline.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The state machine of an engine that has nothing but a catalog. Stores and volumes will have record types of their own. */
record CatalogMachine(Catalog catalog) implements StateMachine {
    @Override
    public Catalog.Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position)
            throws IOException {
        return catalog.apply(sequence, type, payload, position);
    }

    @Override
    public void durable(long sequence) throws IOException {
        catalog.durable(sequence);
    }
}
