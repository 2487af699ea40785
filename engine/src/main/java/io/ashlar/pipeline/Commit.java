package io.ashlar.pipeline;

import io.ashlar.Durability;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.CommandPort;
import io.ashlar.journal.JournalPosition;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A record on its way into the journal, or something to run between two records. Belongs to the committing thread. */
public final class Commit {
    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    final int type;
    final ByteBuffer payload;
    final Durability durability;
    final boolean reserved;
    final CommandPort.@Nullable Control control;
    private final @Nullable JournalRoom room;
    final CompletableFuture<Catalog.Outcome> done = new CompletableFuture<>();

    long sequence;
    JournalPosition position = JournalPosition.NONE;
    Catalog.Outcome outcome = Catalog.Outcome.DONE;

    private Commit(
            int type,
            ByteBuffer payload,
            Durability durability,
            boolean reserved,
            CommandPort.@Nullable Control control,
            @Nullable JournalRoom room) {
        this.type = type;
        this.payload = payload;
        this.durability = durability;
        this.reserved = reserved;
        this.control = control;
        this.room = room;
    }

    /**
     * A record to write.
     *
     * @param type its type
     * @param payload its payload; must not change any more
     * @param durability when the commit is done
     * @param reserved whether it may use what the journal holds in reserve
     * @return the commit
     */
    public static Commit record(int type, ByteBuffer payload, Durability durability, boolean reserved) {
        return record(type, payload, durability, reserved, null);
    }

    /**
     * A record that gives the room of its payload back when it is over.
     *
     * @param type its type
     * @param payload its payload; must not change any more
     * @param durability when the commit is done
     * @param reserved whether it may use what the journal holds in reserve
     * @param room what it has entered; null if none
     * @return the commit
     */
    public static Commit record(
            int type, ByteBuffer payload, Durability durability, boolean reserved, @Nullable JournalRoom room) {
        return new Commit(type, payload, durability, reserved, null, room);
    }

    /**
     * Something to run between two records.
     *
     * @param control what to run
     * @return the commit
     */
    public static Commit control(CommandPort.Control control) {
        return new Commit(0, NO_PAYLOAD, Durability.SYNC, true, control, null);
    }

    /**
     * Completes with how the record went, as its durability asks, or with a {@link io.ashlar.StorageException}.
     *
     * @return always the same future
     */
    public CompletableFuture<Catalog.Outcome> done() {
        return done;
    }

    void complete() {
        leave();
        done.complete(outcome);
    }

    void fail(Throwable cause) {
        leave();
        done.completeExceptionally(cause);
    }

    private void leave() {
        if (room != null) {
            room.leave(payload.remaining());
        }
    }
}
