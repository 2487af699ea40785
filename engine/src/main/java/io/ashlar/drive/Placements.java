package io.ashlar.drive;

import io.ashlar.extent.ObjectName;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where shards belong, and where they are. Safe for use by many threads. */
final class Placements {
    private final DriveSet drives;
    private volatile PlacementLog log = PlacementLog.NONE;
    private volatile ObjectFilter needed = object -> true;

    Placements(DriveSet drives) {
        this.drives = drives;
    }

    /** From when on placements are remembered. */
    void log(PlacementLog newLog) {
        log = newLog;
    }

    /** From when on it can be told which objects are needed. */
    void needed(ObjectFilter filter) {
        needed = filter;
    }

    /** Whether an object is not an orphan, which nobody mends, and which may never have been whole. */
    boolean isNeeded(String object) throws IOException {
        return needed.test(object);
    }

    PlacementLog log() {
        return log;
    }

    /** All drives of an object's epoch, in the order in which they are asked. */
    int[] order(String object) {
        DriveMap map = drives.map();
        Optional<ObjectName> parts = ObjectName.parse(object);
        PlacementEpoch epoch = parts.isEmpty()
                ? map.epochs().get(0)
                : map.epochOf(parts.get().life(), parts.get().counter());
        return Rendezvous.order(
                Rendezvous.hash(object),
                epoch,
                number -> map.drive(number).orElseThrow().domain());
    }

    /** The drives in the order in which they would be asked if the object were put today. */
    int[] orderToday(String object) {
        DriveMap map = drives.map();
        return Rendezvous.order(
                Rendezvous.hash(object),
                map.newest(),
                number -> map.drive(number).orElseThrow().domain());
    }

    /** Where the shards of an object belong: what its name tells. */
    static Placement byName(int[] order, int shards) {
        int[] places = new int[shards];
        for (int i = 0; i < shards; i++) {
            places[i] = i < order.length ? order[i] : Placement.OWED;
        }
        return Placement.of(places);
    }

    /** Where they are, by what is remembered; null if the name tells. */
    @Nullable
    Placement remembered(String object) throws IOException {
        return log.find(object);
    }

    /** Notes where they are, if that is not what is remembered already. */
    void note(String object, Placement placement) throws IOException {
        Placement usual = byName(order(object), placement.shards());
        Placement known = log.find(object);
        if (placement.equals(usual)) {
            if (known != null) {
                log.record(object, null);
            }
        } else if (known == null || !placement.equals(known)) {
            log.record(object, placement);
        }
    }

    /** Forgets an object. */
    void forget(String object) throws IOException {
        if (log.find(object) != null) {
            log.record(object, null);
        }
    }
}
