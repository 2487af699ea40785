package io.ashlar.formal.trace;

import io.ashlar.ExtentId;
import io.ashlar.catalog.Command;
import io.ashlar.spi.Probe;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes down what the engine does, a line for each thing, in the order in which the engine's locks let it happen. The lines
 * outlive the process if the sink's do. Safe for use by many threads.
 */
public class ProbeLog implements Probe {
    private final Consumer<String> sink;
    private BooleanSupplier failed = () -> false;
    private boolean ended;

    /**
     * Begins the log of one life of a store.
     *
     * @param sink gets the lines, one at a time
     */
    public ProbeLog(Consumer<String> sink) {
        this.sink = sink;
        line("life");
    }

    private synchronized void line(String text) {
        if (!ended) {
            sink.accept(text);
        }
    }

    /** Writes nothing any more. */
    public synchronized void end() {
        ended = true;
    }

    /**
     * Tells how to find out whether the store has failed: what is let go of after that may all the same be in the journal.
     *
     * @param whether it has
     */
    public void failed(BooleanSupplier whether) {
        failed = whether;
    }

    /**
     * Ends the recovery.
     *
     * @param objects what the backend holds
     */
    public void found(Collection<String> objects) {
        line("found " + String.join(" ", objects));
    }

    @Override
    public void recovered(long sequence) {
        line("recovered " + sequence);
    }

    @Override
    public void reserved(ExtentId id, boolean hit) {
        line("reserved " + id + " " + hit);
    }

    @Override
    public void held(ExtentId id) {
        line("held " + id);
    }

    @Override
    public void unreserved(ExtentId id) {
        if (!failed.getAsBoolean()) {
            line("unreserved " + id);
        }
    }

    @Override
    public void storing(String objectName) {
        line("storing " + objectName);
    }

    @Override
    public void hardened(String objectName) {
        line("hardened " + objectName);
    }

    @Override
    public void discarded(String objectName, boolean deleted) {
        if (!failed.getAsBoolean()) {
            line("discarded " + objectName + " " + deleted);
        }
    }

    @Override
    public void applied(long sequence, int type, ByteBuffer payload) {
        line("applied " + sequence + " " + text(Command.decode(type, payload.duplicate())));
    }

    private static String text(Command command) {
        if (command instanceof Command.Put put) {
            return "put " + put.id() + " " + put.life() + " " + put.counter() + " " + put.kind() + " " + put.explicit()
                    + " " + (put.image() != null) + " " + ids(put.links());
        } else if (command instanceof Command.Retain retain) {
            return "retain " + retain.id() + " " + retain.number();
        } else if (command instanceof Command.Release release) {
            return "release " + release.id() + " " + release.number();
        } else if (command instanceof Command.Bind bind) {
            return "bind " + bind.id() + " " + bind.name();
        } else if (command instanceof Command.Unbind unbind) {
            return "unbind " + unbind.name();
        } else if (command instanceof Command.Sweep sweep) {
            return "sweep "
                    + sweep.extents().stream()
                            .map(swept -> swept.id() + ":" + ids(swept.links()))
                            .collect(Collectors.joining(" "));
        } else if (command instanceof Command.Move move) {
            return "move " + move.pack();
        }
        throw new IllegalArgumentException("no words for " + command);
    }

    private static String ids(List<ExtentId> ids) {
        return ids.stream().map(ExtentId::toString).collect(Collectors.joining(","));
    }

    @Override
    public void durable(long sequence) {
        line("durable " + sequence);
    }

    @Override
    public void counted(ExtentId id, long count) {
        line("counted " + id + " " + count);
    }

    @Override
    public void pinned(long epoch) {
        line("pinned " + epoch);
    }

    @Override
    public void unpinned(long epoch) {
        line("unpinned " + epoch);
    }

    @Override
    public void marked(ExtentId id, long epoch) {
        line("marked " + id + " " + epoch);
    }

    @Override
    public void condemned(ExtentId id) {
        line("condemned " + id);
    }

    @Override
    public void reprieved(ExtentId id) {
        line("reprieved " + id);
    }

    @Override
    public void erased(String objectName, boolean deleted) {
        line("erased " + objectName + " " + deleted);
    }

    @Override
    public void orphaned(String objectName) {
        line("orphaned " + objectName);
    }
}
