package io.ashlar.drive.mirror;

import io.ashlar.drive.fanout.Caller;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DirectoryEntry;
import io.ashlar.spi.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Makes what is in one place equal to what is in another, durably. Writes only what differs: so a place that has all that was
 * acknowledged has it at every instant. One thread.
 */
final class MirrorCopier {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int PAGE = 256;
    private static final int DEPTH_MAX = 8;

    private final Mirror from;
    private final Mirror to;
    private final Caller caller;
    private final ByteBuffer ours = ByteBuffer.allocate(CHUNK_BYTES);
    private final ByteBuffer theirs = ByteBuffer.allocate(CHUNK_BYTES);
    private long written;

    /**
     * For one copy: after a call has failed nothing more is to be done with it.
     *
     * @param caller makes calls to either place, by its own threads
     */
    MirrorCopier(Mirror from, Mirror to, Caller caller) {
        this.from = from;
        this.to = to;
        this.caller = caller;
    }

    private <T> T at(Mirror mirror, Caller.Body<T> body) throws IOException {
        return caller.call(mirror.executor(), mirror, body);
    }

    /** Something in a place that gives nothing back. */
    private interface Action {
        void run() throws IOException;
    }

    private void act(Mirror mirror, Action action) throws IOException {
        at(mirror, () -> {
            action.run();
            return mirror;
        });
    }

    /**
     * Copies what differs and deletes what is too much.
     *
     * @param isNeeded which files may differ, by their paths from the root; others are looked at only if they are missing
     * @param goesOn whether files come, go and change meanwhile; whoever calls this copies those again that did
     * @return how many bytes were written
     * @throws IOException if reading or writing failed
     */
    long copy(Predicate<Path> isNeeded, boolean goesOn) throws IOException {
        act(to, () -> to.disk().createDirectories(to.root()));
        copy(Path.of(""), isNeeded, goesOn, 0);
        return written;
    }

    private void copy(Path directory, Predicate<Path> isNeeded, boolean goesOn, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new IOException(from.at(directory) + " lies deeper than anything that belongs there");
        }
        Map<String, DirectoryEntry> wanted = list(from, directory);
        Map<String, DirectoryEntry> there = list(to, directory);
        for (DirectoryEntry entry : there.values()) {
            DirectoryEntry original = wanted.get(entry.name());
            if (original == null || original.directory() != entry.directory()) {
                delete(directory.resolve(entry.name()), entry, depth);
            }
        }
        for (DirectoryEntry entry : wanted.values()) {
            Path path = directory.resolve(entry.name());
            DirectoryEntry old = there.get(entry.name());
            if (entry.directory()) {
                act(to, () -> to.disk().createDirectories(to.at(path)));
                copy(path, isNeeded, goesOn, depth + 1);
            } else if (old == null || isNeeded.test(path) || old.sizeBytes() != entry.sizeBytes()) {
                copyFile(path, goesOn);
            }
        }
        act(to, () -> to.disk().forceDirectory(to.at(directory)));
    }

    private Map<String, DirectoryEntry> list(Mirror mirror, Path directory) throws IOException {
        Map<String, DirectoryEntry> all = new TreeMap<>();
        String after = "";
        while (true) {
            String last = after;
            List<DirectoryEntry> page = at(mirror, () -> mirror.disk().list(mirror.at(directory), last, PAGE));
            page.forEach(entry -> all.put(entry.name(), entry));
            if (page.size() < PAGE) {
                return all;
            }
            after = page.get(PAGE - 1).name();
        }
    }

    private void delete(Path path, DirectoryEntry entry, int depth) throws IOException {
        if (entry.directory()) {
            if (depth > DEPTH_MAX) {
                throw new IOException(to.at(path) + " lies deeper than anything that belongs there");
            }
            for (DirectoryEntry inside : new ArrayList<>(list(to, path).values())) {
                delete(path.resolve(inside.name()), inside, depth + 1);
            }
        }
        act(to, () -> to.disk().delete(to.at(path)));
    }

    /** Deletes everything in the place that is copied to, so that whoever still holds a file of it changes nothing. */
    void clear() throws IOException {
        act(to, () -> to.disk().createDirectories(to.root()));
        for (DirectoryEntry entry : list(to, Path.of("")).values()) {
            delete(Path.of(entry.name()), entry, 0);
        }
        act(to, () -> to.disk().forceDirectory(to.root()));
    }

    /** A file that is open in a place. */
    private record Opened(Mirror mirror, DiskFile file, Caller caller) implements Closeable {
        @Override
        public void close() throws IOException {
            caller.call(mirror.executor(), mirror, () -> {
                file.close();
                return mirror;
            });
        }
    }

    private Opened open(Mirror mirror, Path path, Disk.Mode mode) throws IOException {
        DiskFile file = caller.call(
                mirror.executor(), mirror, () -> mirror.disk().open(mirror.at(path), mode), MirroredFile::closeQuietly);
        return new Opened(mirror, file, caller);
    }

    private void copyFile(Path path, boolean goesOn) throws IOException {
        boolean isNew = !at(to, () -> to.disk().exists(to.at(path)));
        try (Opened source = open(from, path, Disk.Mode.READ);
                Opened target = open(to, path, isNew ? Disk.Mode.CREATE : Disk.Mode.WRITE)) {
            copy(source.file, target.file);
            // Also what was equal: it may be so only in a cache.
            act(to, target.file::force);
        } catch (NoSuchFileException e) {
            if (!goesOn) {
                throw e;
            }
        }
    }

    private void copy(DiskFile source, DiskFile target) throws IOException {
        long position = 0;
        while (true) {
            long at = position;
            int length = at(from, () -> source.read(ours.clear(), at));
            if (length <= 0) {
                break;
            }
            written += at(to, () -> write(target, at, length));
            position += length;
        }
        long end = position;
        act(to, () -> {
            if (target.size() > end) {
                target.truncate(end);
            }
        });
    }

    /** Writes what differs, on a thread of the place; returns how much that was. */
    private int write(DiskFile target, long position, int length) throws IOException {
        int has = target.read(theirs.clear().limit(length), position);
        if (has == length && ours.slice(0, length).mismatch(theirs.slice(0, length)) < 0) {
            return 0;
        }
        target.writeFully(ours.flip(), position);
        return length;
    }
}
