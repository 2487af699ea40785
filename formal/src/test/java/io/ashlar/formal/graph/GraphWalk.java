package io.ashlar.formal.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Drives a real system through every state of a graph, tries every move in each, and compares both ways.
 *
 * <ol>
 *   <li><b>What the system can do, the specification allows.</b> In each state each move that the subject knows is tried,
 *       whatever the specification says of it. Where it leads must be a step of the graph; a move that is refused must
 *       leave the system as it was. (A move that changes nothing counts as refused, if the specification has no such step:
 *       it never forbids that nothing happens.)
 *   <li><b>What the specification allows, the system can do.</b> In the end every step of the graph must have been taken.
 *   <li><b>Order.</b> The moves of a state are tried in the order in which the subject lists them. A move that was refused,
 *       or made another system (as a crash makes one from the image of a disk), leaves the system where it was, for the next
 *       move. Where there is none left, a fresh or revived system is brought to the last state that still has some, by
 *       the moves that led there first. So subjects list first what does not move the system on.
 * </ol>
 *
 * <p>A system must be deterministic: the same moves from the same beginning, the same states. One thread.
 *
 * @param <S> a running system
 */
public final class GraphWalk<S> {
    /**
     * Something that can be done to a system.
     *
     * @param action the name of the action that it is in the specification
     * @param how which of the ways to do it
     */
    public record Move(String action, String how) {
        @Override
        public String toString() {
            return how.isEmpty() ? action : action + "(" + how + ")";
        }
    }

    /**
     * Makes a system in a state that one was in before.
     *
     * @param <S> a running system
     */
    @FunctionalInterface
    public interface Revival<S> {
        /**
         * Makes it.
         *
         * @return another system
         */
        S make() throws Exception;
    }

    /**
     * Ties a system to a specification.
     *
     * @param <S> a running system
     */
    public interface Subject<S> {
        /**
         * Makes a system in the initial state.
         *
         * @return a fresh one
         */
        S begin() throws Exception;

        /**
         * Lists all that can be tried now. What guards a move in the specification must not be asked here, or nobody tests
         * that the system has the same guard; only a bound of the model, which the system knows nothing of.
         *
         * @param system the system
         * @return the moves; the same whenever the system is in the same state
         */
        List<Move> moves(S system) throws Exception;

        /**
         * Tries a move.
         *
         * @param system the system
         * @param move one of its moves
         * @return the system after it; null if it was refused. If it is another system, the one given was left as it was
         * @throws Exception if something went wrong; fails the walk
         */
        @Nullable
        S take(S system, Move move) throws Exception;

        /**
         * Tells in which state a system is, from its own parts.
         *
         * @param system the system
         * @return the values of all variables, as {@link TlaValue} has them
         */
        Map<String, Object> observe(S system) throws Exception;

        /**
         * Offers a shorter way back to the state of a system, for one that has just arrived there for the first time. What it
         * keeps should be small: as many as {@value GraphWalk#REVIVALS_MAX} of them are held.
         *
         * @param system the system
         * @return makes another system in the same state, any number of times; null if only the moves lead there
         */
        default @Nullable Revival<S> revival(S system) throws Exception {
            return null;
        }

        /**
         * Lets go of a system that is no longer needed.
         *
         * @param system the system
         */
        default void end(S system) throws Exception {}
    }

    /**
     * What was compared.
     *
     * @param states how many states the system was in
     * @param edges how many steps of the graph it took, all there are
     * @param refused how many moves it refused in some state, as it should
     * @param moves how many moves were made, repetitions included
     * @param seconds how long it took
     */
    public record Report(int states, int edges, long refused, long moves, double seconds) {}

    /** What is known of a state that the system was in. */
    private static final class Visit {
        final int parent;
        final @Nullable Move via;
        final ArrayDeque<Move> untried;

        Visit(int parent, @Nullable Move via, List<Move> moves) {
            this.parent = parent;
            this.via = via;
            this.untried = new ArrayDeque<>(moves);
        }
    }

    private static final int REVIVALS_MAX = 2_000;

