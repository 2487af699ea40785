package io.ashlar.drive;

import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists the objects of which any drive that answers has a shard, in the order of their names. A drive that fails is passed over. Drives
 * list shards in the same order, since what separates a number from its object's name comes before all letters. Safe for use by many
 * threads.
 */
final class MergedListing {
    private static final int PAGE = 1_024;

    private final DriveSet drives;
    private final DriveCalls calls;
    private final boolean patient;

    /**
     * Makes a listing.
     *
     * @param patient whether every drive is waited for, or the last ones only for a moment
     */
    MergedListing(DriveSet drives, DriveCalls calls, boolean patient) {
        this.drives = drives;
        this.calls = calls;
        this.patient = patient;
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
        List<Drive> readable =
                drives.drives().stream().filter(Drive::isReadable).toList();
        DriveCalls.IndexedCall<Part> call = (index, drive) -> collect(drive, prefix, after, limit);
        DriveCalls.Answers<Part> parts = patient ? calls.all(readable, call) : calls.most(readable, call);
        TreeMap<String, List<Copy>> found = new TreeMap<>();
        // Beyond this name some drive has more than was asked of it yet.
        String complete = null;
        boolean any = false;
        for (int i = 0; i < parts.count(); i++) {
            Part part = parts.get(i);
            if (part == null) {
                // What is there to be read has shards on others too.
                continue;
            }
            any = true;
            part.found.forEach((object, copies) ->
                    found.computeIfAbsent(object, name -> new ArrayList<>()).addAll(copies));
            if (part.end != null && (complete == null || part.end.compareTo(complete) < 0)) {
                complete = part.end;
            }
        }
        IOException failure = parts.lastFailure();
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

    /** What a drive has; {@code end} is the last object of it that is whole, or null if there are no more. */
    private record Part(
            Map<String, List<Copy>> found, @Nullable String end) {}

    /** Collects the shards of a drive, up to {@code limit} objects. */
    private static Part collect(Drive drive, String prefix, String after, int limit) throws IOException {
        Map<String, List<Copy>> found = new TreeMap<>();
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
                        return new Part(found, last);
                    }
                    last = object;
                    objects++;
                }
                found.computeIfAbsent(object, name -> new ArrayList<>())
                        .add(new Copy(drive.number(), ShardNames.shard(from), stat.sizeBytes(), stat.modifiedMillis()));
            }
            if (page.isEmpty()) {
                return new Part(found, null);
            }
        }
    }
}
