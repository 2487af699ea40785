package io.ashlar.catalog.table;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over several sources as one, with the newest entry of every key. A binary heap of sources, ordered by key and among
 * equal keys by age.
 */
final class MergingCursor implements EntryCursor {
    private final EntryCursor[] sources;
    private final boolean hideTombstones;

    /** Positions in {@link #sources}; a lower one is newer. */
    private final int[] heap;

    private int heapSize;
    private boolean begun;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    /** Takes the sources with the newest first. */
    MergingCursor(List<EntryCursor> newestFirst, boolean hideTombstones) {
        this.sources = newestFirst.toArray(new EntryCursor[0]);
        this.hideTombstones = hideTombstones;
        this.heap = new int[sources.length];
    }

    @Override
    public boolean next() throws IOException {
        if (!begun) {
            for (int i = 0; i < sources.length; i++) {
                if (sources[i].next()) {
                    heap[heapSize++] = i;
                }
            }
            begun = true;
            for (int i = heapSize / 2 - 1; i >= 0; i--) {
                sink(i);
            }
        }
        do {
            if (heapSize == 0) {
                key = null;
                return false;
            }
            byte[] newest = sources[heap[0]].key();
            value = sources[heap[0]].value();
            key = newest;
            do {
                advanceTop();
            } while (heapSize > 0 && Arrays.equals(sources[heap[0]].key(), newest));
        } while (hideTombstones && value == null);
        return true;
    }

    @Override
    public byte[] key() {
        if (key == null) {
            throw new IllegalStateException("the cursor is not at an entry");
        }
        return key;
    }

    @Override
    public byte @Nullable [] value() {
        if (key == null) {
            throw new IllegalStateException("the cursor is not at an entry");
        }
        return value;
    }

    private void advanceTop() throws IOException {
        if (!sources[heap[0]].next()) {
            heap[0] = heap[--heapSize];
        }
        sink(0);
    }

    private void sink(int from) {
        int at = from;
        int moving = heap[at];
        while (2 * at + 1 < heapSize) {
            int child = 2 * at + 1;
            if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    private boolean isBefore(int a, int b) {
        int order = Arrays.compareUnsigned(sources[a].key(), sources[b].key());
        return order != 0 ? order < 0 : a < b;
    }
}