    private final StateGraph graph;
    private final Subject<S> subject;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> actions = new HashMap<>();
    private final Map<Integer, Visit> visits = new HashMap<>();
    private final ArrayDeque<Integer> unfinished = new ArrayDeque<>();
    /** The last that were used: the walk goes deep first, and comes back to where it was a moment ago. */
    private final Map<Integer, Revival<S>> revivals = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Revival<S>> eldest) {
            return size() > REVIVALS_MAX;
        }
    };

    private final BitSet taken = new BitSet();
    private long refused;
    private long moves;

    private GraphWalk(StateGraph graph, Subject<S> subject) {
        this.graph = graph;
        this.subject = subject;
        for (int state = 0; state < graph.states(); state++) {
            numbers.put(TlaValue.canonical(graph.values(state)), state);
        }
        for (int action = 0; action < graph.actions().size(); action++) {
            actions.put(graph.actions().get(action), action);
        }
    }

    /**
     * Walks a graph to its end.
     *
     * @param graph with one initial state
     * @param subject ties the system to it
     * @param <S> a running system
     * @return what was compared
     * @throws Exception if the system failed in a way that the subject did not foresee
     * @throws AssertionError at the first difference; says how to get there
     */
    public static <S> Report walk(StateGraph graph, Subject<S> subject) throws Exception {
        long begin = System.nanoTime();
        GraphWalk<S> walk = new GraphWalk<>(graph, subject);
        walk.run();
        walk.checkAllTaken();
        return new Report(
                walk.visits.size(),
                walk.taken.cardinality(),
                walk.refused,
                walk.moves,
                (System.nanoTime() - begin) / 1e9);
    }

    private void run() throws Exception {
        int first = graph.initial()[0];
        S fresh = subject.begin();
        int began = number(observe(-1, null, fresh), -1, null);
        if (began != first || graph.initial().length != 1) {
            throw new AssertionError(
                    "a fresh system is in\n" + graph.text(began) + "\nand not in\n" + graph.text(first));
        }
        visit(first, -1, null, fresh);
        go(first, fresh);
        while (!unfinished.isEmpty()) {
            int state = unfinished.getLast();
            if (requireVisit(state).untried.isEmpty()) {
                unfinished.removeLast();
            } else {
                go(state, bring(state));
            }
        }
    }

    /** Goes on from a state for as long as there is something new to try. */
    private void go(int begin, S system) throws Exception {
        int state = begin;
        S current = system;
        ArrayDeque<Move> untried = requireVisit(state).untried;
        while (!untried.isEmpty()) {
            Move move = untried.remove();
            S after = take(state, current, move);
            if (after == null) {
                checkUnchanged(state, current, move);
                refused++;
                continue;
            }
            int to = arrive(state, move, after);
            if (after == current) {
                state = to;
            } else if (untried.isEmpty() && !requireVisit(to).untried.isEmpty()) {
                subject.end(current);
                current = after;
                state = to;
            } else {
                checkUnchanged(state, current, move);
                subject.end(after);
            }
            untried = requireVisit(state).untried;
        }
        subject.end(current);
    }

    private int arrive(int from, Move move, S after) throws Exception {
        int to = number(observe(from, move, after), from, move);
        Integer action = actions.get(move.action());
        int edge = action == null ? -1 : graph.edge(from, action, to);
        if (edge < 0 && to == from) {
            refused++;
            return to;
        }
        if (edge < 0) {
            throw new AssertionError(story(from, move) + "the system got from\n" + graph.text(from) + "\nto\n"
                    + graph.text(to) + "\nwhich the specification does not allow; it has:\n" + stepsOf(from, move));
        }
        taken.set(edge);
        if (!visits.containsKey(to)) {
            visit(to, from, move, after);
        }
        return to;
    }

    private void visit(int state, int parent, @Nullable Move via, S system) throws Exception {
        List<Move> all = subject.moves(system);
        visits.put(state, new Visit(parent, via, all));
        unfinished.add(state);
        Revival<S> revival = subject.revival(system);
        if (revival != null) {
            revivals.put(state, revival);
        }
    }

    /** Brings a system into a state that was visited before, by the moves that led there then. */
    private S bring(int state) throws Exception {
        List<Integer> path = path(state);
        int known = path.size() - 1;
        while (known > 0 && !revivals.containsKey(path.get(known))) {
            known--;
        }
        Revival<S> revival = revivals.get(path.get(known));
        S system = revival == null ? subject.begin() : revival.make();
        for (int next : path.subList(known + 1, path.size())) {
            Visit visit = requireVisit(next);
            Move move = visit.via;
            S after = move == null ? null : take(visit.parent, system, move);
            if (after == null || move == null) {
                throw new AssertionError(story(next, null) + "the system does not get there again: " + move);
            }
            if (after != system) {
                subject.end(system);
            }
            system = after;
        }
        int got = number(observe(state, null, system), state, null);
        if (got != state) {
            throw new AssertionError(story(state, null) + "the same moves led to\n" + graph.text(state)
                    + "\nand now to\n" + graph.text(got));
        }
        return system;
    }

    private @Nullable S take(int from, S system, Move move) throws Exception {
        moves++;
        try {
            return subject.take(system, move);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(story(from, move) + "the system failed in\n" + graph.text(from), e);
        }
    }

    private void checkUnchanged(int state, S system, Move move) throws Exception {
        String observed = observe(state, move, system);
        Integer after = numbers.get(observed);
        if (after == null || after != state) {
            throw new AssertionError(story(state, move) + "it should have left the system as it was:\n"
                    + TlaValue.canonical(graph.values(state)) + "\nbut now it is\n" + observed);
        }
    }

    private String observe(int from, @Nullable Move move, S system) {
        try {
            return TlaValue.canonical(subject.observe(system));
        } catch (Exception | AssertionError e) {
            throw new AssertionError(story(from, move) + "the system contradicts itself: " + e.getMessage(), e);
        }
    }

    private int number(String text, int from, @Nullable Move move) {
        Integer number = numbers.get(text);
        if (number == null) {
            String before = from < 0 ? "" : "from\n" + TlaValue.canonical(graph.values(from)) + "\n";
            throw new AssertionError(story(from, move) + "the system got " + before + "to\n" + text
                    + "\nwhich is no state of the specification; it has:\n" + stepsOf(from, move));
        }
        return number;
    }

    private void checkAllTaken() {
        if (taken.cardinality() == graph.edges()) {
            return;
        }
        // The first from a state that the system was in; from others it is no wonder.
        int fewest = -1;
        for (int state = 0; state < graph.states(); state++) {
            int open = taken.nextClearBit(graph.firstEdge(state));
            if (open < graph.firstEdge(state + 1) && visits.containsKey(state)) {
                fewest = open;
                break;
            }
        }
        int source = fewest < 0 ? -1 : source(fewest);
        throw new AssertionError((graph.edges() - taken.cardinality()) + " of " + graph.edges()
                + " steps of the specification were never taken"
                + (source < 0
                        ? ""
                        : "; for one,\n" + story(source, null) + "the system cannot do "
                                + graph.actions().get(graph.action(fewest)) + " from\n" + graph.text(source) + "\nto\n"
                                + graph.text(graph.target(fewest))));
    }

    private int source(int edge) {
        return IntStream.range(0, graph.states())
                .filter(state -> edge < graph.firstEdge(state + 1))
                .findFirst()
                .orElseThrow();
    }

    private List<Integer> path(int state) {
        List<Integer> path = new ArrayList<>();
        for (int at = state; at >= 0; at = requireVisit(at).parent) {
            path.add(at);
        }
        Collections.reverse(path);
        return path;
    }

    private String story(int state, @Nullable Move move) {
        if (state < 0) {
            return "";
        }
        String before = path(state).stream()
                .map(at -> requireVisit(at).via)
                .filter(via -> via != null)
                .map(Move::toString)
                .collect(Collectors.joining(", "));
        return "after [" + before + "]" + (move == null ? "" : ", at " + move) + ": ";
    }

    private String stepsOf(int from, @Nullable Move move) {
        Integer action = move == null ? null : actions.get(move.action());
        if (from < 0 || action == null) {
            return "";
        }
        return IntStream.range(graph.firstEdge(from), graph.firstEdge(from + 1))
                .filter(edge -> graph.action(edge) == action)
                .mapToObj(edge -> TlaValue.canonical(graph.values(graph.target(edge))))
                .collect(Collectors.joining("\n"));
    }

    private Visit requireVisit(int state) {
        Visit visit = visits.get(state);
        if (visit == null) {
            throw new IllegalStateException("state " + state + " was not visited");
        }
        return visit;
    }
}
