package io.ashlar.catalog.table;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps verified pages of tables, and the directories of their extents, within a bound of bytes.
 *
 * <p>A hit costs one look into a concurrent map and at most one plain write; it takes no lock. Who misses reads without any
 * lock, too, and then offers what it read; of two that read the same page at once, the first wins. Only admission and eviction
 * are serialised, on a queue with a second chance for every page that was hit since it was last looked at (CLOCK): a page that
 * is read once leaves after one round, a hot one stays.
 *
 * <p>Keys are object names, which are never used again for other bytes: nothing has to be invalidated. Pages of deleted objects
 * leave by themselves, since nobody asks for them. Safe for use by many threads; pages handed out must not be changed.
 */
public final class PageCache {
    /** Map node, key, slot, array header and place in the queue. */
    private static final int OVERHEAD_BYTES = 144;

    private static final int DIRECTORY = -1;

    private final long maxBytes;
    private final ConcurrentHashMap<Key, Slot> slots = new ConcurrentHashMap<>();
    private final Object admission = new Object();

    // Guarded by admission.
    private final ArrayDeque<Slot> clock = new ArrayDeque<>();
    private long bytes;
    private long evictions;

    /**
     * Makes an empty cache.
     *
     * @param maxBytes how much memory it may take, overhead included; 0 keeps nothing
     * @throws IllegalArgumentException if that is negative
     */
    public PageCache(long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a cache cannot have " + maxBytes + " bytes");
        }
        this.maxBytes = maxBytes;
    }

    byte @Nullable [] page(String objectName, int page) {
        Object found = find(new Key(objectName, page));
        return found == null ? null : (byte[]) found;
    }

    PageSource.@Nullable Pages directory(String objectName) {
        Object found = find(new Key(objectName, DIRECTORY));
        return found == null ? null : (PageSource.Pages) found;
    }

    void offer(String objectName, int page, byte[] content) {
        admit(new Key(objectName, page), content, content.length);
    }

    void offer(String objectName, PageSource.Pages directory) {
        admit(new Key(objectName, DIRECTORY), directory, directory.heapBytes());
    }

    /**
     * Tells how much is kept.
     *
     * @return bytes, overhead included; never more than the bound
     */
    public long bytes() {
        synchronized (admission) {
            return bytes;
        }
    }

    /**
     * Counts what had to go to make room.
     *
     * @return pages and directories evicted since the cache was made
     */
    public long evictions() {
        synchronized (admission) {
            return evictions;
        }
    }

    private @Nullable Object find(Key key) {
        Slot slot = slots.get(key);
        if (slot == null) {
            return null;
        }
        if (!slot.hit) {
            slot.hit = true;
        }
        return slot.content;
    }

    private void admit(Key key, Object content, int contentBytes) {
        Slot slot = new Slot(key, content, contentBytes + OVERHEAD_BYTES);
        if (slot.bytes > maxBytes) {
            return;
        }
        synchronized (admission) {
            if (slots.containsKey(key)) {
                return;
            }
            // Each round clears a mark or evicts; the bound on rounds keeps hits meanwhile from prolonging it.
            int chances = clock.size();
            while (bytes + slot.bytes > maxBytes) {
                Slot oldest = clock.remove();
                if (oldest.hit && chances-- > 0) {
                    oldest.hit = false;
                    clock.add(oldest);
                } else {
                    slots.remove(oldest.key);
                    bytes -= oldest.bytes;
                    evictions++;
                }
            }
            bytes += slot.bytes;
            clock.add(slot);
            slots.put(key, slot);
        }
    }

    /** What is kept: a page of an object, or its directory. */
    private record Key(String objectName, int page) {
        @Override
        public int hashCode() {
            // A string remembers its hash; the factor spreads neighbouring pages.
            return objectName.hashCode() + page * 0x9E3779B9;
        }
    }

    private static final class Slot {
        final Key key;
        final Object content;
        final int bytes;

        /** Not volatile: a mark that is seen late costs a page its second chance, nothing else. */
        boolean hit;

        Slot(Key key, Object content, int bytes) {
            this.key = key;
            this.content = content;
            this.bytes = bytes;
        }
    }
}
