package io.ashlar.simulation;

import io.ashlar.BackPressureException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.pipeline.Commit;
import io.ashlar.pipeline.JournalRoom;
import io.ashlar.pipeline.PutStages;
import io.ashlar.pipeline.PutTask;
import io.ashlar.runtime.EngineCore;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.spi.DiskFullException;
import io.ashlar.testkit.SimulatedCrash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Drives writes by single steps: one stage of one put, or one batch of commits. What the two rings do in production, without
 * them, and in orders that threads would only rarely take. Writes down in the history what the journal takes, and what was
 * acknowledged.
 */
final class SteppedDriver implements EngineCore.Driver {
    /** What a put does next. */
    private enum Stage {
        ADMIT,
        COMPARE,
        STORE,
        COMMIT_STORED,
        COMMIT_HIT
    }

    /** A put under way. */
    private static final class Put {
        final PutTask task;
        final byte[] content;
        Stage stage = Stage.ADMIT;
        long counter;

        /** Whether somebody is at it, perhaps suspended. */
        boolean taken;

        Put(PutTask task, byte[] content) {
            this.task = task;
            this.content = content;
        }
    }

    /** A commit under way. */
    private static final class Queued {
        final Commit commit;
        final @Nullable Command command;
        final boolean durable;
        long sequence;

        Queued(Commit commit, @Nullable Command command, boolean durable) {
            this.commit = commit;
            this.command = command;
            this.durable = durable;
        }
    }

    private final EngineCore core;
    private final PutStages stages;
    private final History history;
    private final Figures figures;
    private final ExtentEncoder encoder = new ExtentEncoder();
    private final List<Put> puts = new ArrayList<>();
    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private final JournalRoom room;
    private long roomWanted;
    private long roomTaken;

    SteppedDriver(EngineCore core, History history, Figures figures) {
        this.core = core;
        this.history = history;
        this.figures = figures;
        stages = core.putStages(this);
        room = new JournalRoom(core.journal(), core.latch(), core.threads(), core.settings(), () -> roomWanted++);
    }

    /** Whether somebody has asked for a checkpoint since the last time. */
    boolean takeRoomWanted() {
        boolean wanted = roomWanted != roomTaken;
        roomTaken = roomWanted;
        return wanted;
    }

    int putsUnderWay() {
        return puts.size();
    }

    int commitsUnderWay() {
        return queue.size();
    }

