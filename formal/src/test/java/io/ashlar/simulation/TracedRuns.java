package io.ashlar.simulation;

import io.ashlar.formal.trace.ProbeLog;
import io.ashlar.spi.ObjectStat;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Runs of the simulator and of the state machine of properties, written down. */
public final class TracedRuns {

    /** The model checker pays for every reference at every step. */
    private static final int TURNS_MAX = 250;

    private TracedRuns() {}

    /** Writes a log of all lives. */
    private static final class Recorder implements Watch {
        final List<String> lines = new ArrayList<>();
        private ProbeLog log = new ProbeLog(line -> {});

        @Override
        public Probe begin() {
            log = new ProbeLog(lines::add);
            return log;
        }

        @Override
        public void ended() {
            log.end();
        }

        @Override
        public void opened(SimulatedEngine engine) throws IOException {
            log.failed(engine.core.latch()::hasFailed);
            log.found(engine.core.backend().list("", "", Integer.MAX_VALUE).stream()
                    .map(ObjectStat::name)
                    .toList());
        }
    }

    /**
     * Runs users, collector, checkpointer and the search for orphans, which take turns at every seam, through lives that end
     * with a power loss or a kill.
     *
     * @param seed decides about everything
     * @return the log; empty if the disks and backends of this seed fail
     * @throws IOException if the run failed
     */
    public static List<String> simulation(long seed) throws IOException {
        Recorder recorder = new Recorder();
        if (new Swarm(new SplittableRandom(seed)).manner == Swarm.Manner.CALM) {
            Decisions decisions = new Decisions(seed, null);
            new Simulation(seed, new Figures(), decisions, new RunLog(decisions), 0).lives(TURNS_MAX, recorder);
        }
        return recorder.lines;
    }

    /** Runs the state machine of {@link StoreProperties}; returns the log. */
    static List<String> properties(List<StoreProperties.Step> steps, long seed) throws IOException {
        Recorder recorder = new Recorder();
        History history = new History();
        history.watch = recorder;
        StoreProperties.Store store = new StoreProperties.Store(seed, history);
        for (StoreProperties.Step step : steps) {
            store.perform(step);
        }
        return recorder.lines;
    }
}
