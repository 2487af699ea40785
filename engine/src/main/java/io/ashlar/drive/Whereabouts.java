package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A page of objects, and where the shards of those are whose names do not tell: for whoever has lost what remembered it.
 *
 * @param last the last object of the page; empty if there is none any more
 * @param elsewhere the objects of which shards are elsewhere, and where
 */
public record Whereabouts(String last, List<PlacementLog.Entry> elsewhere) {

    static Whereabouts find(
            MergedListing listing, Placements placements, RedundantBackend backend, String after, int limit)
            throws IOException {
        String last = "";
        List<PlacementLog.Entry> elsewhere = new ArrayList<>();
        for (MergedListing.Item item : listing.page("", after, limit)) {
            last = item.object();
            try {
                Placement placement = find(item, placements, backend);
                if (!placement.equals(Placements.byName(placements.order(last), placement.shards()))) {
                    elsewhere.add(new PlacementLog.Entry(last, placement));
                }
            } catch (DamagedException | ObjectNotFoundException e) {
                // Nothing that could be read is anywhere.
            }
        }
        return new Whereabouts(last, elsewhere);
    }

    private static Placement find(MergedListing.Item item, Placements placements, RedundantBackend backend)
            throws IOException {
        Placement opened = backend.opened(item.object()).placement();
        int[] order = placements.order(item.object());
        if (!isElsewhere(item, Placements.byName(order, opened.shards()))) {
            return opened;
        }
        Placement found = backend.searched(item.object()).placement();
        for (int shard = 0; shard < found.shards() && shard < order.length; shard++) {
            // On a drive that does not answer, perhaps.
            if (found.drive(shard) == Placement.OWED && !found.uses(order[shard])) {
                found = found.with(shard, order[shard]);
            }
        }
        return found;
    }

    /** Whether a shard that is not where it belongs is somewhere else. */
    private static boolean isElsewhere(MergedListing.Item item, Placement usual) {
        Map<Integer, Boolean> atHome = new HashMap<>();
        for (MergedListing.Copy copy : item.copies()) {
            if (copy.shard() < usual.shards()) {
                atHome.merge(copy.shard(), usual.drive(copy.shard()) == copy.drive(), Boolean::logicalOr);
            }
        }
        return atHome.containsValue(false);
    }
}
