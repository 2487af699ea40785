package io.ashlar.catalog;

import io.ashlar.extent.ExtentKind;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums over all entries of the catalog, kept up to date with each change of an entry and stored with a checkpoint. Changed by
 * the committing thread under the catalog's lock.
 */
public final class Counters {
    /** How many figures there are: the number of their tags. */
    public static final int COUNT = 10;

    private final long[] values = new long[COUNT];

    /** What is counted. The tags are part of the format. */
    public enum Figure {
        /** Extents, garbage and packs included. */
        EXTENTS(0),
        /** Logical bytes of all extents but packs. */
        PLAIN_BYTES(1),
        /** Bytes where they are stored; members of packs count with the pack. */
        STORED_BYTES(2),
        /** Logical bytes counted once a reference. */
        REFERENCED_BYTES(3),
        /** Extents that nothing refers to. */
        GARBAGE_EXTENTS(4),
        /** Their logical bytes, and the dead bytes of packs. */
        GARBAGE_BYTES(5),
        /** Names. */
        NAMES(6),
        /** Packs. */
        PACKS(7),
        /** Extents in the journal. */
        INLINE_EXTENTS(8),
        /** Objects whose shards are elsewhere than their names tell. */
        PLACEMENTS(9);

        private final int tag;

        Figure(int tag) {
            this.tag = tag;
        }
    }

    /**
     * Reads a figure.
     *
     * @param figure which one
     * @return its value
     */
    public long get(Figure figure) {
        return values[figure.tag];
    }

    /** How many keys the catalog has, give or take a few for packs. */
    long entries() {
        return get(Figure.EXTENTS)
                + get(Figure.NAMES)
                + get(Figure.GARBAGE_EXTENTS)
                + get(Figure.INLINE_EXTENTS)
                + get(Figure.PACKS)
                + get(Figure.PLACEMENTS);
    }

    /** All figures, by tag, as manifests have them. */
    SortedMap<Integer, Long> toMap() {
        SortedMap<Integer, Long> figures = new TreeMap<>();
        for (int i = 0; i < values.length; i++) {
            figures.put(i, values[i]);
        }
        return figures;
    }

    Counters copy() {
        Counters copy = new Counters();
        copy.load(values);
        return copy;
    }

    void load(long[] stored) {
        Arrays.fill(values, 0);
        System.arraycopy(stored, 0, values, 0, Math.min(stored.length, COUNT));
    }

    void names(int change) {
        values[Figure.NAMES.tag] += change;
    }

    void placements(int change) {
        values[Figure.PLACEMENTS.tag] += change;
    }

    void replaced(@Nullable ExtentEntry before, @Nullable ExtentEntry after) {
        if (before != null) {
            count(before, -1);
        }
        if (after != null) {
            count(after, 1);
        }
    }

    private void count(ExtentEntry entry, int sign) {
        add(Figure.EXTENTS, sign);
        boolean pack = entry.kind() == ExtentKind.PACK;
        if (pack) {
            add(Figure.PACKS, sign);
            add(Figure.GARBAGE_BYTES, (long) sign * (entry.plainBytes() - entry.liveBytes()));
        } else {
            add(Figure.PLAIN_BYTES, (long) sign * entry.plainBytes());
            add(Figure.REFERENCED_BYTES, sign * entry.count() * entry.plainBytes());
        }
        if (!(entry.home() instanceof Home.InPack)) {
            add(Figure.STORED_BYTES, (long) sign * entry.storedBytes());
        }
        if (entry.home() instanceof Home.InJournal) {
            add(Figure.INLINE_EXTENTS, sign);
        }
        if (entry.count() == 0) {
            add(Figure.GARBAGE_EXTENTS, sign);
            if (!pack) {
                add(Figure.GARBAGE_BYTES, (long) sign * entry.plainBytes());
            }
        }
    }

    private void add(Figure figure, long change) {
        values[figure.tag] += change;
    }
}
