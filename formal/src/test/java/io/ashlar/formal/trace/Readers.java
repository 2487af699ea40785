package io.ashlar.formal.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is reading, by the epoch in which they came; those of one epoch are interchangeable. */
final class Readers {
    private final List<@Nullable Long> epochs = new ArrayList<>();

    String come(long epoch) {
        int free = epochs.indexOf(null);
        if (free < 0) {
            free = epochs.size();
            epochs.add(null);
        }
        epochs.set(free, epoch);
        return "p" + (free + 1);
    }

    String leave(long epoch) {
        int which = epochs.indexOf(epoch);
        if (which < 0) {
            throw new TraceException("nobody reads who came in epoch " + epoch);
        }
        epochs.set(which, null);
        return "p" + (which + 1);
    }

    int most() {
        return epochs.size();
    }

    void clear() {
        epochs.replaceAll(epoch -> null);
    }
}
