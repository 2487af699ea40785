package io.ashlar.drive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves good shards to other drives: away from those that are draining, and to where they would be put today. A copy is durable, and
 * so is the record that says where it is, before the original is deleted. For whoever holds the lock of the object.
 */
final class Mover {
    private final DriveSet drives;
    private final Placements placements;
    private final ShardReader reader;
    private final DriveCalls calls;

    Mover(DriveSet drives, Placements placements, ShardReader reader, DriveCalls calls) {
        this.drives = drives;
        this.placements = placements;
        this.reader = reader;
        this.calls = calls;
    }

    /** Moves what should be elsewhere, of an object that has all its shards; returns how many were moved. */
    int move(String object, OpenObject opened, boolean rebalance, ShardCopies copies) throws IOException {
        int[] today = placements.orderToday(object);
        Set<Integer> wanted = new HashSet<>();
        for (int i = 0; i < today.length && i < opened.placement().shards(); i++) {
            wanted.add(today[i]);
        }
        List<Integer> vacated = new ArrayList<>();
        int moved = 0;
        Placement before = opened.placement();
        for (int shard = 0; shard < before.shards(); shard++) {
            Drive from = drives.drive(before.drive(shard));
            boolean leaves = from != null
                    && (from.entry().role() == DriveRole.DRAINING || (rebalance && !wanted.contains(from.number())));
            Drive to = leaves ? target(today, opened.placement(), rebalance ? wanted : null) : null;
            if (to != null) {
                int which = shard;
                copies.put(object, opened, shard, to, bytes -> reader.take(object, opened, which, bytes));
                vacated.add(shard);
                moved++;
            }
        }
        if (moved > 0) {
            placements.note(object, opened.placement());
            placements.log().force();
            for (int shard : vacated) {
                Drive from = drives.drive(before.drive(shard));
                if (from != null && from.isReadable()) {
                    calls.one(from, drive -> drive.delete(ShardNames.of(object, shard)));
                }
            }
        }
        return moved;
    }

    /** Where a shard goes: one of {@code among}, with room to spare; if it may be any, one with little room will do. */
    private @Nullable Drive target(int[] today, Placement placement, @Nullable Set<Integer> among) {
        Drive little = null;
        for (int number : today) {
            Drive drive = drives.drive(number);
            boolean wanted = among == null || among.contains(number);
            if (drive != null && wanted && drive.isWritable() && !placement.uses(number)) {
                if (drive.isWelcoming()) {
                    return drive;
                }
                little = little == null ? drive : little;
            }
        }
        return among == null ? little : null;
    }
}
