package io.ashlar.formal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A counter from 0 to 2 that goes up, goes down, and can be copied to a new one at 0. */
final class GraphWalkTest {
    private static final String DUMP = """
            digraph {
            10 [label="n = 0",style = filled]
            10 -> 11 [label="Up"];
            11 [label="n = 1"];
            11 -> 12 [label="Up"];
            12 [label="n = 2"];
            12 -> 11 [label="Down"];
            11 -> 10 [label="Down"];
            10 -> 10 [label="New"];
            11 -> 10 [label="New"];
            12 -> 10 [label="New"];
            }
            """;

    private static class Counter implements GraphWalk.Subject<int[]> {
        @Override
        public int[] begin() {
            return new int[1];
        }

        @Override
        public List<GraphWalk.Move> moves(int[] system) {
            return List.of(new GraphWalk.Move("Down", ""), new GraphWalk.Move("Up", ""), new GraphWalk.Move("New", ""));
        }

        @Override
        public int @Nullable [] take(int[] system, GraphWalk.Move move) {
            switch (move.action()) {
                case "Up" -> {
                    if (system[0] == 2) {
                        return null;
                    }
                    system[0]++;
                }
                case "Down" -> {
                    if (system[0] == 0) {
                        return null;
                    }
                    system[0]--;
                }
                default -> {
                    return new int[1];
                }
            }
            return system;
        }

        @Override
        public Map<String, Object> observe(int[] system) {
            return Map.of("n", system[0]);
        }
    }

    private static GraphWalk.Report walk(String dump, Counter counter) throws Exception {
        return GraphWalk.walk(StateGraph.read(new StringReader(dump)), counter);
    }

    @Test
    void shouldTakeEveryStepAndTryEveryMove() throws Exception {
        GraphWalk.Report report = walk(DUMP, new Counter());

        assertThat(report.states()).isEqualTo(3);
        assertThat(report.edges()).isEqualTo(7);
        assertThat(report.refused()).isEqualTo(2);
    }

    @Test
    void shouldFailIfTheSystemCanDoMore() {
        assertThatThrownBy(() -> walk(DUMP.replace("11 -> 10 [label=\"Down\"];\n", ""), new Counter()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("at Down")
                .hasMessageContaining("does not allow");
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int[] take(int[] system, GraphWalk.Move move) {
                        system[0]++;
                        return system;
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("does not allow");
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int @Nullable [] take(int[] system, GraphWalk.Move move) {
                        if (move.action().equals("Up")) {
                            system[0]++;
                            return system;
                        }
                        return super.take(system, move);
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no state of the specification");
    }

    @Test
    void shouldFailIfTheSystemCanDoLess() {
        String more = DUMP.replace("12 -> 10", "12 -> 12 [label=\"Up\"];\n12 -> 10");
        assertThatThrownBy(() -> walk(more, new Counter()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("after [Up, Up]: the system cannot do Up");
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int @Nullable [] take(int[] system, GraphWalk.Move move) {
                        return system[0] == 1 && move.action().equals("Up") ? null : super.take(system, move);
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("3 of 7 steps of the specification were never taken");
    }

    @Test
    void shouldFailIfARefusalChangesSomething() {
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int @Nullable [] take(int[] system, GraphWalk.Move move) {
                        int[] after = super.take(system, move);
                        if (after == null) {
                            system[0] = 1;
                        }
                        return after;
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("as it was");
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int @Nullable [] take(int[] system, GraphWalk.Move move) {
                        int[] after = super.take(system, move);
                        if (move.action().equals("New")) {
                            system[0] = 0;
                        }
                        return after;
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("as it was");
    }

    @Test
    void shouldTellHowItCameToAFailure() {
        assertThatThrownBy(() -> walk(DUMP, new Counter() {
                    @Override
                    public int @Nullable [] take(int[] system, GraphWalk.Move move) {
                        if (system[0] == 2) {
                            throw new IllegalStateException("broken");
                        }
                        return super.take(system, move);
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("after [Up, Up], at Down: the system failed")
                .hasRootCauseMessage("broken");
    }
}
