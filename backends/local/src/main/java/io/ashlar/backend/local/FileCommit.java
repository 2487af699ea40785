package io.ashlar.backend.local;

import io.ashlar.backend.local.PendingObjects.Pending;
import io.ashlar.spi.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Makes pending objects durable: forces their files, renames them into place, forces the directories.
 *
 * <p>A crash before the rename leaves a temporary file, which the next open deletes; a crash after it an object whole, as its
 * bytes were forced before. An object is reported as durable only after the directories on both ends of the rename were
 * forced, the target first: at no instant does neither of them have it.
 *
 * <p>Nothing is forced twice. An object whose file or directory could not be forced is deleted.
 */
final class FileCommit {
    private final Disk disk;
    private final FileLayout layout;
    private final OpenFileCache cache;

    private final ForcedDirectory[] buckets = new ForcedDirectory[FileLayout.FAN_OUT];
    private final ForcedDirectory temporaryDirectory;

    /** Of each bucket: 1 if its directory is there durably. */
    private final AtomicIntegerArray present = new AtomicIntegerArray(FileLayout.FAN_OUT);

    FileCommit(Disk disk, FileLayout layout, OpenFileCache cache) {
        this.disk = disk;
        this.layout = layout;
        this.cache = cache;
        temporaryDirectory = new ForcedDirectory(disk, layout.temporaryDirectory());
        for (int bucket = 0; bucket < FileLayout.FAN_OUT; bucket++) {
            buckets[bucket] = new ForcedDirectory(disk, layout.bucket(bucket));
        }
    }

    /**
     * Commits objects that the caller has claimed; they stay claimed and pending, so that readers find them all the time.
     *
     * @return why some of them are lost
     */
    Map<Pending, IOException> commit(List<Pending> batch) {
        Map<Pending, IOException> failed = new HashMap<>();
        List<Pending> forced = new ArrayList<>(batch.size());
        for (Pending pending : batch) {
            try {
                pending.file.file().force();
                forced.add(pending);
            } catch (IOException e) {
                failed.put(pending, e);
            }
        }
        long temporaryFailures = temporaryDirectory.failures();
        Map<Integer, Long> failures = new HashMap<>();
        List<Pending> renamed = new ArrayList<>(forced.size());
        for (Pending pending : forced) {
            int bucket = FileLayout.bucketOf(pending.name);
            try {
                ensureBucket(bucket);
                failures.putIfAbsent(bucket, buckets[bucket].failures());
                disk.rename(pending.temporary, layout.object(pending.name));
                renamed.add(pending);
            } catch (IOException e) {
                failed.put(pending, e);
            }
        }
        for (Map.Entry<Integer, Long> entry : failures.entrySet()) {
            int bucket = entry.getKey();
            try {
                buckets[bucket].force(entry.getValue());
            } catch (IOException e) {
                for (Pending pending : renamed) {
                    if (FileLayout.bucketOf(pending.name) == bucket) {
                        failed.put(pending, e);
                    }
                }
            }
        }
        if (!renamed.isEmpty()) {
            try {
                temporaryDirectory.force(temporaryFailures);
            } catch (IOException e) {
                for (Pending pending : renamed) {
                    failed.putIfAbsent(pending, e);
                }
            }
        }
        cleanUp(failed, renamed);
        return failed;
    }

    private void cleanUp(Map<Pending, IOException> failed, List<Pending> renamed) {
        for (Map.Entry<Pending, IOException> entry : failed.entrySet()) {
            try {
                disk.delete(entry.getKey().temporary);
            } catch (IOException e) {
                addSuppressed(entry.getValue(), e);
            }
        }
        for (Pending pending : renamed) {
            IOException failure = failed.get(pending);
            try {
                if (failure != null) {
                    disk.delete(layout.object(pending.name));
                }
                // Whether deleted or replaced: what the cache has under the name is another file.
                cache.invalidate(pending.name);
            } catch (IOException e) {
                if (failure == null) {
                    failed.put(pending, e);
                } else {
                    addSuppressed(failure, e);
                }
            }
        }
    }

    private static void addSuppressed(IOException failure, IOException e) {
        if (failure != e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Creates a bucket's directory if it is missing. One at a time, and one that could not be made durable is taken away again: to
     * the file system its entry may count as written, so that finding it there would prove nothing.
     */
    private void ensureBucket(int bucket) throws IOException {
        if (present.get(bucket) != 0) {
            return;
        }
        synchronized (present) {
            if (present.get(bucket) != 0) {
                return;
            }
            Path directory = layout.bucket(bucket);
            boolean existed = disk.exists(directory);
            try {
                disk.createDirectories(directory);
            } catch (IOException e) {
                if (!existed) {
                    takeAway(directory, e);
                }
                throw e;
            }
            present.set(bucket, 1);
        }
    }

    private void takeAway(Path directory, IOException reason) {
        try {
            disk.delete(directory);
        } catch (IOException e) {
            addSuppressed(reason, e);
        }
    }

    /**
     * Sees to it that an object found in its place is there durably. It may have been renamed by a process that ended before
     * it could force the directory; one force of each directory is enough for the life of a backend.
     */
    void settle(String name) throws IOException {
        int bucket = FileLayout.bucketOf(name);
        if (!buckets[bucket].wasForced() && disk.exists(layout.object(name))) {
            ensureBucket(bucket);
            buckets[bucket].force(buckets[bucket].failures());
        }
    }
}
