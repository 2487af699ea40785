package io.ashlar.testkit;

import java.util.TreeMap;

/** A directory: the entries that processes see, and those that the platter holds. */
final class SimulatedDirectory implements SimulatedNode {
    final TreeMap<String, SimulatedNode> live = new TreeMap<>();
    final TreeMap<String, SimulatedNode> durable = new TreeMap<>();
}
