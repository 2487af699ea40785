package io.ashlar.drive;

import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists the objects of which any drive that answers has a shard, in the order of their names. A drive that fails is passed over. Drives list shards in the same order,
 * since what separates a number from its object's name comes before all letters. Safe for use by many threads.
 */
final class MergedListing {
    private static final int PAGE = 512;

    private final DriveSet drives;

    MergedListing(DriveSet drives) {
        this.drives = drives;
    }

    /** A shard that a drive has. */
    record Copy(int drive, int shard, long bytes, long modifiedMillis) {}

    /** An object, and all its shards that were found. */
    record Item(String object, List<Copy> copies) {
        /** The shard of the least number tells how old the object is. */
        private Copy first() {
            Copy first = copies.get(0);
            for (Copy copy : copies) {
                first = copy.shard < first.shard ? copy : first;
            }
            return first;
        }

        long modifiedMillis() {
            return first().modifiedMillis;
        }

        long shardBytes() {
            return first().bytes;
        }
    }

    /**
     * Lists a page.
     *
     * @param prefix what the names of the objects begin with
     * @param after only objects whose names are greater
     * @param limit how many at most
     * @throws IOException if no drive can list
     */
    List<Item> page(String prefix, String after, int limit) throws IOException {
        TreeMap<String, List<Copy>> found = new TreeMap<>();
        // Beyond this name some drive has more than was asked of it yet.
        String complete = null;
        IOException failure = null;
        boolean any = false;
        for (Drive drive : drives.drives()) {
            if (drive.isReadable()) {
                try {
                    String end = collect(drive, prefix, after, limit, found);
                    any = true;
                    if (end != null && (complete == null || end.compareTo(complete) < 0)) {
                        complete = end;
                    }
                } catch (IOException e) {
                    // What is there to be read has shards on others too.
                    failure = e;
                }
            }
        }
        if (!any && failure != null) {
            throw failure;
        }
        List<Item> page = new ArrayList<>();
        for (var entry : found.entrySet()) {
            if (page.size() == limit || (complete != null && entry.getKey().compareTo(complete) > 0)) {
                break;
            }
            page.add(new Item(entry.getKey(), entry.getValue()));
        }
        return page;
    }

    /** Collects the shards of a drive up to {@code limit} objects; returns the last whole one if there may be more. */
    private static @Nullable String collect(
            Drive drive, String prefix, String after, int limit, Map<String, List<Copy>> found) throws IOException {
        // The parts of the object itself come after its name.
        String from = after.isEmpty() ? after : ShardNames.last(after);
        String last = null;
        int objects = 0;
        while (true) {
            List<ObjectStat> page = drive.list(prefix, from, PAGE);
            for (ObjectStat stat : page) {
                from = stat.name();
                if (!ShardNames.isShard(from)) {
                    continue;
                }
                String object = ShardNames.object(from);
                if (!object.equals(last)) {
                    if (objects == limit) {
                        return last;
                    }
                    last = object;
                    objects++;
                }
                found.computeIfAbsent(object, name -> new ArrayList<>())
                        .add(new Copy(drive.number(), ShardNames.shard(from), stat.sizeBytes(), stat.modifiedMillis()));
            }
            if (page.isEmpty()) {
                return null;
            }
        }
    }
}
