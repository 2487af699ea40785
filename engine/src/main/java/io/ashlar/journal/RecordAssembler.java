package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Makes records of valid frames and hands them to the visitor. Holds one record at most. */
final class RecordAssembler {
    private final JournalVisitor visitor;
    private @Nullable ByteBuffer parts;
    private int type;

    /** Where the record in progress begins. */
    private JournalPosition begin = JournalPosition.NONE;

    private long records;
    private long bytes;

    RecordAssembler(JournalVisitor visitor) {
        this.visitor = visitor;
    }

    /**
     * Takes a frame.
     *
     * @return whether it fits what came before; if not, nothing has happened
     */
    boolean accept(SegmentHeader header, FrameScanner frame) throws IOException {
        ByteBuffer record = parts;
        int flags = frame.flags();
        if (flags == (FrameLayout.FIRST | FrameLayout.LAST)) {
            if (record != null || frame.recordBytes() != frame.payloadBytes()) {
                return false;
            }
            long payloadOffset = frame.offset() + FrameLayout.HEADER_BYTES;
            deliver(frame, frame.payload(), new JournalPosition(header.segment(), payloadOffset));
            return true;
        }
        if (flags == FrameLayout.FIRST) {
            if (record != null || frame.recordBytes() > JournalSettings.RECORD_BYTES_MAX) {
                return false;
            }
            record = Buffers.allocate(frame.recordBytes());
            parts = record;
            type = frame.type();
            begin = new JournalPosition(header.segment(), frame.offset());
        } else if (record == null
                || (flags & ~FrameLayout.LAST) != 0
                || frame.type() != type
                || frame.offset() != SegmentLayout.HEADER_BYTES
                || frame.recordBytes() != record.capacity()) {
            return false;
        }
        boolean last = flags == FrameLayout.LAST;
        if (frame.payloadBytes() > record.remaining() || last != (frame.payloadBytes() == record.remaining())) {
            if (flags == FrameLayout.FIRST) {
                drop();
            }
            return false;
        }
        record.put(frame.payload());
        if (last) {
            drop();
            deliver(frame, record.flip(), JournalPosition.NONE);
        }
        return true;
    }

    /** Payload bytes of the record in progress so far; zero if there is none. */
    long partBytes() {
        return parts == null ? 0 : parts.position();
    }

    /** Where the record in progress begins. */
    JournalPosition begin() {
        assert parts != null;
        return begin;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    private void drop() {
        parts = null;
    }

    private void deliver(FrameScanner frame, ByteBuffer payload, JournalPosition position) throws IOException {
        records++;
        bytes += payload.remaining();
        visitor.visit(
                frame.sequence(), frame.type(), payload.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN), position);
    }
}
