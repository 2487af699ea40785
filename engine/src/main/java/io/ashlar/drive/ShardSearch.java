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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shards of one object on every drive, under every number: where nothing tells where they are, or what tells is wrong.
 * All drives are asked at once, each by one call for every number.
 */
final class ShardSearch {
    static final int SHARDS_MAX = ShardLayout.DATA_SHARDS_MAX + ShardLayout.PARITY_SHARDS_MAX;

    /** The heads that were found of a stripe, by shard and drive. */
    private static final class Found {
        final TreeMap<Integer, TreeMap<Integer, ShardHead>> heads = new TreeMap<>();

        /**
         * A drive for each shard, as many as can have one: a drive counts for one shard, though it may have the copy of another that
         * was since made elsewhere. A greatest matching, by augmenting paths (Kuhn, "The Hungarian Method", 1955).
         */
        Map<Integer, Integer> places() {
            Map<Integer, Integer> shardOf = new HashMap<>();
            for (Integer shard : heads.keySet()) {
                place(shard, shardOf, new HashSet<>());
            }
            Map<Integer, Integer> driveOf = new HashMap<>();
            shardOf.forEach((drive, shard) -> driveOf.put(shard, drive));
            return driveOf;
        }

        private boolean place(Integer shard, Map<Integer, Integer> shardOf, Set<Integer> tried) {
            for (Integer drive : heads.getOrDefault(shard, new TreeMap<>()).keySet()) {
                if (tried.add(drive)) {
                    Integer other = shardOf.get(drive);
                    if (other == null || place(other, shardOf, tried)) {
                        shardOf.put(drive, shard);
                        return true;
                    }
                }
            }
            return false;
        }
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
            stripes.computeIfAbsent(head.stripe(), stripe -> new Found())
                    .heads
                    .computeIfAbsent(head.shard(), shard -> new TreeMap<>())
                    .put(drive, head);
        }
    }

    private synchronized boolean isEnough() {
        Map<Stripe, Found> soFar = new LinkedHashMap<>();
        parts.forEach((drive, part) -> add(soFar, drive, part));
        return soFar.isEmpty()
                || soFar.entrySet().stream()
                        .anyMatch(entry -> entry.getValue().places().size()
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
        Map<Integer, Integer> places = Map.of();
        for (Map.Entry<Stripe, Found> entry : stripes.entrySet()) {
            Map<Integer, Integer> each = entry.getValue().places();
            if (each.size() > places.size()) {
                best = entry.getKey();
                most = entry.getValue();
                places = each;
            }
        }
        if (best == null) {
            return null;
        }
        int[] drives = new int[best.shape().shards()];
        places.forEach((shard, drive) -> drives[shard] = drive);
        OpenObject opened = new OpenObject(best, Placement.of(drives));
        for (Map.Entry<Integer, Integer> place : places.entrySet()) {
            ShardHead head =
                    most.heads.getOrDefault(place.getKey(), new TreeMap<>()).get(place.getValue());
            if (head != null) {
                opened.head(head);
            }
        }
        return opened;
    }
}
