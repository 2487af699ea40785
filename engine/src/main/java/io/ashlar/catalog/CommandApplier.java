package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.catalog.Catalog.Outcome;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.journal.JournalPosition;
import io.ashlar.policy.PolicyCodec;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What each command does to the state. The same for a command that has just been written and for one that recovery finds:
 * the outcome depends on the state and the command alone, never on what is under way in memory.
 */
final class CommandApplier {
    /** References that end, and bytes that die, when the record that says so is durable. */
    private record Drop(long sequence, ExtentId id, long number, int deadBytes) {}

    private record Erasure(long sequence, String objectName) {}

    private final Object lock;
    private final StateMap state;
    private final Counters counters;
    private final Reservations reservations;
    private final Marks marks;
    private final Probe probe;

    /** Used by the committing thread alone. Bounded by what is applied between two forces. */
    private final ArrayDeque<Drop> drops = new ArrayDeque<>();

    /** Guarded by the lock; bounded likewise. */
    private final ArrayDeque<Erasure> erasures = new ArrayDeque<>();

    /** Guarded by the lock. Bounded by the collector, which empties it before it sweeps more. */
    private final Set<String> erasable = new LinkedHashSet<>();

    CommandApplier(
            Object lock, StateMap state, Counters counters, Reservations reservations, Marks marks, Probe probe) {
        this.lock = lock;
        this.state = state;
        this.counters = counters;
        this.reservations = reservations;
        this.marks = marks;
        this.probe = probe;
    }

    Outcome apply(long sequence, Command command, ByteBuffer payload, JournalPosition position) throws IOException {
        Edits edits = new Edits(state);
        // What a failed command would have dropped must not be: gather, and keep only once nothing can go wrong any
        // more.
        List<Drop> newDrops = new ArrayList<>(0);
        List<Erasure> newErasures = new ArrayList<>(0);
        Effects effects = new Effects(sequence, edits, newDrops, newErasures);
        Outcome outcome;
        if (command instanceof Command.Put put) {
            outcome = put(put, position, effects);
        } else if (command instanceof Command.Retain retain) {
            outcome = retain(retain, effects);
        } else if (command instanceof Command.Release release) {
            outcome = release(release, effects);
        } else if (command instanceof Command.Bind bind) {
            outcome = bind(bind, effects);
        } else if (command instanceof Command.Unbind unbind) {
            outcome = unbind(unbind, effects);
        } else if (command instanceof Command.Sweep sweep) {
            outcome = sweep(sweep, effects);
        } else if (command instanceof Command.Move move) {
            outcome = move(move, effects);
        } else if (command instanceof Command.Place place) {
            outcome = place(place, effects);
        } else if (command instanceof PolicyCommand change) {
            outcome = change(change, effects);
        } else {
            throw new IllegalStateException("no effect is known of " + command);
        }
        if (outcome == Outcome.DONE) {
            drops.addAll(newDrops);
            synchronized (lock) {
                erasures.addAll(newErasures);
                edits.commit(counters);
                if (command instanceof Command.Sweep sweep) {
                    sweep.extents().forEach(swept -> buried(swept.id()));
                }
                tellCounts(edits);
                probe.applied(sequence, command.type(), payload);
            }
        }
        return outcome;
    }

    private void tellCounts(Edits edits) {
        if (probe != Probe.NONE) {
            edits.forEach((id, entry) -> probe.counted(id, entry == null ? 0 : entry.count()));
        }
    }

    private void buried(ExtentId id) {
        marks.remove(id);
        reservations.endDying(id);
    }

    /** Where the effects of one command go. */
    private record Effects(long sequence, Edits edits, List<Drop> drops, List<Erasure> erasures) {
        void drop(ExtentId id, long number, int deadBytes) {
            drops.add(new Drop(sequence, id, number, deadBytes));
        }

