package io.ashlar.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.formal.Tlc;
import io.ashlar.formal.graph.GraphWalk;
import io.ashlar.formal.graph.StateGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Walks the journal, on a simulated disk, through the whole state graph of {@code Journal.tla}: every record, slot, header
 * and spare on the platter and in the page cache is compared in every state, every fate of every unforced slot at every
 * crash and failed force is tried, and the two must have exactly the same steps.
 */
final class JournalGraphIT {
    @Test
    void shouldHaveTheStepsOfTheSpecification() throws Exception {
        StateGraph graph = StateGraph.explore("Journal", "JournalGraph");
        JournalSubject subject = new JournalSubject(List.of("x"), constant("MaxRecords"), constant("MaxSegments"));
        assertThat(constant("Slots")).isEqualTo(JournalSystem.SLOTS);
        assertThat(constant("MaxSpares")).isEqualTo(JournalSystem.SPARES);

        GraphWalk.Report report = GraphWalk.walk(graph, subject);

        System.out.println("Journal graph: " + report);
        assertThat(report.states()).isEqualTo(graph.states());
        // A graph that shrank would prove less.
        assertThat(report.edges()).isGreaterThan(50_000);
    }

    private static int constant(String name) throws IOException {
        String configuration = Files.readString(Tlc.SPECS.resolve("JournalGraph.cfg"));
        Matcher matcher = Pattern.compile("\\b" + name + " = (\\d+)").matcher(configuration);
        assertThat(matcher.find()).as(name).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}
