package io.ashlar.drive;

import io.ashlar.formal.graph.StateGraph;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The state graph of a model of {@code ErasureQuorum.tla}, and which of its steps were seen. For one thread. */
final class QuorumGraph {
    /** What is noted in one record may be several steps of the specification, with nothing in between. */
    private static final int STEPS_AT_ONCE_MAX = 5;

    private final StateGraph graph;
    private final List<QuorumState> states = new ArrayList<>();
    private final Map<QuorumState, Integer> numbers = new HashMap<>();
    private final BitSet taken = new BitSet();

    QuorumGraph(StateGraph graph, QuorumState.Shape shape) {
        this.graph = graph;
        for (int number = 0; number < graph.states(); number++) {
            QuorumState state = QuorumState.of(graph.values(number), shape);
            states.add(state);
            numbers.put(state, number);
        }
        if (numbers.size() != states.size()) {
            throw new IllegalStateException("two states are taken for one");
        }
    }

    List<QuorumState> states() {
        return states;
    }

    boolean contains(QuorumState state) {
        return numbers.containsKey(state);
    }

    /** The states that one of these actions leads to. */
    List<QuorumState> after(QuorumState from, Set<String> actions) {
        List<QuorumState> after = new ArrayList<>();
        int number = Objects.requireNonNull(numbers.get(from));
        for (int edge = graph.firstEdge(number); edge < graph.firstEdge(number + 1); edge++) {
            if (actions.contains(action(number, edge)) && graph.target(edge) != number) {
                after.add(states.get(graph.target(edge)));
            }
        }
        return after;
    }

    /** TLC says only in which definition of the module it found what depends on more than the constants. */
    private String action(int from, int edge) {
        String name = graph.actions().get(graph.action(edge));
        return switch (name) {
            case "Next" -> "Land";
            case "Heal" -> "Erase";
            case "Fails" ->
                states.get(from).flying() == states.get(graph.target(edge)).flying() ? "Damage" : "Drop";
            // What the code does beyond ErasureQuorum goes by the name of what it is like.
            case "SendAgain" -> "Send";
            case "CommitUnheard" -> "Commit";
            case "RebuildLost" -> "Rebuild";
            case "FillLost" -> "Fill";
            default -> name;
        };
    }

    /** Whether one of these actions, or a few of them one after the other, lead from one state to another. Notes that they were seen. */
    boolean step(QuorumState from, QuorumState to, Set<String> actions) {
        Integer begin = numbers.get(from);
        Integer end = numbers.get(to);
        if (begin == null || end == null) {
            return false;
        }
        for (int steps = 1; steps <= STEPS_AT_ONCE_MAX; steps++) {
            if (step(begin, end, actions, steps)) {
                return true;
            }
        }
        return false;
    }

    private boolean step(int from, int to, Set<String> actions, int steps) {
        for (int edge = graph.firstEdge(from); edge < graph.firstEdge(from + 1); edge++) {
            if (!actions.contains(action(from, edge)) || graph.target(edge) == from) {
                continue;
            }
            if (steps == 1 ? graph.target(edge) == to : step(graph.target(edge), to, actions, steps - 1)) {
                taken.set(edge);
                return true;
            }
        }
        return false;
    }

    /** For each action how many steps were seen, and how many there are. */
    Map<String, int[]> seen() {
        Map<String, int[]> seen = new TreeMap<>();
        for (int state = 0; state < graph.states(); state++) {
            // One step may be there under two names.
            Map<String, Boolean> steps = new HashMap<>();
            for (int edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++) {
                steps.merge(action(state, edge) + " " + graph.target(edge), taken.get(edge), Boolean::logicalOr);
            }
            steps.forEach((step, was) -> {
                int[] counts = seen.computeIfAbsent(step.substring(0, step.indexOf(' ')), name -> new int[2]);
                counts[0] += was ? 1 : 0;
                counts[1]++;
            });
        }
        return seen;
    }
}
