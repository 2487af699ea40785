package io.ashlar.simulation;

import io.ashlar.spi.Probe;
import java.io.IOException;

/** Watches the lives of a simulated store. */
interface Watch {
    /** Does not. */
    Watch NONE = new Watch() {
        @Override
        public Probe begin() {
            return Probe.NONE;
        }

        @Override
        public void opened(SimulatedEngine engine) {
            // Nobody wants to know.
        }
    };

    /** A life is about to begin; returns who is told of what happens in it. */
    Probe begin();

    /** The life has ended; what is told of it after this did not happen. */
    default void ended() {}

    /** The store has been recovered, and nothing has been done to it yet. */
    void opened(SimulatedEngine engine) throws IOException;
}
