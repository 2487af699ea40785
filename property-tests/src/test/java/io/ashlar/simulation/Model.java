package io.ashlar.simulation;

import io.ashlar.ExtentId;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.PolicyCommand;
import io.ashlar.extent.ExtentKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store must hold after some record of the journal, as plain maps: extents with the references that were taken, and
 * names. Knows what records mean by itself, without the engine's code. Never changes once it is made.
 */
final class Model {
    /** The store before its first record. */
    static final Model EMPTY = new Model(Map.of(), Map.of());

    /** Where an extent's bytes are. */
    enum Place {
        JOURNAL,
        OBJECT,
        PACK
    }

    /**
     * An extent.
     *
     * @param explicit the references that puts and retains took and releases did not give back
     * @param pack the pack, if it lives in one
     */
    record Extent(
            ExtentKind kind,
            int life,
            long counter,
            int plainBytes,
            int storedBytes,
            long explicit,
            List<ExtentId> links,
            Place place,
            @Nullable ExtentId pack) {

        Extent explicit(long references) {
            return new Extent(kind, life, counter, plainBytes, storedBytes, references, links, place, pack);
        }

        Extent inPack(ExtentId newPack) {
            return new Extent(kind, life, counter, plainBytes, storedBytes, explicit, links, Place.PACK, newPack);
        }

        boolean isCopy(int otherLife, long otherCounter) {
            return life == otherLife && counter == otherCounter;
        }
    }

    final Map<ExtentId, Extent> extents;
    final Map<String, ExtentId> names;
    private @Nullable Map<ExtentId, Long> counts;

    private Model(Map<ExtentId, Extent> extents, Map<String, ExtentId> names) {
        this.extents = extents;
        this.names = names;
    }

    /** How many references there are to an extent, counted from scratch. */
    long count(ExtentId id) {
        return counts().getOrDefault(id, 0L);
    }

    private Map<ExtentId, Long> counts() {
        Map<ExtentId, Long> present = counts;
        if (present == null) {
            present = new HashMap<>();
            for (Map.Entry<ExtentId, Extent> entry : extents.entrySet()) {
                Extent extent = entry.getValue();
                present.merge(entry.getKey(), extent.explicit, Long::sum);
                for (ExtentId link : extent.links) {
                    present.merge(link, 1L, Long::sum);
                }
                if (extent.pack != null) {
                    present.merge(extent.pack, 1L, Long::sum);
                }
            }
            for (ExtentId id : names.values()) {
                present.merge(id, 1L, Long::sum);
            }
            counts = present;
        }
        return present;
    }

    /** The ids of the extents of some kind, in an order that depends on nothing but the history. */
    List<ExtentId> ids(boolean referredTo) {
        List<ExtentId> ids = new ArrayList<>();
        for (Map.Entry<ExtentId, Extent> entry : extents.entrySet()) {
            if (entry.getValue().kind != ExtentKind.PACK && (!referredTo || count(entry.getKey()) > 0)) {
                ids.add(entry.getKey());
            }
        }
        return ids;
    }

    /** Whether a record would be refused when it is applied. */
    boolean refuses(Command command) {
        if (command instanceof Command.Retain retain) {
            return !extents.containsKey(retain.id());
        }
        if (command instanceof Command.Release release) {
            Extent extent = extents.get(release.id());
            return extent == null || extent.explicit < release.number();
        }
        if (command instanceof Command.Bind bind) {
            return !extents.containsKey(bind.id());
        }
        return command instanceof Command.Unbind unbind && !names.containsKey(unbind.name());
    }

    /** The state after one more record. */
    Model after(Command command) {
        if (refuses(command)) {
            return this;
        }
        Map<ExtentId, Extent> newExtents = new HashMap<>(extents);
        Map<String, ExtentId> newNames = names;
        if (command instanceof Command.Put put) {
            newExtents.put(put.id(), put(put));
        } else if (command instanceof Command.Retain retain) {
            newExtents.computeIfPresent(
                    retain.id(), (id, extent) -> extent.explicit(extent.explicit + retain.number()));
        } else if (command instanceof Command.Release release) {
            newExtents.computeIfPresent(
                    release.id(), (id, extent) -> extent.explicit(extent.explicit - release.number()));
        } else if (command instanceof Command.Bind bind) {
            newNames = new HashMap<>(names);
            newNames.put(bind.name(), bind.id());
        } else if (command instanceof Command.Unbind unbind) {
            newNames = new HashMap<>(names);
            newNames.remove(unbind.name());
        } else if (command instanceof Command.Sweep sweep) {
            sweep.extents().forEach(swept -> sweep(swept, newExtents));
        } else if (command instanceof Command.Move move) {
            move(move, newExtents);
        } else if (command instanceof Command.Place || command instanceof PolicyCommand) {
            // Where bytes are, and how they are stored, is not what users see.
            return this;
        } else {
            throw new Violation("a record that nobody knows: " + command);
        }
        return new Model(newExtents, newNames);
    }

    private Extent put(Command.Put put) {
        Extent before = extents.get(put.id());
        for (ExtentId link : put.links()) {
            Violation.unless(
                    extents.containsKey(link), () -> "node " + put.id() + " refers to " + link + ", which is gone");
        }
        return new Extent(
                put.kind(),
                put.life(),
                put.counter(),
                put.plainBytes(),
                put.storedBytes(),
                (before == null ? 0 : before.explicit) + (put.explicit() ? 1 : 0),
                before == null ? List.copyOf(put.links()) : before.links,
                put.image() == null ? Place.OBJECT : Place.JOURNAL,
                null);
    }

    private void sweep(Command.Swept swept, Map<ExtentId, Extent> newExtents) {
        Extent extent = extents.get(swept.id());
        if (extent != null && extent.isCopy(swept.life(), swept.counter())) {
            Violation.unless(
                    count(swept.id()) == 0,
                    () -> "extent " + swept.id() + " is swept with " + count(swept.id()) + " references");
            Violation.unless(
                    extent.links.equals(swept.links()),
                    () -> "the sweep of " + swept.id() + " drops other links than it has");
            newExtents.remove(swept.id());
        }
    }

    private void move(Command.Move move, Map<ExtentId, Extent> newExtents) {
        for (Command.Moved member : move.members()) {
            Extent extent = extents.get(member.id());
            if (extent != null && extent.isCopy(member.life(), member.counter()) && extent.place != Place.OBJECT) {
                newExtents.put(member.id(), extent.inPack(move.pack()));
            }
        }
        Extent pack = new Extent(
                ExtentKind.PACK,
                move.life(),
                move.counter(),
                move.plainBytes(),
                move.storedBytes(),
                0,
                List.of(),
                Place.OBJECT,
                null);
        Violation.unless(newExtents.put(move.pack(), pack) == null, () -> "pack " + move.pack() + " was there already");
    }

    /** How many extents lie somewhere. */
    long countAt(Place place) {
        return extents.values().stream().filter(extent -> extent.place == place).count();
    }

    /** How many extents nothing refers to. */
    long garbage() {
        return extents.keySet().stream().filter(id -> count(id) == 0).count();
    }
}
