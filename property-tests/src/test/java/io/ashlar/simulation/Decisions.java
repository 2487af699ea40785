package io.ashlar.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a run gets its randomness from: every turn has some of its own, which depends on the seed and on nothing that was done
 * before. So a turn can be left out, and the others still try what they tried.
 */
final class Decisions {
    private static final int LIFE_SHIFT = 32;

    /**
     * A turn that was taken.
     *
     * @param key which one
     * @param text what it did
     */
    record Turn(long key, String text) {}

    private final long seed;
    private final @Nullable Set<Long> kept;
    private final List<Turn> taken = new ArrayList<>();
    private StringBuilder text = new StringBuilder();
    private long key = -1;

    /**
     * Begins a run.
     *
     * @param kept the keys of the turns that are to be taken; null for all
     */
    Decisions(long seed, @Nullable Set<Long> kept) {
        this.seed = seed;
        this.kept = kept;
    }

    /** Begins a life; gives the randomness for all that is not a turn. */
    SplittableRandom life(int life) {
        end();
        return at(((long) life << LIFE_SHIFT) - 1);
    }

    /** Begins a turn; null if it is to be left out. */
    @Nullable
    SplittableRandom turn(int life, int turn) {
        end();
        long next = ((long) life << LIFE_SHIFT) + turn;
        if (kept != null && !kept.contains(next)) {
            return null;
        }
        key = next;
        return at(next);
    }

    private SplittableRandom at(long which) {
        // Two steps of a generator whose seeds are all equally good.
        return new SplittableRandom(new SplittableRandom(seed * 0x9e3779b97f4a7c15L ^ which).nextLong());
    }

    /** Notes what the turn under way does. */
    void note(String what) {
        text.append(text.length() == 0 ? "" : "; ").append(what);
    }

    private void end() {
        if (key >= 0) {
            taken.add(new Turn(key, text.toString()));
            key = -1;
        }
        text = new StringBuilder();
    }

    /** The turns that were taken, in order, to the one at which the run ended. */
    List<Turn> taken() {
        end();
        return List.copyOf(taken);
    }
}
