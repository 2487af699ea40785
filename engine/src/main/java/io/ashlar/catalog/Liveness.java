package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.catalog.Catalog.Admission;
import io.ashlar.spi.Probe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decides between those who count on an extent and the collector who would have it die: {@link Catalog} says by which rules.
 * Decisions about an extent are critical sections, in which its entry and what is under way in memory are seen together. Any
 * thread.
 */
final class Liveness {
    private final Object lock;
    private final StateMap state;
    private final Reservations reservations;
    private final Marks marks;
    private final Pins pins;
    private final Probe probe;

    Liveness(Object lock, StateMap state, Reservations reservations, Marks marks, Pins pins, Probe probe) {
        this.lock = lock;
        this.state = state;
        this.reservations = reservations;
        this.marks = marks;
        this.pins = pins;
        this.probe = probe;
    }

    // ---- operations under way: see the methods of Catalog ---------------------------------------------------------

    Admission admit(ExtentId id, int domain) throws IOException {
        return section(Key.extent(id), entry -> {
            if (reservations.isBusy(id)) {
                return Admission.BUSY;
            }
            if (entry != null && !ExtentEntry.isIn(domain, id, entry)) {
                return Admission.OTHER_DOMAIN;
            }
            if (entry == null) {
                reservations.beginStoring(id);
            } else {
                reservations.hold(id);
                // While it is held, readers find it. Should the put fail, they must be waited for like any others.
                marks.remove(id);
            }
            probe.reserved(id, entry != null);
            return entry == null ? Admission.NEW : Admission.HIT;
        });
    }

    boolean hold(ExtentId id) throws IOException {
        return section(Key.extent(id), entry -> {
            boolean found = entry != null
                    && !reservations.isDying(id)
                    && (ExtentEntry.decode(id, entry).count() > 0 || reservations.isHeld(id));
            if (found) {
                reservations.hold(id);
                probe.held(id);
            }
            return found;
        });
    }

    void unhold(ExtentId id) {
        synchronized (lock) {
            reservations.unhold(id);
            probe.unreserved(id);
        }
    }

    void endStoring(ExtentId id) {
        synchronized (lock) {
            reservations.endStoring(id);
        }
    }

    boolean isBusy(ExtentId id) {
        synchronized (lock) {
            return reservations.isBusy(id);
        }
    }

    boolean isHeld(ExtentId id) {
        synchronized (lock) {
            return reservations.isHeld(id);
        }
    }

    // ---- the collector ------------------------------------------------------------------------------------------

    /**
     * Remembers who could be reading an extent that nothing refers to and nobody holds.
     *
     * @param id which one
     * @param now the time in nanoseconds
     * @return whether it is marked now, or was already
     */
    boolean mark(ExtentId id, long now) throws IOException {
        return section(Key.extent(id), entry -> {
            if (entry == null
                    || ExtentEntry.decode(id, entry).count() != 0
                    || reservations.isDying(id)
                    || reservations.isHeld(id)) {
                return false;
            }
            marks.add(id, () -> pins.endEpoch(id), now);
            return true;
        });
    }

    /** What {@link #condemn} decided. */
    record Verdict(Fate fate, @Nullable ExtentEntry entry) {
        enum Fate {
            /** It dies: the caller commits its sweep, or calls {@link Liveness#reprieve}. */
            DIES,
            /** Not yet: a reader, a holder or the grace period is in the way. */
            LATER,
            /** It is gone, or referred to again; its mark is void. */
            SPARED
        }

        private static final Verdict LATER = new Verdict(Fate.LATER, null);
        private static final Verdict SPARED = new Verdict(Fate.SPARED, null);
    }

    /**
     * Lets an extent die if it was marked long enough ago, the readers of that moment have left, and nothing refers to it or
     * holds it.
     *
     * @param id which one
     * @param now the time in nanoseconds
     * @param graceNanos how long it must have been marked
     * @return what was decided
     */
    Verdict condemn(ExtentId id, long now, long graceNanos) throws IOException {
        return section(Key.extent(id), value -> {
            if (value == null) {
                marks.remove(id);
                return Verdict.SPARED;
            }
            ExtentEntry entry = ExtentEntry.decode(id, value);
            if (entry.count() != 0) {
                marks.remove(id);
                return Verdict.SPARED;
            }
            if (reservations.isHeld(id) || reservations.isBusy(id) || !marks.isRipe(id, pins, now, graceNanos)) {
                return marks.has(id) ? Verdict.LATER : Verdict.SPARED;
            }
            reservations.beginDying(id);
            probe.condemned(id);
            return new Verdict(Verdict.Fate.DIES, entry);
        });
    }

    /** Takes back a {@link #condemn} whose sweep could not be committed. */
    void reprieve(ExtentId id) {
        synchronized (lock) {
            reservations.endDying(id);
            probe.reprieved(id);
        }
    }

    // ---- those who check the engine -----------------------------------------------------------------------------

    /**
     * What memory has about an extent.
     *
     * @param holders how many operations count on it
     * @param storing whether a put is storing it
     * @param dying whether it is condemned
     * @param markEpoch the last epoch of readers that its mark waits for; 0 if it is not marked
     */
    record Standing(int holders, boolean storing, boolean dying, long markEpoch) {}

    /** Tells what memory has about an extent. */
    Standing standing(ExtentId id) {
        synchronized (lock) {
            return new Standing(
                    reservations.holders(id),
                    reservations.isBusy(id) && !reservations.isDying(id),
                    reservations.isDying(id),
                    marks.epoch(id));
        }
    }

    // ---- critical sections --------------------------------------------------------------------------------------

    /** Decides with the lock held, given the value that a key has at that moment. */
    private interface Decision<T> {
        T decide(byte @Nullable [] value);
    }

    /** Runs a decision as one critical section on a key, without reading tables inside it. */
    private <T extends @Nullable Object> T section(Key key, Decision<T> decision) throws IOException {
        StateMap.View asked = null;
        byte[] fromTables = null;
        while (true) {
            synchronized (lock) {
                if (asked != null && state.isCurrent(asked, key)) {
                    return decision.decide(fromTables);
                }
                StateMap.InMemory found = state.lookup(key);
                if (found instanceof StateMap.InMemory.Known known) {
                    return decision.decide(known.value());
                }
                asked = ((StateMap.InMemory.AskTables) found).view();
            }
            try {
                fromTables = state.fromTables(asked, key);
            } catch (IOException | StorageException e) {
                state.throwUnlessReplaced(asked, e);
                asked = null;
            }
        }
    }
}
