package io.ashlar.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a short history that breaks a promise, given a seed that does: leaves turns out, first many at once, then fewer, as
 * long as what is left still breaks one (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 * What a turn tries depends on nothing before it, so most of a history means the same without the rest; and as another history
 * meets other fates, more images are drawn at every point than usually.
 */
final class Shrinker {
    private static final int IMAGES_EACH = 4;
    private static final int ATTEMPTS_MAX = 600;

    private final long seed;
    private final PrintStream out;
    private String violation = "";
    private List<Decisions.Turn> shortest = List.of();

    Shrinker(long seed, PrintStream out) {
        this.seed = seed;
        this.out = out;
    }

    /** Shrinks, and prints what is left; false if the seed breaks nothing. */
    boolean run() {
        if (!breaks(null)) {
            out.println("Seed " + seed + " breaks no promise.");
            return false;
        }
        int before = shortest.size();
        List<Long> keys = new ArrayList<>();
        shortest.forEach(turn -> keys.add(turn.key()));
        shortest(keys, kept -> breaks(Set.copyOf(kept)), ATTEMPTS_MAX);
        out.println("Of " + before + " turns of seed " + seed + ", these " + shortest.size() + " are enough:");
        for (Decisions.Turn turn : shortest) {
            out.println(
                    "  life " + (1 + (turn.key() >> Integer.SIZE)) + ", turn " + (int) turn.key() + ": " + turn.text());
        }
        out.println("  " + violation);
        return true;
    }

    /** Whether a promise is broken by these turns alone, or by all; then remembers them. */
    private boolean breaks(@Nullable Set<Long> kept) {
        Decisions decisions = new Decisions(seed, kept);
        try {
            new Simulation(seed, new Figures(), decisions, new RunLog(decisions), kept == null ? 1 : IMAGES_EACH).run();
            return false;
        } catch (IOException | RuntimeException | Error e) {
            violation = String.valueOf(e.getMessage());
            shortest = decisions.taken();
            return true;
        }
    }

    /** Leaves out what can be left out so that the rest still fails; tries so often at most. */
    static List<Long> shortest(List<Long> all, Predicate<List<Long>> fails, int attemptsMax) {
        List<Long> kept = all;
        int attempts = 0;
        for (int chunk = Math.max(1, all.size() / 2); attempts < attemptsMax; ) {
            boolean shrunk = false;
            for (int from = 0; from < kept.size() && attempts < attemptsMax; ) {
                List<Long> candidate = new ArrayList<>(kept.subList(0, from));
                candidate.addAll(kept.subList(Math.min(kept.size(), from + chunk), kept.size()));
                attempts++;
                if (fails.test(candidate)) {
                    kept = candidate;
                    shrunk = true;
                } else {
                    from += chunk;
                }
            }
            if (chunk == 1 && !shrunk) {
                break;
            }
            chunk = Math.max(1, chunk / 2);
        }
        return kept;
    }
}
