package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.Figures.Figure;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A few seeds of the simulation, each of which takes about a second; {@code scripts/simulate.sh} runs as many as one likes, and
 * {@code scripts/seeded-faults.sh} shows that it finds again what it has found.
 */
final class SimulationTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyCrashLeavesAStoreThatKeepsItsPromises(long seed) throws IOException {
        Figures figures = new Figures();

        Decisions decisions = new Decisions(seed, null);

        Simulation.run(seed, figures, new RunLog(decisions), decisions);

        assertThat(figures.get(Figure.POINTS)).isPositive();
    }

    @Test
    void theSameSeedDoesTheSame() throws IOException {
        assertThat(figures(3)).isEqualTo(figures(3)).isNotEqualTo(figures(4));
    }

    private static String figures(long seed) throws IOException {
        Figures figures = new Figures();
        Decisions decisions = new Decisions(seed, null);
        Simulation.run(seed, figures, new RunLog(decisions), decisions);
        return figures.encode();
    }
}
