package io.ashlar.backend.local;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs every step of a clean-up, whichever fail, and reports all the failures as one. */
final class Failures {
    private @Nullable IOException first;

    /** A step. */
    interface Step {
        void run() throws IOException;
    }

    void run(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            add(e);
        }
    }

    void add(IOException e) {
        if (first == null) {
            first = e;
        } else if (first != e) {
            first.addSuppressed(e);
        }
    }

    @Nullable
    IOException first() {
        return first;
    }

    void throwFirst() throws IOException {
        if (first != null) {
            throw first;
        }
    }
}
