package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Seeds of the simulation of drives; {@code -Dashlar.driveSeeds} sets how many, {@code -Dashlar.driveSeed} the first. */
class DriveSimulationTest {
    @Test
    void shouldKeepWhatIsOnDrivesThatFail() throws IOException {
        long first = Long.getLong("ashlar.driveSeed", 0);
        int seeds = Integer.getInteger("ashlar.driveSeeds", 60);
        int harms = 0;
        int mended = 0;
        int lostTwo = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            DriveSimulation simulation = new DriveSimulation(seed);
            try {
                simulation.run();
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + String.join("; ", simulation.log), e);
            }
            harms += simulation.harmsDone;
            mended += simulation.mended;
            lostTwo += simulation.lostTwo;
        }
        if (seeds >= 60) {
            assertThat(harms).isGreaterThan(3 * seeds);
            assertThat(mended).isGreaterThan(seeds);
            assertThat(lostTwo).isGreaterThan(seeds / 10);
        }
    }
}
