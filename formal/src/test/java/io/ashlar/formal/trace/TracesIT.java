package io.ashlar.formal.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.formal.Scratch;
import io.ashlar.simulation.TracedRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Recorded runs of the engine are behaviours of the specification, and what is no run of it is not. */
final class TracesIT {
    private static final int SIMULATIONS = Integer.getInteger("ashlar.traces.simulations", 760);
    private static final int KILLS = Integer.getInteger("ashlar.traces.kills", 4);
    private static final int CROWDS = Integer.getInteger("ashlar.traces.crowds", 60);

    @Test
    void simulatedRunsFollowTheSpecification() throws IOException, InterruptedException {
        TraceSuite suite = new TraceSuite("simulation");
        for (int seed = 1; seed <= SIMULATIONS; seed++) {
            List<String> log = TracedRuns.simulation(seed);
            if (!log.isEmpty()) {
                suite.add(log);
            }
        }
        suite.check();
    }

    @Test
    void runsOfTheProductionThreadsFollowTheSpecification() throws IOException, InterruptedException {
        TraceSuite suite = new TraceSuite("threads");
        for (int seed = 1; seed <= CROWDS; seed++) {
            suite.add(CrowdRun.log(seed));
        }
        suite.check();
    }

    @Test
    void runsOfKilledProcessesFollowTheSpecification() throws IOException, InterruptedException {
        TraceSuite suite = new TraceSuite("kills");
        for (int seed = 1; seed <= KILLS; seed++) {
            suite.add(KilledRun.log(seed));
        }
        suite.check();
    }

    /** One action of a run is replaced by another one, or left out: the run is rejected, right there or where it is missed. */
    @Test
    void whatWasTamperedWithIsRejected() throws IOException, InterruptedException {
        Trace trace = rich();
        List<String> events = trace.events();
        int condemned = indexOf(events, "Condemn", events.size());
        int marked = indexOf(events, "Mark", condemned);
        assertThat(rejectedAt(trace, without(events, marked))).isEqualTo(condemned - 1);
        int put = indexOf(events, "Put", events.size());
        int hardened = indexOf(events, "Harden", put);
        assertThat(rejectedAt(trace, without(events, hardened))).isEqualTo(put - 1);
        int sync = indexOf(events, "Sync", events.size());
        // One that has never pinned anything.
        String reader = "p" + (trace.readers() + 1);
        assertThat(rejectedAt(trace, with(events, sync, "[a |-> \"Unpin\", p |-> \"" + reader + "\"]")))
                .isEqualTo(sync);
        int release = indexOf(events, "Release", events.size());
        String otherCount = events.get(release).replaceFirst(", (\\d+)>>>>", ", 1$1>>>>");
        assertThat(rejectedAt(trace, with(events, release, otherCount))).isEqualTo(release);
    }

    /** A run in which everything happens: the putting of what was hardened right before, and the sweep of what was marked once. */
    private static Trace rich() throws IOException {
        for (long seed = 1; seed < 1000; seed++) {
            List<String> log = TracedRuns.simulation(seed);
            if (!log.isEmpty()) {
                Trace trace = Abstraction.of(log);
                List<String> events = trace.events();
                int put = indexOf(events, "Put", events.size());
                int condemned = indexOf(events, "Condemn", events.size());
                if (put > 0
                        && indexOf(events, "Harden", put) == put - 1
                        && field(events, put - 1, "w").equals(field(events, put, "w"))
                        && condemned > 0
                        && indexOf(events, "Mark", condemned) == condemned - 1
                        && field(events, condemned - 1, "e").equals(field(events, condemned, "e"))
                        && events.indexOf(events.get(condemned - 1)) == condemned - 1
                        && indexOf(events, "Release", events.size()) > 0) {
                    return trace;
                }
            }
        }
        throw new IllegalStateException("no run has all that");
    }

    private static String field(List<String> events, int index, String name) {
        Matcher matcher = Pattern.compile("[\\[ ]" + name + " \\|-> (\"\\w+\")").matcher(events.get(index));
        assertThat(matcher.find()).as(events.get(index)).isTrue();
        return matcher.group(1);
    }

    private static List<String> without(List<String> events, int index) {
        List<String> rest = new ArrayList<>(events);
        rest.remove(index);
        return rest;
    }

    private static List<String> with(List<String> events, int index, String event) {
        List<String> changed = new ArrayList<>(events);
        changed.set(index, event);
        return changed;
    }

    /** The last action of its kind before another one; -1 if there is none. */
    private static int indexOf(List<String> events, String action, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (events.get(i).startsWith("[a |-> \"" + action + '"')) {
                return i;
            }
        }
        return -1;
    }

    private static int rejectedAt(Trace trace, List<String> events) throws IOException, InterruptedException {
        Trace tampered = new Trace(
                events,
                trace.extents(),
                trace.handles(),
                trace.names(),
                trace.writers(),
                trace.readers() + 1,
                trace.copies());
        Path scratch = Scratch.create();
        try {
            TraceCheck.Outcome outcome = TraceCheck.check(List.of(tampered), scratch);
            assertThat(outcome.result().verdict()).as(outcome.result().output()).isEqualTo("deadlock");
            return outcome.event();
        } finally {
            Scratch.delete(scratch);
        }
    }
}
