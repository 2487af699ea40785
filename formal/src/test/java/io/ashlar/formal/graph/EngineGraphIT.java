package io.ashlar.formal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.formal.graph.EngineSubject.Bounds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine can do is what RefcountGc allows: every state of small models, every action, both ways. */
final class EngineGraphIT {
    /** Two records behind the last force, and a copy that is stored again. */
    @Test
    void twoRecordsThatACrashMayCut() throws Exception {
        walk("RefcountGcGraphTail", List.of("e1"), List.of("w1"), List.of("c1", "c2"), 2);
    }

    /** Two writers of the same content. */
    @Test
    void twoWriters() throws Exception {
        walk("RefcountGcGraphWriters", List.of("e1"), List.of("w1", "w2"), List.of("c1", "c2"), 1);
    }

    /** Two extents that a name and a handle go between. */
    @Test
    void twoExtents() throws Exception {
        walk("RefcountGcGraphExtents", List.of("e1", "e2"), List.of("w1"), List.of("c1"), 2);
    }

    private static void walk(
            String configuration, List<String> extents, List<String> writers, List<String> copies, int maxTail)
            throws Exception {
        StateGraph graph = StateGraph.explore("RefcountGc", configuration);
        Bounds bounds = new Bounds(extents, List.of("h1"), List.of("n1"), writers, List.of("p1"), copies, maxTail);
        GraphWalk.Report report = GraphWalk.walk(graph, new EngineSubject(bounds));
        System.out.println(configuration + ": " + report);
        assertThat(report.states()).isEqualTo(graph.states());
        assertThat(report.edges()).isEqualTo(graph.edges());
    }
}
