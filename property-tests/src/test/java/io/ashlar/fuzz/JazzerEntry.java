package io.ashlar.fuzz;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls: see {@code scripts/fuzz.sh}. The decoder to try comes as its argument. */
public final class JazzerEntry {
    private static @Nullable FuzzTarget target;

    private JazzerEntry() {}

    /** Called once. */
    public static void fuzzerInitialize(String[] arguments) throws IOException {
        FuzzTarget chosen = FuzzTargets.named(arguments[0]);
        for (byte[] seed : chosen.seeds()) {
            chosen.decoder().accepts(seed);
        }
        target = chosen;
    }

    /** Called with each input. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        FuzzTarget chosen = target;
        if (chosen == null) {
            throw new IllegalStateException("not initialized");
        }
        Watched.accepts(chosen, input);
    }
}
