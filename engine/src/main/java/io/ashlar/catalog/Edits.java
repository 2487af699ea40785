package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one command, gathered without a lock and carried out in one critical section. The keys that follow from an
 * entry (what is unreferenced, what is in the journal, what is worth cleaning) are kept here and nowhere else.
 */
final class Edits {
    /** A pack is worth cleaning when this share of it is dead: the cleaner decides by its setting among these. */
    private static final int CLEANABLE_DEAD_QUARTERS = 1;

    private static final class Edit {
        final @Nullable ExtentEntry before;

        @Nullable
        ExtentEntry after;

        Edit(@Nullable ExtentEntry before) {
            this.before = before;
            this.after = before;
        }
    }

    private final StateMap state;
    private final Map<ExtentId, Edit> extents = new LinkedHashMap<>();
    /** Keys of names, placements, policies and domains, which nothing follows from. */
    private final Map<Key, byte @Nullable []> others = new LinkedHashMap<>();

    private int namesChange;
    private int placementsChange;

    Edits(StateMap state) {
        this.state = state;
    }

    /** The entry as this command has left it so far. */
    @Nullable
    ExtentEntry entry(ExtentId id) throws IOException {
        return edit(id).after;
    }

    void set(ExtentId id, @Nullable ExtentEntry entry) throws IOException {
        edit(id).after = entry;
    }

    /** Adds to the count of an extent that must be there. */
    void addCount(ExtentId id, long number) throws IOException {
        ExtentEntry entry = entry(id);
        if (entry == null || entry.count() + number < 0) {
            throw new IllegalStateException("extent " + id + " has " + (entry == null ? "no entry" : entry.count())
                    + " and cannot be counted by " + number);
        }
        set(id, entry.withCount(entry.count() + number));
    }

    void name(Key key, byte @Nullable [] id, int change) {
        others.put(key, id);
        namesChange += change;
    }

    void placement(Key key, byte @Nullable [] placement, int change) {
        others.put(key, placement);
        placementsChange += change;
    }

    /** Sets a key that nothing follows from and nobody counts. */
    void other(Key key, byte @Nullable [] value) {
        others.put(key, value);
    }

    private Edit edit(ExtentId id) throws IOException {
        Edit edit = extents.get(id);
        if (edit == null) {
            byte[] value = state.get(Key.extent(id));
            edit = new Edit(value == null ? null : ExtentEntry.decode(id, value));
            extents.put(id, edit);
        }
        return edit;
    }

    /** Shows each extent that was looked at, and what is left of it. */
    void forEach(BiConsumer<ExtentId, @Nullable ExtentEntry> action) {
        extents.forEach((id, edit) -> action.accept(id, edit.after));
    }

    /** Carries the changes out. With the catalog's lock. */
    void commit(Counters counters) {
        extents.forEach((id, edit) -> commit(id, edit.before, edit.after, counters));
        others.forEach((key, value) -> {
            if (value == null) {
                state.remove(key);
            } else {
                state.put(key, value);
            }
        });
        counters.names(namesChange);
        counters.placements(placementsChange);
    }

    private void commit(ExtentId id, @Nullable ExtentEntry before, @Nullable ExtentEntry after, Counters counters) {
        if (Objects.equals(before, after)) {
            return;
        }
        counters.replaced(before, after);
        if (after == null) {
            state.remove(Key.extent(id));
        } else {
            state.put(Key.extent(id), after.encode());
        }
        index(Key.zero(id), before != null && before.count() == 0, after != null && after.count() == 0);
        index(Key.cleanable(id), isCleanable(before), isCleanable(after));
        long segmentBefore = inlineSegment(before);
        long segmentAfter = inlineSegment(after);
        if (segmentBefore != segmentAfter) {
            index(Key.inline(segmentBefore, id), segmentBefore != 0, false);
            index(Key.inline(segmentAfter, id), false, segmentAfter != 0);
        }
    }

    private void index(Key key, boolean before, boolean after) {
        if (after && !before) {
            state.addFlag(key);
        } else if (before && !after) {
            state.removeFlag(key);
        }
    }

    private static boolean isCleanable(@Nullable ExtentEntry entry) {
        return entry != null
                && entry.kind() == ExtentKind.PACK
                && entry.count() > 0
                && 4L * (entry.plainBytes() - entry.liveBytes()) > (long) CLEANABLE_DEAD_QUARTERS * entry.plainBytes();
    }

    private static long inlineSegment(@Nullable ExtentEntry entry) {
        return entry != null && entry.home() instanceof Home.InJournal journal
                ? journal.image().segment()
                : 0;
    }
}
