package io.ashlar.formal.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who refers to what, which the engine keeps only in numbers: the references of the specification by name. A value; each
 * record gives a new one, so that a crash can go back.
 */
final class Ghost {
    /** The handles on each extent, in the order in which they were taken. */
    private final Map<String, ArrayDeque<String>> handles;

    /** What each name and each edge refers to. */
    final TreeMap<String, String> names;

    /** The edges that leave each node. */
    private final Map<String, List<String>> edges;

    /** Which copy of each extent is in force. */
    final Map<String, Objects.Copy> homes;

    /** How many records of the specification have led here. */
    long records;

    Ghost() {
        handles = new HashMap<>();
        names = new TreeMap<>();
        edges = new HashMap<>();
        homes = new HashMap<>();
    }

    Ghost(Ghost other) {
        handles = new HashMap<>();
        other.handles.forEach((extent, held) -> handles.put(extent, new ArrayDeque<>(held)));
        names = new TreeMap<>(other.names);
        edges = new HashMap<>(other.edges);
        homes = new HashMap<>(other.homes);
        records = other.records;
    }

    /** The smallest handle that is free. */
    String takeHandle(String extent) {
        for (int i = 1; ; i++) {
            String handle = "h" + i;
            if (handles.values().stream().noneMatch(held -> held.contains(handle))) {
                handles.computeIfAbsent(extent, key -> new ArrayDeque<>()).add(handle);
                return handle;
            }
        }
    }

    String dropHandle(String extent) {
        ArrayDeque<String> held = handles.get(extent);
        if (held == null || held.isEmpty()) {
            throw new TraceException("a reference to " + extent + " was released that nobody has");
        }
        return held.remove();
    }

    /** Names the edges from a node; each takes the smallest free number. */
    List<String> takeEdges(String node, List<String> targets) {
        List<String> taken = new ArrayList<>();
        int number = 0;
        for (String target : targets) {
            String edge;
            do {
                number++;
                edge = "x" + number;
            } while (names.containsKey(edge));
            names.put(edge, target);
            taken.add(edge);
        }
        if (!taken.isEmpty()) {
            edges.put(node, taken);
        }
        return taken;
    }

    List<String> dropEdges(String node) {
        List<String> dropped = edges.remove(node);
        if (dropped == null) {
            return List.of();
        }
        dropped.forEach(names::remove);
        return dropped;
    }
}
