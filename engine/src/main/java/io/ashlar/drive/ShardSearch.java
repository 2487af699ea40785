package io.ashlar.drive;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ShardLayout;
import io.ashlar.shard.ShardDamagedException;
import io.ashlar.shard.ShardHead;
import io.ashlar.shard.Stripe;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shards of one object on every drive, under every number: where nothing tells where they are, or what tells is wrong.
 * One call for each drive and number. For one thread.
 */
final class ShardSearch {
    static final int SHARDS_MAX = ShardLayout.DATA_SHARDS_MAX + ShardLayout.PARITY_SHARDS_MAX;

    /** The heads that were found of a stripe, and on which drives. */
    private static final class Found {
        final Map<Integer, ShardHead> heads = new HashMap<>();
        final Map<Integer, Integer> drives = new HashMap<>();
    }

    private final Map<Stripe, Found> stripes = new LinkedHashMap<>();
    private boolean complete = true;

    private ShardSearch() {}

    static ShardSearch run(DriveSet drives, String object) {
        ShardSearch search = new ShardSearch();
        int shards = Math.min(SHARDS_MAX, drives.drives().size());
        for (Drive drive : drives.drives()) {
            if (!drive.isReadable()) {
                search.complete &= drive.state() == DriveState.REMOVED;
                continue;
            }
            for (int shard = 0; shard < shards; shard++) {
                search.look(drive, object, shard);
            }
        }
        return search;
    }

    private void look(Drive drive, String object, int shard) {
        try {
            ShardHead head = ShardFetch.headDirectly(drive, object, shard);
            Found found = stripes.computeIfAbsent(head.stripe(), stripe -> new Found());
            // One for each drive: a second one there is a stray.
            if (!found.drives.containsKey(shard) && !found.drives.containsValue(drive.number())) {
                found.drives.put(shard, drive.number());
                found.heads.put(shard, head);
            }
        } catch (ObjectNotFoundException | ShardDamagedException e) {
            // Not here, or of no use.
        } catch (IOException | UnsupportedFormatException e) {
            complete = false;
        }
    }

    /** Whether every drive was there to be asked. */
    boolean isComplete() {
        return complete;
    }

    /** The stripe with most shards; null if there is none. */
    @Nullable
    OpenObject best() {
        Stripe best = null;
        Found most = new Found();
        for (Map.Entry<Stripe, Found> entry : stripes.entrySet()) {
            if (entry.getValue().drives.size() > most.drives.size()) {
                best = entry.getKey();
                most = entry.getValue();
            }
        }
        if (best == null) {
            return null;
        }
        int[] drives = new int[best.shape().shards()];
        most.drives.forEach((shard, drive) -> drives[shard] = drive);
        OpenObject opened = new OpenObject(best, Placement.of(drives));
        most.heads.values().forEach(opened::head);
        return opened;
    }
}
