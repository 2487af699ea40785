package io.ashlar.formal.trace;

import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the log of a store's lives into a behaviour of RefcountGc: who plays which writer, which reference is which, and what
 * a crash left. What the specification does not know, packs and the tables of checkpoints, is left out; an extent in the
 * journal counts as an object that becomes durable with its record.
 */
final class Abstraction {
    private final List<String> events = new ArrayList<>();
    private final Map<String, String> extents = new HashMap<>();
    private final Set<String> packs = new HashSet<>();
    private final Jobs jobs = new Jobs();
    private final Objects objects = new Objects();
    private final Readers readers = new Readers();
    private final Set<String> allNames = new LinkedHashSet<>();
    private int handles;

    /** The references after the last durable record, and after each record behind it. */
    private final TreeMap<Long, Ghost> states = new TreeMap<>(Map.of(0L, new Ghost()));

    /** What records behind the last durable one drop, and what they leave without an entry. */
    private final List<String> dropped = new ArrayList<>();

    private final List<Objects.Copy> vacated = new ArrayList<>();

    /** What the specification has dropped with the force of a sweep, and the engine has yet to. */
    private final Map<String, Integer> lag = new HashMap<>();

    private final Map<String, Integer> counted = new LinkedHashMap<>();
    private long applied;
    private long recoveredTo;
    private boolean recovering;

    /** Reads a whole log. */
    static Trace of(List<String> log) {
        Abstraction abstraction = new Abstraction();
        abstraction.findPacks(log);
        for (int i = 0; i < log.size(); i++) {
            try {
                abstraction.line(log.get(i).split(" ", -1));
            } catch (RuntimeException e) {
                throw new IllegalStateException("line " + (i + 1) + " of the log, " + log.get(i), e);
            }
        }
        return new Trace(
                List.copyOf(abstraction.events),
                abstraction.extents.size(),
                abstraction.handles,
                List.copyOf(abstraction.allNames),
                abstraction.jobs.writers(),
                abstraction.readers.most(),
                abstraction.objects.copies());
    }

