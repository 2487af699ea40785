package io.ashlar.backend.local;

import io.ashlar.backend.local.PendingObjects.Pending;
import io.ashlar.spi.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
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
    private static final int MISSING = 0;
    private static final int PRESENT = 1;
    private static final int SETTLED = 2;

    private final Disk disk;
    private final FileLayout layout;
    private final OpenFileCache cache;

    /** Of each bucket: whether its directory is there durably, and whether it has been forced since the backend opened. */
    private final AtomicIntegerArray buckets = new AtomicIntegerArray(FileLayout.FAN_OUT);

    FileCommit(Disk disk, FileLayout layout, OpenFileCache cache) {
        this.disk = disk;
        this.layout = layout;
        this.cache = cache;
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
        List<Pending> renamed = new ArrayList<>(forced.size());
        BitSet affected = new BitSet(FileLayout.FAN_OUT);
        for (Pending pending : forced) {
            int bucket = FileLayout.bucketOf(pending.name);
            try {
                ensureBucket(bucket);
                disk.rename(pending.temporary, layout.object(pending.name));
                renamed.add(pending);
                affected.set(bucket);
            } catch (IOException e) {
                failed.put(pending, e);
            }
        }
        for (int bucket = affected.nextSetBit(0); bucket >= 0; bucket = affected.nextSetBit(bucket + 1)) {
            try {
                disk.forceDirectory(layout.bucket(bucket));
                buckets.set(bucket, SETTLED);
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
                disk.forceDirectory(layout.temporaryDirectory());
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

    private void ensureBucket(int bucket) throws IOException {
        if (buckets.get(bucket) == MISSING) {
            disk.createDirectories(layout.bucket(bucket));
            buckets.compareAndSet(bucket, MISSING, PRESENT);
        }
    }

    /**
     * Sees to it that an object found in its place is there durably. It may have been renamed by a process that ended before
     * it could force the directory; one force of each directory is enough for the life of a backend.
     */
    void settle(String name) throws IOException {
        int bucket = FileLayout.bucketOf(name);
        if (buckets.get(bucket) != SETTLED && disk.exists(layout.object(name))) {
            ensureBucket(bucket);
            disk.forceDirectory(layout.bucket(bucket));
            buckets.set(bucket, SETTLED);
        }
    }
}
