package io.ashlar.formal.trace;

import io.ashlar.formal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recorded runs that are checked together. For one thread. */
public final class TraceSuite {
    private static final int OUTPUT_MAX = 6000;

    private final String name;
    private final List<Trace> traces = new ArrayList<>();

    /**
     * Begins without runs.
     *
     * @param name where the runs come from
     */
    public TraceSuite(String name) {
        this.name = name;
    }

    /**
     * Adds a run.
     *
     * @param log what a {@link ProbeLog} wrote
     */
    public void add(List<String> log) {
        traces.add(Abstraction.of(log));
    }

    List<Trace> traces() {
        return traces;
    }

    /**
     * Counts the events.
     *
     * @return how many there are in all runs
     */
    public int events() {
        return traces.stream().mapToInt(trace -> trace.events().size()).sum();
    }

    /**
     * Has all runs checked.
     *
     * @throws AssertionError if one is no behaviour of the specification: tells where it ceases to be one
     * @throws IOException if the model checker could not be run
     * @throws InterruptedException if the thread was interrupted
     */
    public void check() throws IOException, InterruptedException {
        Path scratch = Scratch.create();
        try {
            TraceCheck.Outcome outcome = TraceCheck.check(traces, scratch);
            System.out.printf("%s: %,d events in %d runs; %s%n", name, events(), traces.size(), outcome.result());
            if (!outcome.result().ok()) {
                throw new AssertionError(tell(outcome));
            }
            if (outcome.result().distinct() != events() + traces.size()) {
                throw new AssertionError("not every event of " + name + " was looked at: "
                        + outcome.result().output());
            }
        } finally {
            Scratch.delete(scratch);
        }
    }

    private String tell(TraceCheck.Outcome outcome) {
        String output = outcome.result().output();
        String end = output.substring(Math.max(0, output.length() - OUTPUT_MAX));
        if (outcome.run() < 0 || outcome.event() < 0) {
            return "the model checker failed: " + end;
        }
        List<String> events = traces.get(outcome.run()).events();
        int at = outcome.event();
        return "run " + outcome.run() + " of " + name + " ceases to be a behaviour of the specification ("
                + outcome.result().verdict() + ") at event " + at + ", after "
                + String.join("\n", events.subList(Math.max(0, at - 12), Math.min(events.size(), at + 1))) + "\n" + end;
    }
}