    private void findPacks(List<String> log) {
        for (String line : log) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("applied") && words[2].equals("move")) {
                packs.add(words[3]);
            }
        }
    }

    private void line(String[] words) {
        switch (words[0]) {
            case "life" -> recovering = true;
            case "recovered" -> recoveredTo = Long.parseLong(words[1]);
            case "found" -> found(words);
            case "counted" -> counted(words[1], Integer.parseInt(words[2]));
            case "applied" -> applied(Long.parseLong(words[1]), words);
            case "durable" -> durable();
            case "storing" -> storing(words[1]);
            case "hardened" -> hardened(words[1]);
            case "discarded" -> discarded(words[1], Boolean.parseBoolean(words[2]));
            case "erased" -> erased(words[1], Boolean.parseBoolean(words[2]));
            case "orphaned" -> orphaned(words[1]);
            case "pinned" -> add(new Event("Pin").with("p", readers.come(Long.parseLong(words[1]))));
            case "unpinned" -> add(new Event("Unpin").with("p", readers.leave(Long.parseLong(words[1]))));
            default -> {
                if (!packs.contains(words[1])) {
                    about(words[0], extent(words[1]), words);
                }
            }
        }
    }

    private void about(String what, String extent, String[] words) {
        switch (what) {
            case "reserved" -> {
                boolean hit = Boolean.parseBoolean(words[2]);
                Job job = jobs.begin(extent, hit ? "held" : "storing");
                add(new Event("Admit").with("w", job.writer).with("e", extent).with("hit", hit));
            }
            case "held" ->
                add(new Event("Hold")
                        .with("w", jobs.begin(extent, "held").writer)
                        .with("e", extent));
            case "unreserved" -> {
                if (!jobs.catchesUp(extent)) {
                    Job job = idle(extent);
                    jobs.remove(job);
                    add(new Event("GiveUp").with("w", job.writer));
                }
            }
            case "marked" -> add(new Event("Mark").with("e", extent));
            case "condemned" -> add(new Event("Condemn").with("e", extent));
            case "reprieved" -> add(new Event("Reprieve").with("e", extent));
            default -> throw new TraceException("no meaning is known of " + what);
        }
    }

    private void add(Event event) {
        events.add(event.toString());
    }

    private String extent(String id) {
        return extents.computeIfAbsent(id, key -> "e" + (extents.size() + 1));
    }

    private Job idle(String extent) {
        Job job = jobs.idle(extent);
        if (job == null) {
            throw new TraceException("nobody counts on " + extent);
        }
        return job;
    }

    private Ghost now() {
        return states.lastEntry().getValue();
    }

    private void counted(String id, int count) {
        if (!packs.contains(id)) {
            counted.put(extent(id), count);
        }
    }

    /** The counts that were told of, as the specification counts. */
    private Map<String, Integer> takeCounts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        if (!recovering) {
            counted.forEach((extent, count) -> counts.put(extent, count - lag.getOrDefault(extent, 0)));
            counted.clear();
        }
        return counts;
    }

    // ---- bytes --------------------------------------------------------------------------------------------------

    private static boolean isOfUsers(String objectName) {
        Optional<ObjectName> name = ObjectName.parse(objectName);
        return name.isPresent()
                && (name.get().kind() == ExtentKind.DATA || name.get().kind() == ExtentKind.NODE);
    }

    private void storing(String objectName) {
        String extent = extent(ObjectName.parse(objectName).orElseThrow().id().toString());
        store(idle(extent), objectName);
    }

    private void store(Job job, @Nullable String objectName) {
        Objects.Copy copy = objects.fresh(job.extent, objectName);
        objects.loose.add(copy);
        job.copy = copy.number();
        job.objectName = objectName;
        add(new Event("Store").with("w", job.writer).with("c", copy.number()));
    }

    private void harden(Job job, Objects.Copy copy) {
        objects.loose.remove(copy);
        objects.solid.add(copy);
        add(new Event("Harden").with("w", job.writer));
    }

    private void hardened(String objectName) {
        harden(job(objectName), copy(objectName));
    }

    private Job job(String objectName) {
        Job job = jobs.storing(objectName);
        if (job == null) {
            throw new TraceException("nobody is storing " + objectName);
        }
        return job;
    }

    private Objects.Copy copy(String objectName) {
        Objects.Copy copy = objects.named(objectName);
        if (copy == null) {
            throw new TraceException("nobody has stored " + objectName);
        }
        return copy;
    }

    private void discarded(String objectName, boolean deleted) {
        Job job = job(objectName);
        jobs.end(job);
        if (deleted) {
            objects.gone(copy(objectName));
        }
        add(new Event(deleted ? "GiveUp" : "Abandon").with("w", job.writer));
    }

    private void erased(String objectName, boolean deleted) {
        if (!isOfUsers(objectName)) {
            return;
        }
        Objects.Copy copy = copy(objectName);
        if (objects.dead.contains(copy)) {
            erase(copy, deleted);
        } else if (deleted && objects.solid.contains(copy)) {
            // Recovery found its sweep again; for the specification that is an orphan.
            orphan(copy);
        }
    }

    private void erase(Objects.Copy copy, boolean deleted) {
        objects.dead.remove(copy);
        if (deleted) {
            objects.gone(copy);
        }
        add(new Event(deleted ? "Erase" : "Forget").with("o", copy));
    }

    private void orphaned(String objectName) {
        if (isOfUsers(objectName)) {
            orphan(copy(objectName));
        }
    }

    private void orphan(Objects.Copy copy) {
        objects.gone(copy);
        add(new Event("Orphan").with("o", copy));
    }

    // ---- records ------------------------------------------------------------------------------------------------

    private void applied(long sequence, String[] words) {
        if (recovering && sequence <= applied) {
            return;
        }
        if (sequence <= applied) {
            throw new TraceException("record " + sequence + " is applied behind record " + applied);
        }
        applied = sequence;
        Ghost state = new Ghost(now());
        states.put(sequence, state);
        if (!words[2].equals("move")) {
            state.records++;
        }
        switch (words[2]) {
            case "put" -> put(extent(words[3]), words, state);
            case "retain" -> retain(extent(words[3]), state);
            case "release" -> release(extent(words[3]), Integer.parseInt(words[4]), state);
            case "bind" -> bind(extent(words[3]), "n:" + words[4], state);
            case "unbind" -> unbind("n:" + words[3], state);
            case "sweep" -> sweep(words, state);
            case "move" -> {
                // Where bytes lie within the engine.
            }
            default -> throw new TraceException("no meaning is known of the record");
        }
    }

    private void put(String extent, String[] words, Ghost state) {
        boolean explicit = Boolean.parseBoolean(words[7]);
        boolean inline = Boolean.parseBoolean(words[8]);
        Job job;
        if (inline) {
            job = idle(extent);
            store(job, null);
            harden(job, new Objects.Copy(extent, java.util.Objects.requireNonNull(job.copy), true));
        } else {
            ExtentKind kind = ExtentKind.valueOf(words[6]);
            job = job(objectName(kind, words[3], words[4], words[5]));
        }
        Map<String, String> sets = new LinkedHashMap<>();
        if (explicit) {
            sets.put(handle(state, extent), extent);
        }
        Objects.Copy before = home(state, extent);
        if (before == null && !words[9].isEmpty()) {
            List<String> targets = new ArrayList<>();
            for (String link : words[9].split(",", -1)) {
                targets.add(extent(link));
            }
            List<String> edges = state.takeEdges(extent, targets);
            allNames.addAll(edges);
            for (int i = 0; i < edges.size(); i++) {
                sets.put(edges.get(i), targets.get(i));
            }
        } else if (before != null) {
            vacated.add(before);
        }
        state.homes.put(extent, new Objects.Copy(extent, java.util.Objects.requireNonNull(job.copy), inline));
        add(new Event("Put")
                .with("w", job.writer)
                .withPairs("sets", sets)
                .with("keep", !explicit)
                .withCounts(takeCounts()));
        if (explicit) {
            jobs.end(job);
        } else {
            job.stage = "held";
            job.copy = null;
            job.objectName = null;
        }
    }

    private static String objectName(ExtentKind kind, String id, String life, String counter) {
        return ObjectName.of(kind, io.ashlar.ExtentId.parse(id), Integer.parseInt(life), Long.parseLong(counter));
    }

    private static Objects.@Nullable Copy home(Ghost state, String extent) {
        return state.homes.get(extent);
    }

    private String handle(Ghost state, String extent) {
        String handle = state.takeHandle(extent);
        handles = Math.max(handles, Integer.parseInt(handle.substring(1)));
        return handle;
    }

    private void retain(String extent, Ghost state) {
        Job job = idle(extent);
        add(new Event("Commit")
                .with("w", job.writer)
                .with("h", handle(state, extent))
                .withCounts(takeCounts()));
        jobs.end(job);
    }

    private void release(String extent, int number, Ghost state) {
        List<String> released = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            released.add(state.dropHandle(extent));
            dropped.add(extent);
        }
        add(new Event("Release").withList("r", released).withCounts(takeCounts()));
    }

    private void bind(String extent, String name, Ghost state) {
        Job job = idle(extent);
        allNames.add(name);
        String old = state.names.put(name, extent);
        if (old != null && !old.equals(extent)) {
            dropped.add(old);
        }
        add(new Event("Bind").with("w", job.writer).with("r", name).withCounts(takeCounts()));
        jobs.end(job);
    }

    private void unbind(String name, Ghost state) {
        String old = state.names.remove(name);
        if (old == null) {
            throw new TraceException(name + " is unbound that is not bound");
        }
        dropped.add(old);
        add(new Event("Release").withList("r", List.of(name)).withCounts(takeCounts()));
    }

    private void sweep(String[] words, Ghost state) {
        List<String> swept = new ArrayList<>();
        List<String> cleared = new ArrayList<>();
        for (int i = 3; i < words.length; i++) {
            String id = words[i].substring(0, words[i].indexOf(':'));
            if (!packs.contains(id)) {
                String extent = extent(id);
                swept.add(extent);
                String links = words[i].substring(id.length() + 1);
                for (String link : links.isEmpty() ? new String[0] : links.split(",", -1)) {
                    dropped.add(extent(link));
                }
                cleared.addAll(state.dropEdges(extent));
                Objects.Copy home = state.homes.remove(extent);
                if (home == null) {
                    throw new TraceException(extent + " is swept that is not there");
                }
                vacated.add(home);
            }
        }
        // Forced before it was applied, and everything before it.
        boolean behind = state.records > states.firstEntry().getValue().records + 1;
        dropped.forEach(extent -> lag.merge(extent, 1, Integer::sum));
        dropped.clear();
        states.headMap(states.lastKey()).clear();
        if (!swept.isEmpty()) {
            Map<String, Integer> counts = takeCounts();
            counts.keySet().removeIf(extent -> !swept.contains(extent));
            add(new Event("Sweep").withList("e", swept).withList("r", cleared).withCounts(counts));
        } else if (behind) {
            add(new Event("Sync").withCounts(Map.of()));
        }
        bury();
    }

    private void durable() {
        if (recovering) {
            return;
        }
        lag.clear();
        Map<String, Integer> counts = takeCounts();
        boolean behind = now().records > states.firstEntry().getValue().records;
        if (behind || !counts.isEmpty()) {
            add(new Event(behind ? "Sync" : "Look").withCounts(counts));
        }
        dropped.clear();
        states.headMap(states.lastKey()).clear();
        bury();
    }

    /** What was left without an entry is dead; nobody has to erase what had no object. */
    private void bury() {
        for (Objects.Copy copy : vacated) {
            objects.dead.add(copy);
            if (copy.inline()) {
                erase(copy, true);
            }
        }
        vacated.clear();
    }

    // ---- crashes ------------------------------------------------------------------------------------------------

    private void found(String[] words) {
        Set<Objects.Copy> there = new LinkedHashSet<>();
        for (int i = 1; i < words.length; i++) {
            if (!words[i].isEmpty() && isOfUsers(words[i])) {
                there.add(copy(words[i]));
            }
        }
        if (!events.isEmpty()) {
            catchUpWithDeletions(there);
            crash(there);
        }
        recovering = false;
        counted.clear();
    }

    /** Bytes that went just before the end, so that nobody could tell of it any more. */
    private void catchUpWithDeletions(Set<Objects.Copy> there) {
        for (Objects.Copy copy : List.copyOf(objects.solid)) {
            if (!copy.inline() && !there.contains(copy)) {
                if (objects.dead.contains(copy)) {
                    erase(copy, true);
                } else if (!copy.equals(now().homes.get(copy.extent())) && !jobs.isStoring(copy)) {
                    orphan(copy);
                }
            }
        }
    }

    private void crash(Set<Objects.Copy> there) {
        if (recoveredTo < states.firstKey()) {
            throw new TraceException("recovered up to record " + recoveredTo + ", but up to record " + states.firstKey()
                    + " all was durable");
        }
        Ghost left = states.floorEntry(recoveredTo).getValue();
        int kept = Math.toIntExact(left.records - states.firstEntry().getValue().records);
        objects.solid.stream().filter(Objects.Copy::inline).forEach(there::add);
        add(new Event("Crash").with("k", kept).withCopies("stored", there).withCounts(counted));
        states.clear();
        states.put(recoveredTo, left);
        applied = recoveredTo;
        objects.loose.clear();
        objects.dead.clear();
        objects.solid.clear();
        objects.solid.addAll(there);
        jobs.clear();
        readers.clear();
        dropped.clear();
        vacated.clear();
        lag.clear();
        // A record that was lost took its bytes along.
        for (Objects.Copy copy : List.copyOf(there)) {
            if (copy.inline() && !copy.equals(left.homes.get(copy.extent()))) {
                orphan(copy);
            }
        }
    }
}
