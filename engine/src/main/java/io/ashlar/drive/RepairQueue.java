package io.ashlar.drive;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are not well, in the order in which that was noticed, so many at most: what does not fit is left for a scrub to
 * find. Safe for use by many threads.
 */
final class RepairQueue {
    private final int max;

    // Guarded by this.
    private final Set<String> objects = new LinkedHashSet<>();

    RepairQueue(int max) {
        this.max = max;
    }

    synchronized void add(String object) {
        if (objects.size() < max) {
            objects.add(object);
        }
    }

    synchronized @Nullable String poll() {
        Iterator<String> first = objects.iterator();
        if (!first.hasNext()) {
            return null;
        }
        String object = first.next();
        first.remove();
        return object;
    }

    synchronized int size() {
        return objects.size();
    }
}
