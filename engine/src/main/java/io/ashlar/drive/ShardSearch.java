package io.ashlar.drive;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ShardLayout;
import io.ashlar.shard.ShardDamagedException;
import io.ashlar.shard.ShardHead;
import io.ashlar.shard.Stripe;
import io.ashlar.spi.ObjectNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shards of one object on every drive, under every number: where nothing tells where they are, or what tells is wrong.
 * All drives are asked at once, each by one call for every number.
 */
final class ShardSearch {
    static final int SHARDS_MAX = ShardLayout.DATA_SHARDS_MAX + ShardLayout.PARITY_SHARDS_MAX;

    /** The heads that were found of a stripe, and on which drives. */
    private static final class Found {
        final Map<Integer, ShardHead> heads = new HashMap<>();
        final Map<Integer, Integer> drives = new HashMap<>();
    }

    /** The heads on one drive; {@code complete} tells whether it said of every number whether it has it. */
    private record Part(List<ShardHead> heads, boolean complete) {}

    private final String object;
    private final int shards;

    // Guarded by this: what drives that have answered have.
    private final Map<Integer, Part> parts = new TreeMap<>();

    private final Map<Stripe, Found> stripes = new LinkedHashMap<>();
    private boolean complete = true;

    private ShardSearch(String object, int shards) {
        this.object = object;
        this.shards = shards;
    }

    /**
     * Looks for an object.
     *
     * @param patient whether every drive is waited for; otherwise the last ones are only for a moment, once most have answered and
     *     either have enough to read it or nothing
     */
    static ShardSearch run(DriveSet drives, DriveCalls calls, String object, boolean patient) {
        ShardSearch search =
                new ShardSearch(object, Math.min(SHARDS_MAX, drives.drives().size()));
        List<Drive> readable = new ArrayList<>();
        for (Drive drive : drives.drives()) {
            if (drive.isReadable()) {
                readable.add(drive);
            } else {
                search.complete &= drive.state() == DriveState.REMOVED;
            }
        }
        var answers = calls.some(
                readable,
                (index, drive) -> search.look(drive),
                wave -> !patient && DriveCalls.isMost(wave, readable.size()) && search.isEnough());
        for (int i = 0; i < answers.count(); i++) {
            Part part = answers.get(i);
            search.complete &= part != null && part.complete;
            if (part != null) {
                add(search.stripes, answers.drive(i).number(), part);
            }
        }
        return search;
    }

    private Part look(Drive drive) {
        List<ShardHead> heads = new ArrayList<>();
        boolean all = true;
        for (int shard = 0; shard < shards; shard++) {
            try {
                heads.add(ShardFetch.headDirectly(drive, object, shard));
            } catch (ObjectNotFoundException | ShardDamagedException e) {
                // Not here, or of no use.
            } catch (IOException | UnsupportedFormatException e) {
                all = false;
            }
        }
        Part part = new Part(heads, all);
        synchronized (this) {
            parts.put(drive.number(), part);
        }
        return part;
    }

    private static void add(Map<Stripe, Found> stripes, int drive, Part part) {
        for (ShardHead head : part.heads) {
            Found found = stripes.computeIfAbsent(head.stripe(), stripe -> new Found());
            // One for each drive: a second one there is a stray.
            if (!found.drives.containsKey(head.shard()) && !found.drives.containsValue(drive)) {
                found.drives.put(head.shard(), drive);
                found.heads.put(head.shard(), head);
            }
        }
    }

    private synchronized boolean isEnough() {
        Map<Stripe, Found> soFar = new LinkedHashMap<>();
        parts.forEach((drive, part) -> add(soFar, drive, part));
        return soFar.isEmpty()
                || soFar.entrySet().stream()
                        .anyMatch(entry -> entry.getValue().drives.size()
                                >= entry.getKey().shape().dataShards());
    }

    /** Whether every drive has answered. */
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
