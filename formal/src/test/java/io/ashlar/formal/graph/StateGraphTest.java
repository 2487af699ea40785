package io.ashlar.formal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StateGraphTest {
    /** Ids are signed, the first steps come before the line of their target, and one step is there twice. */
    private static final String DUMP = """
            strict digraph DiskGraph {
            nodesep=0.35;
            subgraph cluster_graph {
            color="white";
            7 [label="/\\\\ a = 0\\n/\\\\ b = \\"x\\\\\\"y\\\\\\\\\\"",style = filled]
            7 -> -9 [label="Go",color="black",fontcolor="black"];
            -9 [label="/\\\\ a = 1\\n/\\\\ b = << {1},\\n   {} >>"];
            7 -> 7 [label="Stay",color="black",fontcolor="black"];
            7 -> -9 [label="Go",color="black",fontcolor="black"];
            7 -> -9 [label="Jump",color="black",fontcolor="black"];
            -9 -> 7 [label="Go",color="black",fontcolor="black"];
            {rank = same; 7;}
            {rank = same; -9;}
            }
            }
            """;

    private static StateGraph read(String dump) throws IOException {
        return StateGraph.read(new StringReader(dump));
    }

    @Test
    void shouldReadStatesAndEachStepOnce() throws IOException {
        StateGraph graph = read(DUMP);

        assertThat(graph.states()).isEqualTo(2);
        assertThat(graph.edges()).isEqualTo(4);
        assertThat(graph.actions()).containsExactly("Go", "Stay", "Jump");
        assertThat(graph.initial()).containsExactly(0);
        assertThat(graph.values(0)).isEqualTo(Map.of("a", 0, "b", "x\"y\\"));
        assertThat(graph.values(1)).isEqualTo(Map.of("a", 1, "b", List.of(Set.of(1), Set.of())));
    }

    @Test
    void shouldFindSteps() throws IOException {
        StateGraph graph = read(DUMP);

        int go = graph.edge(0, 0, 1);
        assertThat(go).isBetween(graph.firstEdge(0), graph.firstEdge(1) - 1);
        assertThat(graph.target(go)).isEqualTo(1);
        assertThat(graph.action(go)).isEqualTo(0);
        assertThat(graph.edge(0, 2, 1)).isNotNegative().isNotEqualTo(go);
        assertThat(graph.edge(0, 0, 0)).isEqualTo(-1);
        assertThat(graph.edge(1, 0, 0)).isEqualTo(graph.firstEdge(1));
        assertThat(graph.edge(1, 1, 1)).isEqualTo(-1);
    }

    @Test
    void shouldRefuseADumpThatIsCutShort() {
        int stateOfTarget = DUMP.indexOf("\n-9 [") + 1;
        String[] broken = {
            DUMP.substring(0, DUMP.indexOf("{rank")),
            DUMP.substring(0, stateOfTarget) + DUMP.substring(DUMP.indexOf('\n', stateOfTarget) + 1),
            DUMP.replace(",style = filled", ""),
            DUMP.replace("\"Stay\",color=\"black\",fontcolor=\"black\"];", "\"Stay"),
        };
        for (String dump : broken) {
            assertThatThrownBy(() -> read(dump)).as(dump).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
