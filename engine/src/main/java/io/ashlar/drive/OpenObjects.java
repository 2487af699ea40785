package io.ashlar.drive;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The objects that were read last, so many at most. Safe for use by many threads. */
final class OpenObjects {
    private final int max;

    // Guarded by itself.
    private final Map<String, OpenObject> objects = new LinkedHashMap<>(16, 0.75f, true);

    OpenObjects(int max) {
        this.max = max;
    }

    @Nullable
    OpenObject get(String object) {
        synchronized (objects) {
            return objects.get(object);
        }
    }

    void put(String object, OpenObject opened) {
        synchronized (objects) {
            objects.put(object, opened);
            if (objects.size() > max) {
                objects.remove(objects.keySet().iterator().next());
            }
        }
    }

    void remove(String object) {
        synchronized (objects) {
            objects.remove(object);
        }
    }
}
