package io.ashlar.runtime;

import java.util.ArrayList;
import java.util.List;

/** What a rebuild counts and finds on its way. For one thread. */
final class RebuildFindings {
    private static final int LINES_MAX = 1_000;

    private final List<String> lines = new ArrayList<>();

    long objects;
    long nodes;
    long members;
    long misplaced;
    long copies;
    long names;
    long references;
    long recovered;
    long namesLost;
    long inJournal;
    long inJournalBytes;
    long gone;
    long unreadable;

    void find(String line) {
        if (lines.size() < LINES_MAX) {
            lines.add(line);
        }
    }

    int room() {
        return LINES_MAX - lines.size();
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