    @Override
    public CompletableFuture<ExtentId> put(PutTask task) {
        core.latch().check();
        ByteBuffer copy = ByteBuffer.allocate(task.presentBytes());
        task.detach(copy);
        try {
            stages.encode(task, encoder, ByteBuffer.allocate(task.maxImageBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        puts.add(new Put(task, copy.array()));
        return task.done();
    }

    @Override
    public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
        core.latch().check();
        ByteBuffer payload = command.encode();
        if (reserved) {
            room.enterReserved(payload.remaining());
        } else {
            enter(payload.remaining());
        }
        Queued queued = new Queued(
                Commit.record(command.type(), payload, durability, reserved, room),
                // What the history says must not share buffers with the engine.
                Command.decode(command.type(), command.encode()),
                durability != Durability.BUFFERED);
        queue.add(queued);
        CompletableFuture<Catalog.Outcome> done = queued.commit.done();
        CompletableFuture<Void> unused = done.thenAccept(outcome -> acknowledged(queued, outcome));
        return done;
    }

    private void enter(int bytes) {
        long before = roomWanted;
        try {
            room.enter(bytes);
        } catch (BackPressureException e) {
            figures.count(Figure.REFUSED_BACK_PRESSURE);
            throw e;
        } finally {
            figures.add(Figure.WAITED_FOR_ROOM, roomWanted != before ? 1 : 0);
        }
    }

    @Override
    public CompletableFuture<Void> control(Control control) {
        Queued queued = new Queued(Commit.control(control), null, false);
        queue.add(queued);
        return queued.commit.done().thenApply(outcome -> null);
    }

    @Override
    public boolean hasFailed() {
        return core.latch().hasFailed();
    }

    /** Somebody was told how a record went: it must be in the history, and go the same way there. */
    private void acknowledged(Queued queued, Catalog.Outcome outcome) {
        Command command = queued.command;
        if (queued.sequence == 0 || command == null) {
            history.fault("a record is acknowledged that the journal never took: " + command);
            return;
        }
        if (outcome != history.outcome(queued.sequence)) {
            history.fault(command + " went " + outcome + ", but should have gone " + history.outcome(queued.sequence));
        }
        if (queued.durable) {
            history.promise(queued.sequence);
        }
        figures.count(Figure.ACKNOWLEDGED);
    }

    boolean hasFreePut() {
        return puts.stream().anyMatch(put -> !put.taken);
    }

    /** Does one stage of one put at which nobody is; false if there is none. */
    boolean stepPut(SplittableRandom random) {
        List<Put> free = puts.stream().filter(put -> !put.taken).toList();
        if (free.isEmpty()) {
            return false;
        }
        step(free.get(random.nextInt(free.size())));
        return true;
    }

    private void step(Put put) {
        put.taken = true;
        try {
            if (stage(put)) {
                puts.remove(put);
            }
            put.taken = false;
        } catch (SimulatedCrash e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            puts.remove(put);
            stages.fail(put.task, e);
            figures.count(e instanceof DiskFullException ? Figure.REFUSED_FULL : Figure.PUTS_FAILED);
        }
    }

    /** Whether the put needs no more steps of its own. */
    private boolean stage(Put put) throws IOException {
        switch (put.stage) {
            case ADMIT ->
                put.stage = switch (stages.admit(put.task)) {
                    case BUSY -> {
                        figures.count(Figure.BUSY);
                        yield Stage.ADMIT;
                    }
                    case OTHER_DOMAIN -> Stage.ADMIT;
                    case NEW -> Stage.STORE;
                    case HIT -> Stage.COMPARE;
                };
            case COMPARE ->
                put.stage = switch (stages.compare(put.task)) {
                    case EQUAL -> Stage.COMMIT_HIT;
                    case DAMAGED -> {
                        figures.count(Figure.STORED_AGAIN);
                        if (isSomethingElse(put)) {
                            figures.count(Figure.REPLACED);
                            history.replaced(put.task.id());
                        }
                        yield Stage.STORE;
                    }
                    case OTHER -> {
                        figures.count(Figure.SAME_HASH);
                        yield Stage.ADMIT;
                    }
                };
            case STORE -> {
                put.counter = stages.nextCounter();
                history.stored(put.task.id(), core.names().life(), put.counter, put.content);
                stages.seal(put.task);
                stages.store(put.task, put.counter);
                stages.harden(put.task);
                put.stage = Stage.COMMIT_STORED;
            }
            case COMMIT_STORED -> {
                stages.commitStored(put.task, put.counter);
                return true;
            }
            case COMMIT_HIT -> {
                figures.count(Figure.DEDUP_HITS);
                checkHit(put);
                stages.commitHit(put.task);
                return true;
            }
        }
        return false;
    }

    /** What a put takes for its own content must be that: another may have the same hash. */
    private void checkHit(Put put) {
        ExtentId id = put.task.id();
        if (history.latest().count(id) == 0) {
            figures.count(Figure.RESURRECTIONS);
        }
        if (isSomethingElse(put) && !history.isReplaced(id)) {
            history.fault(
                    "a put of " + put.content.length + " bytes is told of extent " + id + ", which is something else");
        }
    }

    /** Whether what is stored under the id of a put is another content. */
    private boolean isSomethingElse(Put put) {
        ExtentId id = put.task.id();
        Model.Extent found = history.latest().extents.get(id);
        return found != null && !Arrays.equals(put.content, history.content(id, found.life(), found.counter()));
    }

    /** Does one stage of every put. */
    void stepPuts() {
        List.copyOf(puts).forEach(this::step);
    }

    /** Commits the oldest of what is under way, as one batch. */
    void stepCommit(int most) {
        for (int i = 0; i < most && !queue.isEmpty(); i++) {
            accept(queue.remove());
        }
        core.commitStage().endBatch();
    }

    private void accept(Queued queued) {
        Command command = queued.command;
        if (command == null) {
            core.commitStage().accept(queued.commit);
            return;
        }
        boolean failed = hasFailed();
        long before = core.journal().lastSequence();
        if (!failed) {
            queued.sequence = before + 1;
            history.append(command);
        }
        core.commitStage().accept(queued.commit);
        if (!failed && !hasFailed() && core.journal().lastSequence() == before) {
            queued.sequence = 0;
            history.refuseLast();
        }
    }
}