        /** The bytes of an entry are dead once the record is durable. */
        void vacate(ExtentId id, ExtentEntry entry) {
            if (entry.home() instanceof Home.OwnObject) {
                erasures.add(new Erasure(sequence, entry.objectName(id)));
            } else if (entry.home() instanceof Home.InPack pack) {
                drop(pack.pack(), 1, entry.storedBytes());
            }
        }
    }

    private static Outcome put(Command.Put put, JournalPosition position, Effects effects) throws IOException {
        Home home = put.image() == null
                ? Home.OWN_OBJECT
                : new Home.InJournal(new JournalPosition(position.segment(), position.offset() + put.imageOffset()));
        int references = put.explicit() ? 1 : 0;
        ExtentEntry before = effects.edits.entry(put.id());
        if (before != null && !before.isLost()) {
            // The same content again: what was stored before is damaged or to be stored otherwise, and this copy takes
            // its place.
            effects.vacate(put.id(), before);
            effects.edits.set(
                    put.id(),
                    before.withObject(put.domain(), put.life(), put.counter(), put.storedBytes(), home)
                            .withCount(before.count() + references)
                            .withExplicit(before.explicit() + references));
            return Outcome.DONE;
        }
        effects.edits.set(
                put.id(),
                new ExtentEntry(
                        put.kind(),
                        put.domain(),
                        put.life(),
                        put.counter(),
                        put.plainBytes(),
                        put.storedBytes(),
                        references + (before == null ? 0 : before.count()),
                        references + (before == null ? 0 : before.explicit()),
                        0,
                        home));
        for (ExtentId link : put.links()) {
            effects.edits.addCount(link, 1);
        }
        return Outcome.DONE;
    }

    private static Outcome retain(Command.Retain retain, Effects effects) throws IOException {
        ExtentEntry entry = effects.edits.entry(retain.id());
        if (entry == null) {
            return Outcome.NO_EXTENT;
        }
        effects.edits.set(
                retain.id(),
                entry.withCount(entry.count() + retain.number()).withExplicit(entry.explicit() + retain.number()));
        return Outcome.DONE;
    }

    private static Outcome release(Command.Release release, Effects effects) throws IOException {
        ExtentEntry entry = effects.edits.entry(release.id());
        if (entry == null || entry.explicit() < release.number()) {
            return Outcome.NO_EXTENT;
        }
        effects.edits.set(release.id(), entry.withExplicit(entry.explicit() - release.number()));
        effects.drop(release.id(), release.number(), 0);
        return Outcome.DONE;
    }

    private Outcome bind(Command.Bind bind, Effects effects) throws IOException {
        if (effects.edits.entry(bind.id()) == null) {
            return Outcome.NO_EXTENT;
        }
        Key key = Key.name(bind.name());
        byte[] before = state.get(key);
        ExtentId old = before == null ? null : Names.target(before);
        if (old != null && bind.id().equals(old)) {
            return Outcome.DONE;
        }
        effects.edits.name(key, Names.encodeTarget(bind.id()), old == null ? 1 : 0);
        effects.edits.addCount(bind.id(), 1);
        if (old != null) {
            effects.drop(old, 1, 0);
        }
        return Outcome.DONE;
    }

    private Outcome unbind(Command.Unbind unbind, Effects effects) throws IOException {
        Key key = Key.name(unbind.name());
        byte[] before = state.get(key);
        if (before == null) {
            return Outcome.NO_NAME;
        }
        effects.edits.name(key, null, -1);
        effects.drop(Names.target(before), 1, 0);
        return Outcome.DONE;
    }

    private static Outcome sweep(Command.Sweep sweep, Effects effects) throws IOException {
        for (Command.Swept swept : sweep.extents()) {
            ExtentEntry entry = effects.edits.entry(swept.id());
            if (entry == null || entry.life() != swept.life() || entry.counter() != swept.counter()) {
                continue;
            }
            if (entry.count() != 0) {
                throw new IllegalStateException(
                        "extent " + swept.id() + " was let die with " + entry.count() + " references");
            }
            effects.edits.set(swept.id(), null);
            effects.vacate(swept.id(), entry);
            for (ExtentId link : swept.links()) {
                effects.drop(link, 1, 0);
            }
        }
        return Outcome.DONE;
    }

