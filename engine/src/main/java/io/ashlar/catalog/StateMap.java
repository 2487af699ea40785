package io.ashlar.catalog;

import io.ashlar.StorageException;
import io.ashlar.catalog.table.EntryCursor;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog's durable state as an ordered map: what changed since the last checkpoint in memory, the rest in the sorted
 * tables of that checkpoint.
 *
 * <ol>
 *   <li>Only the committing thread changes it ({@link #put}, {@link #remove}, {@link #freeze}), and may therefore read it
 *       without a lock. A checkpoint {@link #install}s what it wrote from another thread, which changes no answer.
 *   <li>Everybody else reads memory under the lock and tables without it. That a key was not in memory stays true only
 *       while the view of that moment is in force and no newer value has come: {@link #read} hands out both facts, and
 *       {@link #isCurrent} asks for them again inside a later critical section.
 *   <li>An overlay value of null is a deletion that hides what the tables say.
 * </ol>
 */
final class StateMap {
    /** What memory holds of a key. */
    sealed interface InMemory {
        /** Memory knows: the value, or that there is none. */
        final class Known implements InMemory {
            private final byte @Nullable [] value;

            Known(byte @Nullable [] value) {
                this.value = value;
            }

            byte @Nullable [] value() {
                return value;
            }
        }

        /** Memory does not know; the tables of this view do. */
        record AskTables(View view) implements InMemory {}
    }

    /** The part of the state that does not change until the next checkpoint. Immutable; known by its identity. */
    static final class View {
        private final @Nullable NavigableMap<Key, byte @Nullable []> frozen;
        private final TableStack tables;

        View(@Nullable NavigableMap<Key, byte @Nullable []> frozen, TableStack tables) {
            this.frozen = frozen;
            this.tables = tables;
        }

        @Nullable
        NavigableMap<Key, byte @Nullable []> frozen() {
            return frozen;
        }

        TableStack tables() {
            return tables;
        }
    }

    /** The values of a flag; known by their identity, for a fresh one is in memory alone: removing it leaves nothing to hide. */
    private static final byte[] FLAG = {};

    private static final byte[] FRESH_FLAG = {};

    private final Object lock;
    private final TableReader reader;
    private TreeMap<Key, byte @Nullable []> overlay = new TreeMap<>();
    private volatile View view;
    private volatile long changedEntries;

    StateMap(Object lock, TableReader reader, TableStack tables) {
        this.lock = lock;
        this.reader = reader;
        view = new View(null, tables);
    }

    /** Reads on the committing thread. */
    byte @Nullable [] get(Key key) throws IOException {
        InMemory found = lookup(key);
        return found instanceof InMemory.Known known
                ? known.value()
                : fromTables(((InMemory.AskTables) found).view(), key);
    }

    /** Reads on any thread, the tables without the lock. */
    byte @Nullable [] read(Key key) throws IOException {
        while (true) {
            InMemory found;
            synchronized (lock) {
                found = lookup(key);
            }
            if (found instanceof InMemory.Known known) {
                return known.value();
            }
            View asked = ((InMemory.AskTables) found).view();
            try {
                return fromTables(asked, key);
            } catch (IOException | StorageException e) {
                throwUnlessReplaced(asked, e);
            }
        }
    }

    /**
     * Decides what an error in the tables of a view means. Two checkpoints later those tables are deleted, and a reader who
     * slept that long finds them gone: no damage, he asks the tables of now.
     */
    void throwUnlessReplaced(View asked, Exception cause) throws IOException {
        if (view != asked) {
            return;
        }
        if (cause instanceof IOException io) {
            throw io;
        }
        throw (StorageException) cause;
    }

    /** Asks memory. The caller holds the lock, or is the committing thread. */
    InMemory lookup(Key key) {
        byte[] changed = overlay.get(key);
        if (changed != null || overlay.containsKey(key)) {
            return new InMemory.Known(changed);
        }
        View now = view;
        if (now.frozen() != null) {
            byte[] frozen = now.frozen().get(key);
            if (frozen != null || now.frozen().containsKey(key)) {
                return new InMemory.Known(frozen);
            }
        }
        return new InMemory.AskTables(now);
    }

    /** Tells, under the lock, whether what the tables of {@code asked} said of a key still is the truth. */
    boolean isCurrent(View asked, Key key) {
        return view == asked && !overlay.containsKey(key);
    }

    /** Asks the tables of a view. On any thread, without the lock. */
    byte @Nullable [] fromTables(View view, Key key) throws IOException {
        return view.tables().get(reader, key.bytes());
    }

    /** Changes a value. On the committing thread, with the lock. */
    void put(Key key, byte[] value) {
        overlay.put(key, value);
        changedEntries = overlay.size();
    }

    /** Removes a key. On the committing thread, with the lock. */
    void remove(Key key) {
        overlay.put(key, null);
        changedEntries = overlay.size();
    }

    /** Adds a key without a value, which must not be there. On the committing thread, with the lock. */
    void addFlag(Key key) {
        put(key, overlay.containsKey(key) || isFrozen(key) ? FLAG : FRESH_FLAG);
    }

    private boolean isFrozen(Key key) {
        NavigableMap<Key, byte @Nullable []> frozen = view.frozen();
        return frozen != null && frozen.containsKey(key);
    }

    /**
     * Removes a key without a value. Most flags do not live from one checkpoint to the next, and then no table needs to hear
     * of them. On the committing thread, with the lock.
     */
    void removeFlag(Key key) {
        if (overlay.get(key) == FRESH_FLAG) {
            overlay.remove(key);
            changedEntries = overlay.size();
        } else {
            remove(key);
        }
    }

    /** How many keys have changed since the last freeze. */
    long changedEntries() {
        return changedEntries;
    }

    View view() {
        return view;
    }

    /** Sets what has changed so far apart for a checkpoint. On the committing thread. */
    View freeze() {
        synchronized (lock) {
            if (view.frozen() != null) {
                throw new IllegalStateException("a checkpoint is under way already");
            }
            view = new View(overlay, view.tables());
            overlay = new TreeMap<>();
            changedEntries = 0;
            return view;
        }
    }

    /** Replaces what was frozen by the tables that hold it now. */
    void install(TableStack tables) {
        synchronized (lock) {
            view = new View(null, tables);
        }
    }

    /** Takes back a freeze whose checkpoint failed: what was frozen counts as changed again. */
    void thaw() {
        synchronized (lock) {
            NavigableMap<Key, byte @Nullable []> frozen = view.frozen();
            if (frozen == null) {
                return;
            }
            TreeMap<Key, byte @Nullable []> merged = new TreeMap<>(frozen);
            merged.putAll(overlay);
            overlay = merged;
            view = new View(null, view.tables());
            changedEntries = overlay.size();
        }
    }

    /**
     * Lists entries in the order of their keys, from {@code from} until before {@code to}. On any thread; what changes
     * meanwhile may be seen or not.
     *
     * @return at most {@code limit} entries; fewer only at the end
     */
    List<Map.Entry<Key, byte[]>> scan(Key from, Key to, int limit) throws IOException {
        return scan(null, from, to, limit);
    }

    /** Lists entries like {@link #scan(Key, Key, int)}, of a view that was frozen, without what came after. */
    List<Map.Entry<Key, byte[]>> scan(@Nullable View fixed, Key from, Key to, int limit) throws IOException {
        List<Map.Entry<Key, byte[]>> found = new ArrayList<>();
        Key at = from;
        while (found.size() < limit && at.compareTo(to) < 0) {
            TreeMap<Key, byte @Nullable []> memory = new TreeMap<>();
            View now;
            Key horizon = to;
            synchronized (lock) {
                now = fixed == null ? view : fixed;
                if (fixed == null) {
                    horizon = copy(overlay, at, horizon, limit, memory);
                }
                if (now.frozen() != null) {
                    horizon = copy(now.frozen(), at, horizon, limit, memory);
                }
            }
            int before = found.size();
            try {
                merge(now.tables().cursor(reader, at.bytes(), null), memory, horizon, limit, found);
                at = horizon;
            } catch (IOException | StorageException e) {
                if (fixed != null) {
                    throw e;
                }
                throwUnlessReplaced(now, e);
                found.subList(before, found.size()).clear();
            }
        }
        return found;
    }

    /** Copies a few entries, without replacing newer ones; returns the key up to which the copy is complete. */
    private static Key copy(
            NavigableMap<Key, byte @Nullable []> source,
            Key from,
            Key to,
            int limit,
            NavigableMap<Key, byte @Nullable []> target) {
        int copied = 0;
        for (Map.Entry<Key, byte @Nullable []> entry :
                source.subMap(from, true, to, false).entrySet()) {
            if (copied++ > limit) {
                return entry.getKey();
            }
            if (!target.containsKey(entry.getKey())) {
                target.put(entry.getKey(), entry.getValue());
            }
        }
        return to;
    }

    private static void merge(
            EntryCursor tables,
            NavigableMap<Key, byte @Nullable []> memory,
            Key horizon,
            int limit,
            List<Map.Entry<Key, byte[]>> found)
            throws IOException {
        Key inTables = nextLive(tables, horizon);
        Map.Entry<Key, byte @Nullable []> inMemory = memory.firstEntry();
        while (found.size() < limit) {
            if (inMemory != null && inMemory.getKey().compareTo(horizon) >= 0) {
                inMemory = null;
            }
            if (inMemory == null && inTables == null) {
                return;
            }
            int order = inMemory == null
                    ? 1
                    : inTables == null ? -1 : inMemory.getKey().compareTo(inTables);
            if (order <= 0 && inMemory != null) {
                if (inMemory.getValue() != null) {
                    found.add(Map.entry(inMemory.getKey(), inMemory.getValue()));
                }
                inMemory = memory.higherEntry(inMemory.getKey());
            } else if (inTables != null) {
                found.add(Map.entry(inTables, Objects.requireNonNull(tables.value())));
            }
            if (order >= 0) {
                inTables = nextLive(tables, horizon);
            }
        }
    }

    private static @Nullable Key nextLive(EntryCursor tables, Key horizon) throws IOException {
        while (tables.next()) {
            Key key = new Key(tables.key());
            if (key.compareTo(horizon) >= 0) {
                return null;
            }
            if (tables.value() != null) {
                return key;
            }
        }
        return null;
    }
}
