package io.ashlar.formal.graph;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.CatalogBridge;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.catalog.Orphans;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.formal.graph.GraphWalk.Move;
import io.ashlar.formal.graph.World.Applied;
import io.ashlar.formal.graph.World.Reading;
import io.ashlar.formal.graph.World.Work;
import io.ashlar.pipeline.PutTask;
import io.ashlar.pipeline.TaskBridge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Takes the actions of RefcountGc on the real engine. */
final class EngineSubject implements GraphWalk.Subject<World> {
    private final Bounds bounds;

    /** The constants of the model. */
    record Bounds(
            List<String> extents,
            List<String> handles,
            List<String> names,
            List<String> writers,
            List<String> readers,
            List<String> copies,
            int maxTail) {}

    EngineSubject(Bounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public World begin() throws IOException {
        return new World();
    }

    // ---- what can be tried --------------------------------------------------------------------------------------

    @Override
    public List<Move> moves(World world) {
        List<Move> moves = new ArrayList<>();
        Set<String> loose = new TreeSet<>();
        world.backend.names().stream()
                .filter(name -> world.copies.containsKey(name) && world.backend.isLoose(name))
                .forEach(loose::add);
        List<String> unsure = List.copyOf(loose);
        for (int kept = 0; kept <= world.tail.size(); kept++) {
            for (int mask = 0; mask < 1 << unsure.size(); mask++) {
                moves.add(new Move("Crash", kept + " " + mask));
            }
        }
        boolean room = world.tail.size() < bounds.maxTail;
        for (String extent : bounds.extents) {
            moves.add(new Move("Mark", extent));
            moves.add(new Move("Condemn", extent));
            // Only the collector does this, to what it has condemned.
            if (CatalogBridge.isDying(world.catalog(), world.id(extent))) {
                moves.add(new Move("Reprieve", extent));
                moves.add(new Move("Sweep", extent));
            }
            for (String copy : bounds.copies) {
                moves.add(new Move("Erase", extent + " " + copy));
                moves.add(new Move("Forget", extent + " " + copy));
                moves.add(new Move("Orphan", extent + " " + copy));
            }
        }
        for (String writer : bounds.writers) {
            moves(world, writer, room, moves);
        }
        for (String reader : bounds.readers) {
            moves.add(new Move(world.readers.containsKey(reader) ? "Unpin" : "Pin", reader));
        }
        if (room) {
            // Whoever holds a handle may release it; anybody may unbind a name.
            bounds.handles.stream()
                    .filter(world.refsNow()::containsKey)
                    .forEach(handle -> moves.add(new Move("Release", handle)));
            bounds.names.forEach(name -> moves.add(new Move("Release", name)));
        }
        moves.add(new Move("Sync", ""));
        return moves;
    }

    private void moves(World world, String writer, boolean room, List<Move> moves) {
        Work work = world.work.get(writer);
        if (work == null) {
            for (String extent : bounds.extents) {
                moves.add(new Move("Admit", writer + " " + extent));
                moves.add(new Move("Hold", writer + " " + extent));
            }
            return;
        }
        boolean holds = work.stage.equals("held") || work.stage.equals("hard");
        if (work.stage.equals("storing") || work.stage.equals("held")) {
            for (String copy : bounds.copies) {
                // The engine never runs out of names; the model calls a name free that occurs nowhere.
                if (isFree(world, work.extent, copy)) {
                    moves.add(new Move("Store", writer + " " + copy));
                }
            }
        }
        if (work.stage.equals("stored")) {
            moves.add(new Move("Harden", writer));
        }
        if (room && holds) {
            bounds.handles.stream()
                    .filter(handle -> !world.refsNow().containsKey(handle))
                    .forEach(handle -> moves.add(new Move("Commit", writer + " " + handle)));
        }
        if (room && work.stage.equals("hard")) {
            moves.add(new Move("Keep", writer));
        }
        if (room && work.stage.equals("held")) {
            bounds.names.forEach(name -> moves.add(new Move("Bind", writer + " " + name)));
        }
        moves.add(new Move("GiveUp", writer));
        if (!work.copy.isEmpty()) {
            moves.add(new Move("Abandon", writer));
        }
    }

    private static boolean isFree(World world, String extent, String copy) {
        String label = extent + " " + copy;
        boolean inUse = world.work.values().stream().anyMatch(work -> label.equals(work.extent + " " + work.copy));
        boolean named = copy.equals(world.homes.get(extent))
                || world.tail.stream()
                        .anyMatch(applied -> applied.extent().equals(extent)
                                && applied.copy().equals(copy));
        boolean stored = world.backend.names().stream().anyMatch(name -> label.equals(world.copies.get(name)));
        boolean dead =
                CatalogBridge.erasable(world.catalog()).stream().anyMatch(name -> label.equals(world.copies.get(name)));
        return !inUse && !named && !stored && !dead;
    }

    // ---- trying it ----------------------------------------------------------------------------------------------

    @Override
    public @Nullable World take(World world, Move move) throws IOException {
        String[] how = move.how().split(" ", -1);
        boolean done = switch (move.action()) {
            case "Admit" -> admit(world, how[0], how[1]);
            case "Hold" -> hold(world, how[0], how[1]);
            case "Store" -> store(world, work(world, how[0]), how[1]);
            case "Harden" -> harden(world, work(world, how[0]));
            case "Commit" -> commit(world, how[0], how[1]);
            case "Keep" -> keep(world, how[0]);
            case "Bind" -> bind(world, how[0], how[1]);
            case "GiveUp" -> giveUp(world, how[0], false);
            case "Abandon" -> giveUp(world, how[0], true);
            case "Release" -> release(world, how[0]);
            case "Sync" -> sync(world);
            case "Pin" -> pin(world, how[0]);
            case "Unpin" -> unpin(world, how[0]);
            case "Mark" -> CatalogBridge.mark(world.catalog(), world.id(how[0]));
            case "Condemn" -> CatalogBridge.condemn(world.catalog(), world.id(how[0]));
            case "Reprieve" -> reprieve(world, how[0]);
            case "Sweep" -> sweep(world, how[0]);
            case "Erase" -> erase(world, how[0] + " " + how[1], true);
            case "Forget" -> erase(world, how[0] + " " + how[1], false);
            case "Orphan" -> orphan(world, how[0] + " " + how[1]);
            case "Crash" -> true;
            default -> throw new IllegalArgumentException("no such action: " + move);
        };
        if (!done) {
            return null;
        }
        return move.action().equals("Crash") ? crash(world, Integer.parseInt(how[0]), Integer.parseInt(how[1])) : world;
    }

    private static Work work(World world, String writer) {
        Work work = world.work.get(writer);
        if (work == null) {
            throw new IllegalStateException(writer + " does nothing");
        }
        return work;
    }

    private static boolean admit(World world, String writer, String extent) throws IOException {
        PutTask task = world.task(extent, true);
        Catalog.Admission admission = world.stages.admit(task);
        if (admission == Catalog.Admission.BUSY) {
            return false;
        }
        Work work = new Work(extent, admission == Catalog.Admission.NEW ? "storing" : "held");
        work.task = task;
        world.work.put(writer, work);
        return true;
    }

    private static boolean hold(World world, String writer, String extent) throws IOException {
        if (!world.catalog().hold(world.id(extent))) {
            return false;
        }
        world.work.put(writer, new Work(extent, "held"));
        return true;
    }

    private static PutTask task(World world, Work work) {
        PutTask task = work.task;
        if (task == null) {
            // Nothing tells a hold of a retain from one of a put.
            task = world.task(work.extent, true);
            TaskBridge.hold(task);
            work.task = task;
        }
        return task;
    }

    private static boolean store(World world, Work work, String copy) throws IOException {
        PutTask task = task(world, work);
        work.counter = world.stages.nextCounter();
        work.copy = copy;
        work.stage = "stored";
        world.copies.put(
                ObjectName.of(ExtentKind.DATA, task.id(), world.core.names().life(), work.counter),
                work.extent + " " + copy);
        world.stages.store(task, work.counter);
        return true;
    }

    private static boolean harden(World world, Work work) throws IOException {
        world.stages.harden(task(world, work));
        work.stage = "hard";
        return true;
    }

    private static boolean commit(World world, String writer, String handle) {
        Work work = work(world, writer);
        PutTask task = task(world, work);
        boolean stored = work.stage.equals("hard");
        if (stored) {
            world.stages.commitStored(task, work.counter);
        } else {
            world.stages.commitHit(task);
        }
        TaskBridge.done(task).join();
        world.applied(new Applied(Map.of(handle, work.extent), stored ? work.extent : "", stored ? work.copy : ""));
        world.work.remove(writer);
        return true;
    }

    private static boolean keep(World world, String writer) {
        Work work = work(world, writer);
        PutTask part = world.task(work.extent, false);
        TaskBridge.handOver(task(world, work), part);
        world.stages.commitStored(part, work.counter);
        TaskBridge.done(part).join();
        world.applied(new Applied(Map.of(), work.extent, work.copy));
        world.work.put(writer, new Work(work.extent, "held"));
        return true;
    }

    private static boolean bind(World world, String writer, String name) {
        Work work = work(world, writer);
        boolean changes = !work.extent.equals(world.refsNow().get(name));
        Catalog.Outcome outcome = world.commit(
                new Command.Bind(name, world.id(work.extent)),
                new Applied(changes ? Map.of(name, work.extent) : Map.of(), "", ""));
        if (outcome == Catalog.Outcome.DONE) {
            world.catalog().unhold(world.id(work.extent));
            world.work.remove(writer);
        }
        return outcome == Catalog.Outcome.DONE;
    }

    private static boolean giveUp(World world, String writer, boolean stuck) {
        Work work = work(world, writer);
        world.backend.stuck = stuck;
        world.stages.fail(task(world, work), new IOException("given up"));
        world.backend.stuck = false;
        world.work.remove(writer);
        return true;
    }

    private boolean release(World world, String ref) {
        String extent = world.refsNow().get(ref);
        Command command = bounds.names.contains(ref)
                ? new Command.Unbind(ref)
                : new Command.Release(world.id(java.util.Objects.requireNonNull(extent)), 1);
        return world.commit(command, new Applied(Map.of(ref, ""), "", "")) == Catalog.Outcome.DONE;
    }

    private static boolean sync(World world) {
        world.core.driver().control(() -> {}).join();
        world.forced();
        return true;
    }

    private boolean pin(World world, String reader) throws IOException {
        Reading empty = world.pin(List.of());
        List<String> seen = new ArrayList<>();
        for (String extent : bounds.extents) {
            if (isFound(world, extent)) {
                seen.add(extent);
            }
        }
        world.readers.put(reader, new Reading(empty.pin(), empty.epoch(), seen));
        return true;
    }

    private boolean isFound(World world, String extent) throws IOException {
        ExtentId id = world.id(extent);
        // By its id, while somebody refers to it; or by a name.
        if (world.catalog().findLive(id) == null) {
            return false;
        }
        if (CatalogBridge.holders(world.catalog(), id) > 0) {
            return true;
        }
        ExtentEntry entry = world.catalog().find(id);
        for (String name : bounds.names) {
            if (id.equals(world.catalog().resolve(name))) {
                return true;
            }
        }
        return entry != null && entry.explicit() > 0;
    }

    private static boolean unpin(World world, String reader) {
        java.util.Objects.requireNonNull(world.readers.remove(reader)).pin().close();
        return true;
    }

    private static boolean reprieve(World world, String extent) {
        CatalogBridge.reprieve(world.catalog(), world.id(extent));
        return true;
    }

    private static boolean sweep(World world, String extent) throws IOException {
        ExtentId id = world.id(extent);
        ExtentEntry entry = java.util.Objects.requireNonNull(world.catalog().find(id));
        Command.Swept swept = new Command.Swept(id, entry.life(), entry.counter(), List.of());
        world.core
                .driver()
                .submit(new Command.Sweep(List.of(swept)), Durability.SYNC, true)
                .join();
        world.tail.add(new Applied(Map.of(), extent, ""));
        world.forced();
        return true;
    }

    private static boolean erase(World world, String label, boolean deleted) throws IOException {
        for (String name : CatalogBridge.erasable(world.catalog())) {
            if (label.equals(world.copies.get(name))) {
                if (deleted) {
                    world.backend.delete(name);
                }
                CatalogBridge.erased(world.catalog(), name);
                return true;
            }
        }
        return false;
    }

    private static boolean orphan(World world, String label) throws IOException {
        LooseBackend only = world.backend;
        Orphans search = new Orphans(
                world.catalog(),
                new OneObject(only, name -> label.equals(world.copies.get(name))),
                world.core.names(),
                world.core.checkpointer()::needs,
                () -> false,
                world.core.clock(),
                world.core.settings(),
                false,
                world.core.probe());
        while (search.step()) {
            // Two passes.
        }
        return search.found() > 0;
    }

    private static World crash(World world, int kept, int mask) throws IOException {
        List<String> unsure = world.backend.names().stream()
                .filter(name -> world.copies.containsKey(name) && world.backend.isLoose(name))
                .sorted()
                .toList();
        Set<String> survivors = new TreeSet<>();
        for (int i = 0; i < unsure.size(); i++) {
            if ((mask >> i & 1) != 0) {
                survivors.add(unsure.get(i));
            }
        }
        Map<String, String> refs = new TreeMap<>(world.refs);
        World left = new World(
                world.images.get(kept).processKilled(),
                world.backend.crashed(survivors),
                refs,
                world.homes,
                world.copies);
        world.tail.subList(0, kept).forEach(left::keep);
        // What recovery finds dead once more is an orphan for the specification.
        for (String name : CatalogBridge.erasable(left.catalog())) {
            CatalogBridge.erased(left.catalog(), name);
        }
        return left;
    }

    // ---- seeing what came of it ---------------------------------------------------------------------------------

    @Override
    public Map<String, Object> observe(World world) throws IOException {
        return new Observation(bounds, world).state();
    }
}
