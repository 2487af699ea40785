package io.ashlar.formal.trace;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stored copies of extents, under the names that the specification has for them. */
final class Objects {
    /** A copy of an extent; one that travels in the journal has no object of its own. */
    record Copy(String extent, String number, boolean inline) {
        String tla() {
            return "<<\"" + extent + "\", \"" + number + "\">>";
        }
    }

    private final Map<String, Copy> byName = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private int most = 1;

    final Set<Copy> loose = new LinkedHashSet<>();
    final Set<Copy> solid = new LinkedHashSet<>();
    final Set<Copy> dead = new LinkedHashSet<>();

    Copy fresh(String extent, @Nullable String objectName) {
        int number = numbers.merge(extent, 1, Integer::sum);
        most = Math.max(most, number);
        Copy copy = new Copy(extent, "c" + number, objectName == null);
        if (objectName != null) {
            byName.put(objectName, copy);
        }
        return copy;
    }

    @Nullable
    Copy named(String objectName) {
        return byName.get(objectName);
    }

    int copies() {
        return most;
    }

    void gone(Copy copy) {
        loose.remove(copy);
        solid.remove(copy);
    }
}
