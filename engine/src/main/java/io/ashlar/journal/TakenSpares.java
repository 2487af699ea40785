package io.ashlar.journal;

import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;

/** Files taken from the pool for the segments that one append needs: all of them before its first byte, or none. */
final class TakenSpares {
    private final SparePool pool;
    private final ArrayDeque<Path> paths = new ArrayDeque<>();

    private TakenSpares(SparePool pool) {
        this.pool = pool;
    }

    /**
     * Takes files.
     *
     * @throws DiskFullException if there is no room for all; nothing has changed
     */
    static TakenSpares take(SparePool pool, int count, boolean reserved) throws IOException {
        TakenSpares taken = new TakenSpares(pool);
        try {
            while (taken.paths.size() < count) {
                taken.paths.add(pool.take(reserved ? 0 : JournalSettings.RESERVED_SEGMENTS));
            }
            return taken;
        } catch (IOException e) {
            taken.giveBack(e);
            throw e;
        }
    }

    Path first() {
        return paths.element();
    }

    /** The first has become a segment. */
    void used() {
        paths.remove();
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** Gives back what was not used; failing to is noted with the reason for it. */
    void giveBack(IOException reason) {
        for (Path path : paths) {
            try {
                pool.give(path);
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
        paths.clear();
    }
}