    private Outcome place(Command.Place place, Effects effects) throws IOException {
        ObjectName object = place.object();
        Key key = Key.placement(object.life(), object.counter());
        boolean before = state.get(key) != null;
        Placement after = place.placement();
        if (before || after != null) {
            effects.edits.placement(
                    key,
                    after == null ? null : PlacementTable.encode(object, after),
                    (after == null ? 0 : 1) - (before ? 1 : 0));
        }
        return Outcome.DONE;
    }

    private static Outcome change(PolicyCommand change, Effects effects) {
        change.policies()
                .forEach((name, policy) -> effects.edits.other(
                        Key.policy(name), policy.map(PolicyCodec::encode).orElse(null)));
        change.domains()
                .forEach((number, domain) -> effects.edits.other(Key.domain(number), PolicyCodec.encode(domain)));
        return Outcome.DONE;
    }

    private static Outcome move(Command.Move move, Effects effects) throws IOException {
        int moved = 0;
        int liveBytes = 0;
        for (Command.Moved member : move.members()) {
            ExtentEntry entry = effects.edits.entry(member.id());
            if (entry == null
                    || entry.life() != member.life()
                    || entry.counter() != member.counter()
                    || entry.home() instanceof Home.OwnObject) {
                continue;
            }
            effects.vacate(member.id(), entry);
            effects.edits.set(member.id(), entry.withHome(new Home.InPack(move.pack(), member.offset())));
            moved++;
            liveBytes += entry.storedBytes();
        }
        if (effects.edits.entry(move.pack()) != null) {
            throw new IllegalStateException("pack " + move.pack() + " is there already");
        }
        effects.edits.set(
                move.pack(),
                new ExtentEntry(
                        ExtentKind.PACK,
                        move.domain(),
                        move.life(),
                        move.counter(),
                        move.plainBytes(),
                        move.storedBytes(),
                        moved,
                        0,
                        liveBytes,
                        Home.OWN_OBJECT));
        return Outcome.DONE;
    }

    void durable(long sequence) throws IOException {
        boolean anyDrop = !drops.isEmpty() && drops.peek().sequence <= sequence;
        Edits edits = anyDrop ? new Edits(state) : null;
        List<ExtentId> fallen = anyDrop ? new ArrayList<>() : List.of();
        if (edits != null) {
            for (Drop drop : drops) {
                if (drop.sequence > sequence) {
                    break;
                }
                edits.addCount(drop.id, -drop.number);
                ExtentEntry entry = edits.entry(drop.id);
                if (entry != null && drop.deadBytes > 0) {
                    edits.set(drop.id, entry.withLiveBytes(entry.liveBytes() - drop.deadBytes));
                }
                fallen.add(drop.id);
            }
        }
        synchronized (lock) {
            if (edits != null) {
                edits.commit(counters);
                fallen.forEach(marks::remove);
                tellCounts(edits);
            }
            while (!erasures.isEmpty() && erasures.peek().sequence <= sequence) {
                erasable.add(erasures.remove().objectName);
            }
            probe.durable(sequence);
        }
        for (int i = 0; i < fallen.size(); i++) {
            drops.remove();
        }
    }

    /** On the committing thread. */
    boolean hasDeferred() {
        synchronized (lock) {
            return !drops.isEmpty() || !erasures.isEmpty();
        }
    }

    /** With the lock. */
    boolean isVacated(String objectName) {
        return erasable.contains(objectName)
                || erasures.stream().anyMatch(erasure -> erasure.objectName.equals(objectName));
    }

    /** With the lock. */
    List<String> erasable(int limit) {
        return erasable.stream().limit(limit).toList();
    }

    /** With the lock. */
    void erased(String objectName) {
        erasable.remove(objectName);
    }
}
