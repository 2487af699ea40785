package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.format.CatalogLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks the catalog's state in the order of its keys, a page at a time. Any thread; what changes meanwhile may be seen or not. Each
 * method gives at most {@code limit} entries, fewer only at the end, and throws IOException if the tables could not be read.
 */
final class Listings {
    private final StateMap state;

    Listings(StateMap state) {
        this.state = state;
    }

    /** Names greater than {@code after}, and what they refer to. */
    List<Map.Entry<String, ExtentId>> names(String after, int limit) throws IOException {
        Key from = after.isEmpty()
                ? Key.family(CatalogLayout.NAME)
                : Key.name(after).next();
        List<Map.Entry<String, ExtentId>> names = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.NAME + 1), limit)) {
            names.add(Map.entry(entry.getKey().name(), Names.target(entry.getValue())));
        }
        return names;
    }

    /** Extents of any kind, whatever their counts, with ids greater than {@code after}; null for all. */
    List<Map.Entry<ExtentId, ExtentEntry>> extents(@Nullable ExtentId after, int limit) throws IOException {
        Key from = after == null
                ? Key.family(CatalogLayout.EXTENT)
                : Key.extent(after).next();
        List<Map.Entry<ExtentId, ExtentEntry>> page = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.EXTENT + 1), limit)) {
            ExtentId id = entry.getKey().id();
            page.add(Map.entry(id, ExtentEntry.decode(id, entry.getValue())));
        }
        return page;
    }

    /** Extents that nothing refers to, with ids greater than {@code after}; null for all. */
    List<ExtentId> unreferenced(@Nullable ExtentId after, int limit) throws IOException {
        return ids(CatalogLayout.ZERO, after == null ? null : Key.zero(after), limit);
    }

    /** Packs with much garbage in them, like {@link #unreferenced}. */
    List<ExtentId> cleanable(@Nullable ExtentId after, int limit) throws IOException {
        return ids(CatalogLayout.CLEANABLE, after == null ? null : Key.cleanable(after), limit);
    }

    private List<ExtentId> ids(byte family, @Nullable Key after, int limit) throws IOException {
        Key from = after == null ? Key.family(family) : after.next();
        List<ExtentId> ids = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(family + 1), limit)) {
            ids.add(entry.getKey().id());
        }
        return ids;
    }

    /** Segments of the journal and extents in them, the oldest segment first. */
    List<Map.Entry<Long, ExtentId>> inline(int limit) throws IOException {
        return inline(null, limit);
    }

    /** Segments and extents as they were in a state that was set apart. */
    List<Map.Entry<Long, ExtentId>> inline(StateMap.@Nullable View view, int limit) throws IOException {
        List<Map.Entry<Long, ExtentId>> found = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry :
                state.scan(view, Key.family(CatalogLayout.INLINE), Key.family(CatalogLayout.INLINE + 1), limit)) {
            found.add(Map.entry(entry.getKey().inlineSegment(), entry.getKey().inlineId()));
        }
        return found;
    }

    /**
     * Objects whose names do not tell where their shards are, and where these are: of {@code life} those whose counter is greater
     * than {@code counter} (-1 for all), and all of later lives.
     */
    List<PlacementTable.Entry> placements(int life, long counter, int limit) throws IOException {
        Key from = Key.placement(life, counter + 1);
        List<PlacementTable.Entry> found = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.PLACEMENT + 1), limit)) {
            Key key = entry.getKey();
            found.add(PlacementTable.decode(key.placementLife(), key.placementCounter(), entry.getValue()));
        }
        return found;
    }
}
