package io.ashlar.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments that have left the journal, but not yet the disk: recycled as spares as long as those are welcome, else deleted.
 * One thread.
 *
 * <p>A crash may keep or undo each rename and deletion. What is undone is a segment older than the history, or between its
 * links, and is retired again.
 */
final class Retirement {

    /** A segment to retire; recyclable if whole and of the size that spares have. */
    record Retiring(long segment, boolean recyclable) {}

    private final SegmentFiles files;
    private final SparePool spares;
    private final FailureLatch latch;
    private final ArrayDeque<Retiring> retiring = new ArrayDeque<>();
    /** Segments from before the history that is known: kept until a truncation says that nobody needs them. */
    private final List<Long> leftovers;

    Retirement(SegmentFiles files, SparePool spares, FailureLatch latch, List<Long> leftovers) {
        this.files = files;
        this.spares = spares;
        this.latch = latch;
        this.leftovers = new ArrayList<>(leftovers);
    }

    void add(Retiring segment) {
        retiring.add(segment);
    }

    void addLeftoversBelow(long segment) {
        leftovers.removeIf(leftover -> {
            boolean below = leftover < segment;
            if (below) {
                retiring.add(new Retiring(leftover, false));
            }
            return below;
        });
    }

    /** The lower of a segment's number and that of the oldest leftover. */
    long lowest(long segment) {
        long lowest = segment;
        for (long leftover : leftovers) {
            lowest = Math.min(lowest, leftover);
        }
        return lowest;
    }

    void run() throws IOException {
        List<Path> recycled = new ArrayList<>();
        boolean forced = false;
        try {
            boolean changed = false;
            while (!retiring.isEmpty()) {
                Retiring next = retiring.element();
                Path path = files.segment(next.segment());
                // An earlier attempt may have got this far.
                if (files.disk.exists(path)) {
                    Path place = next.recyclable() ? spares.placeForRecycled() : null;
                    if (place == null) {
                        files.disk.delete(path);
                    } else {
                        recycled.add(place);
                        files.disk.rename(path, place);
                    }
                    changed = true;
                }
                retiring.remove();
            }
            if (changed) {
                // Latches if it fails: forcing the directory again, for the name of a segment, would prove nothing.
                latch.guard(() -> files.disk.forceDirectory(files.directory));
            }
            forced = true;
        } finally {
            for (Path place : recycled) {
                spares.recycled(place, forced);
            }
        }
    }
}
