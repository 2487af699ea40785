package io.ashlar.catalog;

import io.ashlar.ExtentId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which extents the collector has marked, when, and which readers it must outwait. Forgotten by a crash, which leaves no
 * readers. Guarded by the catalog's lock.
 */
final class Marks {
    private record Mark(long epoch, long atNanos) {}

    private final Map<ExtentId, Mark> marks = new HashMap<>();

    /** Marks an extent unless it is marked; returns whether it was not. */
    boolean add(ExtentId id, LongSupplier endEpoch, long now) {
        if (marks.containsKey(id)) {
            return false;
        }
        marks.put(id, new Mark(endEpoch.getAsLong(), now));
        return true;
    }

    boolean isRipe(ExtentId id, Pins pins, long now, long graceNanos) {
        Mark mark = marks.get(id);
        return mark != null && now - mark.atNanos >= graceNanos && pins.drained(mark.epoch);
    }

    /** The last epoch that a mark waits for; 0 if there is none. */
    long epoch(ExtentId id) {
        Mark mark = marks.get(id);
        return mark == null ? 0 : mark.epoch;
    }

    boolean has(ExtentId id) {
        return marks.containsKey(id);
    }

    void remove(ExtentId id) {
        marks.remove(id);
    }
}
