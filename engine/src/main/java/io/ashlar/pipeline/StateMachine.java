package io.ashlar.pipeline;

import io.ashlar.catalog.Catalog;
import io.ashlar.journal.JournalPosition;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The state that journal records change. Called by the committing thread alone, and by recovery before there is one. */
public interface StateMachine {

    /**
     * Applies a record.
     *
     * @param sequence its sequence number
     * @param type its type
     * @param payload its payload; valid only during the call
     * @param position where the payload lies in the journal
     * @return how it went; depends on the state and the record alone
     * @throws IOException if the state could not be read; the store fails
     */
    Catalog.Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position) throws IOException;

    /**
     * Takes note that records have become durable.
     *
     * @param sequence the last of them
     * @throws IOException if the state could not be read; the store fails
     */
    void durable(long sequence) throws IOException;
}
