package io.ashlar.simulation;

import java.util.ArrayDeque;
import java.util.List;

/** The newest of what a run does, for people to read. */
final class RunLog {
    private static final int LINES_MAX = 40;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final Decisions decisions;

    RunLog(Decisions decisions) {
        this.decisions = decisions;
    }

    void add(String what) {
        decisions.note(what);
        lines.add(what);
        if (lines.size() > LINES_MAX) {
            lines.remove();
        }
    }

    /** Notes a step that would only fill the log. */
    void step(String what) {
        decisions.note(what);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
