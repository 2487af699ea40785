package io.ashlar.drive;

import java.util.Arrays;

/** All ways to choose, one after the other: each run asks, and {@link #next} goes to the next way. For one thread. */
final class Choices {
    private int[] chosen = new int[16];
    private int[] options = new int[16];
    private int known;
    private int at;

    /** Begins another run, with the same choices as before but for the last that leaves one; false if there are no more. */
    boolean next() {
        int last = at - 1;
        while (last >= 0 && chosen[last] + 1 >= options[last]) {
            last--;
        }
        if (last < 0) {
            return false;
        }
        chosen[last]++;
        known = last + 1;
        at = 0;
        return true;
    }

    /** Chooses one of so many, from 0 on. */
    int choose(int among) {
        if (at == chosen.length) {
            chosen = Arrays.copyOf(chosen, 2 * at);
            options = Arrays.copyOf(options, 2 * at);
        }
        if (at >= known) {
            chosen[at] = 0;
            known = at + 1;
        }
        options[at] = among;
        return chosen[at++];
    }
}
