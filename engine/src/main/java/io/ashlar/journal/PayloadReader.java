package io.ashlar.journal;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads payloads back through a bounded cache of open files. Safe for use by many threads.
 *
 * <p>A truncated segment's file may be renamed and overwritten while a read is on. So the lowest retained number is looked at
 * again after the read: it rises before the first rename, hence a read that still finds its segment retained was over before
 * anything could be overwritten.
 */
final class PayloadReader implements Closeable {
    private static final int HANDLES_MAX = 16;

    private static final class Handle {
        final DiskFile file;
        int readers;
        boolean dropped;

        Handle(DiskFile file) {
            this.file = file;
        }
    }

    private final SegmentFiles files;
    private final LongSupplier firstRetained;
    // Guarded by this, as are the fields of the handles; in order of use.
    private final LinkedHashMap<Long, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    PayloadReader(SegmentFiles files, LongSupplier firstRetained) {
        this.files = files;
        this.firstRetained = firstRetained;
    }

    void read(JournalPosition payload, ByteBuffer target) throws IOException {
        long segment = payload.segment();
        checkRetained(segment);
        Handle handle = acquire(segment);
        try {
            handle.file.read(target, payload.offset());
        } finally {
            release(handle);
        }
        checkRetained(segment);
        if (target.hasRemaining()) {
            throw new EOFException(files.segment(segment) + " ends " + target.remaining()
                    + " bytes short of the read at " + payload.offset());
        }
    }

    /** Lets go of the files of segments that are gone. */
    void dropBelow(long segment) throws IOException {
        List<Handle> idle = new ArrayList<>();
        synchronized (this) {
            Iterator<Map.Entry<Long, Handle>> entries = handles.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<Long, Handle> entry = entries.next();
                if (entry.getKey() < segment) {
                    entries.remove();
                    drop(entry.getValue(), idle);
                }
            }
        }
        closeAll(idle);
    }

    @Override
    public void close() throws IOException {
        List<Handle> idle = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Handle handle : handles.values()) {
                drop(handle, idle);
            }
            handles.clear();
        }
        closeAll(idle);
    }

    private void checkRetained(long segment) throws NoSuchFileException {
        if (segment < firstRetained.getAsLong()) {
            throw new NoSuchFileException(files.segment(segment).toString(), null, "the segment has been truncated");
        }
    }

    private Handle acquire(long segment) throws IOException {
        Handle handle = cached(segment);
        if (handle != null) {
            return handle;
        }
        Handle opened = new Handle(files.disk.open(files.segment(segment), Disk.Mode.READ));
        List<Handle> idle = new ArrayList<>();
        synchronized (this) {
            Handle raced = handles.get(segment);
            if (raced != null) {
                opened.dropped = true;
                idle.add(opened);
                handle = raced;
            } else {
                handle = opened;
                // After a truncation has dropped the old handles, nobody may bring one back; after closing, none at
                // all.
                if (closed || segment < firstRetained.getAsLong()) {
                    opened.dropped = true;
                } else {
                    handles.put(segment, opened);
                    evict(idle);
                }
            }
            handle.readers++;
        }
        try {
            closeAll(idle);
        } catch (IOException e) {
            release(handle);
            throw e;
        }
        return handle;
    }

    private synchronized @Nullable Handle cached(long segment) {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        Handle handle = handles.get(segment);
        if (handle != null) {
            handle.readers++;
        }
        return handle;
    }

    private synchronized void evict(List<Handle> idle) {
        if (handles.size() > HANDLES_MAX) {
            Iterator<Handle> eldest = handles.values().iterator();
            Handle handle = eldest.next();
            eldest.remove();
            drop(handle, idle);
        }
    }

    private static void drop(Handle handle, List<Handle> idle) {
        handle.dropped = true;
        if (handle.readers == 0) {
            idle.add(handle);
        }
    }

    private void release(Handle handle) throws IOException {
        synchronized (this) {
            handle.readers--;
            if (handle.readers > 0 || !handle.dropped) {
                return;
            }
        }
        handle.file.close();
    }

    private static void closeAll(List<Handle> idle) throws IOException {
        IOException first = null;
        for (Handle handle : idle) {
            try {
                handle.file.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
