package io.ashlar.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Gets the records of a journal, one after the other, in order. */
@FunctionalInterface
public interface JournalVisitor {

    /**
     * Takes a record.
     *
     * @param sequence its sequence number: one more than that of the record before
     * @param type its type
     * @param payload its payload, from position to limit, little-endian, read-only; valid only during the call
     * @param position where the payload lies; {@link JournalPosition#NONE} if the record is split over several segments
     * @throws IOException if it cannot be taken; ends the replay
     */
    void visit(long sequence, int type, ByteBuffer payload, JournalPosition position) throws IOException;
}
