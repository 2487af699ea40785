package io.ashlar.redundancy;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Prints figures, and what must not be. Safe for use by many threads. */
final class Findings {
    private static final int PRINTED_MAX = 30;

    private final PrintStream out;
    private final AtomicLong violations = new AtomicLong();

    Findings(PrintStream out) {
        this.out = out;
    }

    /** Prints a line. */
    synchronized void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** Notes that something is not as it must be. */
    void violation(String what) {
        if (violations.incrementAndGet() <= PRINTED_MAX) {
            say("VIOLATED: %s", what);
        }
    }

    void expect(boolean holds, String what) {
        if (!holds) {
            violation(what);
        }
    }

    long violations() {
        return violations.get();
    }
}
