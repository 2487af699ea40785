package io.ashlar.catalog;

import io.ashlar.ExtentId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is under way in memory and holds extents back from the collector: puts, retains and binds whose record is not applied
 * yet, parts of unfinished objects. None of it survives a crash, and none of it needs to. Guarded by the catalog's lock.
 */
final class Reservations {
    private static final class State {
        /** How many operations count on the extent. */
        int holders;

        /** Whether a put is storing it: there is no entry yet. */
        boolean storing;

        /** Whether the collector has condemned it: nobody may find it any more. */
        boolean dying;

        boolean isIdle() {
            return holders == 0 && !storing && !dying;
        }
    }

    private final Map<ExtentId, State> states = new HashMap<>();

    /** Whether somebody stores the extent, or it is dying: a put has to wait until that is over. */
    boolean isBusy(ExtentId id) {
        State state = states.get(id);
        return state != null && (state.storing || state.dying);
    }

    boolean isDying(ExtentId id) {
        State state = states.get(id);
        return state != null && state.dying;
    }

    boolean isHeld(ExtentId id) {
        return holders(id) > 0;
    }

    int holders(ExtentId id) {
        State state = states.get(id);
        return state == null ? 0 : state.holders;
    }

    void hold(ExtentId id) {
        state(id).holders++;
    }

    void beginStoring(ExtentId id) {
        State state = state(id);
        state.storing = true;
        state.holders++;
    }

    void endStoring(ExtentId id) {
        State state = state(id);
        state.storing = false;
        dropIfIdle(id, state);
    }

    void unhold(ExtentId id) {
        State state = states.get(id);
        if (state == null || state.holders == 0) {
            throw new IllegalStateException("extent " + id + " is not held");
        }
        state.holders--;
        dropIfIdle(id, state);
    }

    void beginDying(ExtentId id) {
        state(id).dying = true;
    }

    void endDying(ExtentId id) {
        @Nullable State state = states.get(id);
        if (state != null) {
            state.dying = false;
            dropIfIdle(id, state);
        }
    }

    int size() {
        return states.size();
    }

    private State state(ExtentId id) {
        return states.computeIfAbsent(id, key -> new State());
    }

    private void dropIfIdle(ExtentId id, State state) {
        if (state.isIdle()) {
            states.remove(id);
        }
    }
}
