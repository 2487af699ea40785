package io.ashlar.journal;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Preallocated files that wait to become segments: new ones, full of zeros, and truncated segments, which keep their old
 * bytes (no frame in them is valid in another segment). A forced write into them changes no metadata, and they need no
 * further space.
 *
 * <p>Safe for use by many threads: a maintenance thread makes spares while the commit thread takes them. The lock guards the
 * list only, never I/O.
 */
final class SparePool {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final SegmentFiles files;
    private final long segmentBytes;
    private final int max;
    // Guarded by this.
    private final ArrayDeque<Path> spares = new ArrayDeque<>();
    private int coming;
    private long nextNumber;

    SparePool(SegmentFiles files, JournalSettings settings, long nextNumber) {
        this.files = files;
        this.segmentBytes = settings.segmentBytes();
        this.max = settings.spareSegments();
        this.nextNumber = nextNumber;
    }

    /**
     * A pool of what an earlier life left: spares of the right size. Of another size they are of no use, and neither is what a
     * crash interrupted while it was filled: {@link #clear} deletes them.
     */
    static SparePool of(SegmentFiles files, JournalSettings settings, SegmentFiles.Listing found) {
        long last = 0;
        for (SegmentFiles.Spare spare : found.spares()) {
            last = Math.max(last, spare.number());
        }
        SparePool pool = new SparePool(files, settings, last + 1);
        for (SegmentFiles.Spare spare : found.spares()) {
            if (spare.sizeBytes() == settings.segmentBytes()) {
                pool.spares.add(files.spare(spare.number()));
            }
        }
        return pool;
    }

    /** Deletes what was found and is of no use. Comes before {@link #take}, which may need the room and the names. */
    void clear(SegmentFiles.Listing found) throws IOException {
        for (long number : found.unfinished()) {
            files.disk.delete(files.unfinished(number));
        }
        for (SegmentFiles.Spare spare : found.spares()) {
            if (spare.sizeBytes() != segmentBytes) {
                files.disk.delete(files.spare(spare.number()));
            }
        }
    }

    /** Deletes spares above the bound. */
    void trim() throws IOException {
        while (true) {
            Path surplus;
            synchronized (this) {
                if (spares.size() <= max) {
                    return;
                }
                surplus = spares.removeLast();
            }
            files.disk.delete(surplus);
        }
    }

    synchronized int count() {
        return spares.size();
    }

    /** Makes one more spare, unless there are enough. */
    boolean prepare() throws IOException {
        long number;
        synchronized (this) {
            if (spares.size() + coming >= max) {
                return false;
            }
            coming++;
            number = nextNumber++;
        }
        Path path = null;
        try {
            path = fill(number);
        } finally {
            synchronized (this) {
                coming--;
                if (path != null) {
                    spares.add(path);
                }
            }
        }
        return true;
    }

    /**
     * Gets a file for a new segment: a spare, as long as more than {@code keep} of them are left, else a new one. If there is
     * no room for a new one, nothing has changed.
     */
    Path take(int keep) throws IOException {
        long number;
        synchronized (this) {
            if (spares.size() > keep) {
                return spares.removeFirst();
            }
            number = nextNumber++;
        }
        return fill(number);
    }

    /** Takes back a file that {@link #take} gave and nobody used. */
    void give(Path path) throws IOException {
        synchronized (this) {
            if (spares.size() + coming < max) {
                spares.addFirst(path);
                return;
            }
        }
        files.disk.delete(path);
    }

    /**
     * Names the place for a recycled segment, if another spare is welcome. The caller moves the file there and then calls
     * {@link #recycled}, after the directory was forced: before that, a crash may bring the old name back, and what the next
     * segment writes would appear under it.
     */
    synchronized @Nullable Path placeForRecycled() {
        if (spares.size() + coming >= max) {
            return null;
        }
        coming++;
        return files.spare(nextNumber++);
    }

    /** The rename to {@link #placeForRecycled} is over: durable, or it failed. */
    synchronized void recycled(Path path, boolean renamed) {
        coming--;
        if (renamed) {
            spares.add(path);
        }
    }

    /**
     * Makes a spare, which gets its name only after it was forced. By its size nobody could tell it from one whose force has
     * failed, and whose process died before it could delete the file: it is whole as long as the system runs, and short after
     * a power loss.
     */
    private Path fill(long number) throws IOException {
        Path unfinished = files.unfinished(number);
        Path spare = files.spare(number);
        try {
            try (DiskFile file = files.disk.open(unfinished, Disk.Mode.CREATE)) {
                for (long at = 0; at < segmentBytes; ) {
                    ByteBuffer zeros = ZEROS.duplicate();
                    zeros.limit((int) Math.min(zeros.capacity(), segmentBytes - at));
                    at += zeros.remaining();
                    file.writeFully(zeros, at - zeros.remaining());
                }
                file.force();
            }
            // Not forced: if the name is lost, a crash left a file to be deleted, and no spare was promised.
            files.disk.rename(unfinished, spare);
        } catch (IOException e) {
            try {
                files.disk.delete(unfinished);
            } catch (IOException deletion) {
                e.addSuppressed(deletion);
            }
            throw e;
        }
        return spare;
    }
}
