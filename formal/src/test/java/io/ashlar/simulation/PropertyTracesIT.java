package io.ashlar.simulation;

import io.ashlar.formal.trace.TraceSuite;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/** What the state machine of the properties does to a store is a behaviour of the specification. */
final class PropertyTracesIT {
    private static final TraceSuite SUITE = new TraceSuite("properties");

    @Provide
    Arbitrary<List<StoreProperties.Step>> steps() {
        return new StoreProperties().steps();
    }

    // A failing run is shrunk where the same steps are compared with maps; here a late one would come amid the check.
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void isWrittenDown(@ForAll("steps") List<StoreProperties.Step> steps, @ForAll long seed) throws IOException {
        SUITE.add(TracedRuns.properties(steps, seed));
    }

    @AfterContainer
    static void followsTheSpecification() throws IOException, InterruptedException {
        SUITE.check();
    }
}
