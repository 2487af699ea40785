package io.ashlar.formal.graph;

import io.ashlar.ExtentId;
import io.ashlar.catalog.CatalogBridge;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.formal.graph.TlaValue.Model;
import io.ashlar.formal.graph.World.Applied;
import io.ashlar.formal.graph.World.Reading;
import io.ashlar.formal.graph.World.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of RefcountGc that an engine is in. What only the walk knows (which records are durable, what writers are up to) is
 * held against what the engine shows of it.
 */
final class Observation {
    private static final Model NONE = new Model("None");

    private final EngineSubject.Bounds bounds;
    private final World world;

    Observation(EngineSubject.Bounds bounds, World world) {
        this.bounds = bounds;
        this.world = world;
    }

    Map<String, Object> state() throws IOException {
        check();
        Map<String, Object> state = new HashMap<>();
        state.put("base", Map.of("refs", refs(world.refs), "home", homes(world.homes)));
        List<Object> tail = new ArrayList<>();
        for (Applied applied : world.tail) {
            tail.add(record(applied));
        }
        state.put("tail", tail);
        Map<Object, Object> counts = new HashMap<>();
        Map<Object, Object> marks = new HashMap<>();
        Set<Object> dying = new HashSet<>();
        for (String extent : bounds.extents()) {
            ExtentId id = world.id(extent);
            ExtentEntry entry = world.catalog().find(id);
            counts.put(model(extent), entry == null ? 0 : Math.toIntExact(entry.count()));
            marks.put(model(extent), mark(CatalogBridge.markEpoch(world.catalog(), id)));
            if (CatalogBridge.isDying(world.catalog(), id)) {
                dying.add(model(extent));
            }
        }
        state.put("count", counts);
        state.put("mark", marks);
        state.put("dying", dying);
        Map<Object, Object> jobs = new HashMap<>();
        bounds.writers().forEach(writer -> jobs.put(model(writer), job(world.work.get(writer))));
        state.put("job", jobs);
        Map<Object, Object> views = new HashMap<>();
        for (String reader : bounds.readers()) {
            Reading reading = world.readers.get(reader);
            views.put(model(reader), reading == null ? NONE : models(reading.seen()));
        }
        state.put("view", views);
        Set<Object> loose = new HashSet<>();
        Set<Object> solid = new HashSet<>();
        for (String name : world.backend.names()) {
            String label = world.copies.get(name);
            if (label != null) {
                (world.backend.isLoose(name) ? loose : solid).add(object(label));
            }
        }
        state.put("loose", loose);
        state.put("solid", solid);
        Set<Object> dead = new HashSet<>();
        for (String name : CatalogBridge.erasable(world.catalog())) {
            dead.add(object(Objects.requireNonNull(world.copies.get(name))));
        }
        state.put("dead", dead);
        return state;
    }

    private static Model model(String name) {
        return new Model(name);
    }

    private static Set<Object> models(List<String> names) {
        Set<Object> models = new HashSet<>();
        names.forEach(name -> models.add(model(name)));
        return models;
    }

    private static Object orNone(@Nullable String name) {
        return name == null || name.isEmpty() ? NONE : model(name);
    }

    private static Object object(String label) {
        String[] parts = label.split(" ", -1);
        return List.of(model(parts[0]), model(parts[1]));
    }

    private Object refs(Map<String, String> refs) {
        Map<Object, Object> all = new HashMap<>();
        bounds.handles().forEach(handle -> all.put(model(handle), orNone(refs.get(handle))));
        bounds.names().forEach(name -> all.put(model(name), orNone(refs.get(name))));
        return all;
    }

    private Object homes(Map<String, String> homes) {
        Map<Object, Object> all = new HashMap<>();
        bounds.extents().forEach(extent -> all.put(model(extent), orNone(homes.get(extent))));
        return all;
    }

    private static Object record(Applied applied) {
        Map<Object, Object> sets = new HashMap<>();
        applied.sets().forEach((ref, extent) -> sets.put(model(ref), orNone(extent)));
        return Map.of(
                "sets",
                sets.isEmpty() ? List.of() : sets,
                "extent",
                orNone(applied.extent()),
                "copy",
                orNone(applied.copy()));
    }

    private static Object job(@Nullable Work work) {
        return work == null
                ? NONE
                : Map.of("stage", work.stage, "extent", model(work.extent), "copy", orNone(work.copy));
    }

    private Object mark(long epoch) {
        if (epoch == 0) {
            return NONE;
        }
        Set<Object> waiting = new HashSet<>();
        world.readers.forEach((reader, reading) -> {
            if (reading.epoch() <= epoch) {
                waiting.add(model(reader));
            }
        });
        return waiting;
    }

    /** The catalog has what the records add up to, and counts on behalf of exactly those who are at work. */
    private void check() throws IOException {
        Map<String, String> refs = world.refsNow();
        Map<String, String> homes = world.homesNow();
        for (String name : bounds.names()) {
            ExtentId bound = world.catalog().resolve(name);
            String expected = refs.get(name);
            same("what " + name + " refers to", expected == null ? null : world.id(expected), bound);
        }
        for (String extent : bounds.extents()) {
            ExtentId id = world.id(extent);
            ExtentEntry entry = world.catalog().find(id);
            same("the copy of " + extent, homes.get(extent), entry == null ? null : copy(id, entry));
            long handles = bounds.handles().stream()
                    .filter(handle -> extent.equals(refs.get(handle)))
                    .count();
            same("the handles on " + extent, handles, entry == null ? 0L : entry.explicit());
            long holders = world.work.values().stream()
                    .filter(work -> work.extent.equals(extent))
                    .count();
            same("who counts on " + extent, holders, Long.valueOf(CatalogBridge.holders(world.catalog(), id)));
            boolean storing = world.work.values().stream()
                    .anyMatch(work ->
                            work.extent.equals(extent) && !work.stage.equals("held") && !homes.containsKey(extent));
            same("whether " + extent + " is being stored", storing, CatalogBridge.isStoring(world.catalog(), id));
        }
    }

    private @Nullable String copy(ExtentId id, ExtentEntry entry) {
        String label = world.copies.get(ObjectName.of(ExtentKind.DATA, id, entry.life(), entry.counter()));
        return label == null ? "unknown" : label.substring(label.indexOf(' ') + 1);
    }

    private static void same(String what, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError(what + " should be " + expected + " and is " + found);
        }
    }
}
