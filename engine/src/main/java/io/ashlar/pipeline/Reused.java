package io.ashlar.pipeline;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Things that are dear to make and used again: whoever wants one gets the one given back last, which is still in the processor's
 * caches. Keeps so many at most. Safe for use by many threads.
 *
 * @param <T> what is used again
 */
final class Reused<T> {
    private final Supplier<T> make;
    private final int max;
    private final ArrayDeque<T> free = new ArrayDeque<>();

    Reused(int max, Supplier<T> make) {
        this.max = max;
        this.make = make;
    }

    T take() {
        synchronized (free) {
            T present = free.pollLast();
            if (present != null) {
                return present;
            }
        }
        return make.get();
    }

    /** Takes back what nobody looks at any more. */
    void give(T used) {
        synchronized (free) {
            if (free.size() < max) {
                free.addLast(used);
            }
        }
    }
}
