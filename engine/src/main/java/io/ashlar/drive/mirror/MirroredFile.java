package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.Caller;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A file of a {@link MirroredDisk}, open in all places. */
final class MirroredFile implements DiskFile {
    /** So much is read at a time: by a buffer of its own, which belongs to a place that hangs for as long as it does. */
    private static final int CHUNK_BYTES = 1 << 20;

    private final MirroredDisk disk;
    private final MirrorCalls calls;
    private final boolean readOnly;
    private final Map<Mirror, DiskFile> handles = new ConcurrentHashMap<>();

    /** Where it is by now; null once it is deleted. Changed before whoever renamed or deleted it returns. */
    private volatile @Nullable Path path;

    private volatile boolean closed;

    MirroredFile(MirroredDisk disk, Path path, boolean readOnly) {
        this.disk = disk;
        calls = disk.calls();
        this.path = path;
        this.readOnly = readOnly;
    }

    /** Opens it in a place for the first time. By a thread of the place. */
    DiskFile openAt(Mirror mirror, Disk.Mode mode) throws IOException {
        DiskFile handle = mirror.disk().open(mirror.at(existing()), mode);
        handles.put(mirror, handle);
        return handle;
    }

    private Path existing() throws IOException {
        Path now = path;
        if (now == null) {
            throw new NoSuchFileException("a file that was deleted");
        }
        return now;
    }

    /** Opens it in a place that has got a copy; a deleted one is of no interest there. */
    void openAt(Mirror mirror, Caller caller) throws IOException {
        if (path != null && !closed && !handles.isEmpty()) {
            Path now = existing();
            DiskFile handle = caller.call(
                    mirror.executor(),
                    mirror,
                    () -> mirror.disk().open(mirror.at(now), readOnly ? Disk.Mode.READ : Disk.Mode.WRITE),
                    MirroredFile::closeQuietly);
            handles.put(mirror, handle);
        }
    }

    static void closeQuietly(DiskFile handle) {
        try {
            handle.close();
        } catch (IOException e) {
            // Nobody needs it any more.
        }
    }

    /** Forgets a place. */
    void closeAt(Mirror mirror) {
        DiskFile handle = handles.remove(mirror);
        if (handle != null) {
            // By the threads of that place: it may hang.
            mirror.executor().offer(() -> closeQuietly(handle));
        }
    }

    void renamed(Path from, Path to) {
        Path now = path;
        if (now != null && now.equals(to)) {
            // Replaced.
            path = null;
        } else if (now != null && now.equals(from)) {
            path = to;
        }
    }

    void deleted(Path which) {
        if (which.equals(path)) {
            path = null;
        }
    }

    private Path[] changed() {
        Path now = path;
        return now == null ? new Path[0] : new Path[] {now};
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the file " + path + " is closed");
        }
    }

    private DiskFile handle(Mirror mirror) throws IOException {
        DiskFile handle = handles.get(mirror);
        if (handle == null) {
            checkOpen();
            throw new IOException(path + " is not open in " + mirror);
        }
        return handle;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int count = 0;
        boolean end = false;
        while (target.hasRemaining() && !end) {
            int length = Math.min(target.remaining(), CHUNK_BYTES);
            long from = position + count;
            ByteBuffer bytes = calls.somewhere(mirror -> {
                ByteBuffer own = ByteBuffer.allocate(length);
                handle(mirror).read(own, from);
                return own.flip();
            });
            end = bytes.remaining() < length;
            count += bytes.remaining();
            target.put(bytes);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int length = source.remaining();
        ByteBuffer view = source.duplicate();
        calls.everywhere(
                mirror -> {
                    DiskFile handle = path == null ? handles.get(mirror) : handle(mirror);
                    if (handle != null) {
                        handle.writeFully(view.duplicate(), position);
                    }
                    return true;
                },
                () -> {},
                changed());
        source.position(source.limit());
        return length;
    }

    @Override
    public void force() throws IOException {
        calls.everywhere(
                mirror -> {
                    DiskFile handle = path == null ? handles.get(mirror) : handle(mirror);
                    if (handle != null) {
                        handle.force();
                    }
                    return true;
                },
                () -> {});
    }

    @Override
    public long size() throws IOException {
        return calls.somewhere(mirror -> handle(mirror).size());
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        calls.everywhere(
                mirror -> {
                    handle(mirror).truncate(sizeBytes);
                    return true;
                },
                () -> {},
                changed());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        disk.closed(this);
        try {
            calls.close(handles);
        } finally {
            handles.clear();
        }
    }
}
