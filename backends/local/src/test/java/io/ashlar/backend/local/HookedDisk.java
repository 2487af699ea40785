package io.ashlar.backend.local;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that tells what is done to it, and lets a test interfere before it is done. */
final class HookedDisk implements Disk {

    /** Called with "verb path"; paths are relative to the root. */
    interface Hook {
        void before(String what) throws IOException;
    }

    private final Disk inner;
    private final Path root;
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger openFiles = new AtomicInteger();
    volatile Hook hook = what -> {};

    HookedDisk(Disk inner, Path root) {
        this.inner = inner;
        this.root = root;
    }

    private String tell(String verb, Path path) throws IOException {
        String what = verb + " " + root.relativize(path).toString().replace('\\', '/');
        log.add(what);
        hook.before(what);
        return what;
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        tell("open", path);
        DiskFile file = inner.open(path, mode);
        openFiles.incrementAndGet();
        return new DiskFile() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                hook.before("read " + root.relativize(path));
                return file.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                tell("write", path);
                return file.write(source, position);
            }

            @Override
            public void force() throws IOException {
                tell("force", path);
                file.force();
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void truncate(long sizeBytes) throws IOException {
                file.truncate(sizeBytes);
            }

            @Override
            public void close() throws IOException {
                openFiles.decrementAndGet();
                file.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        tell("rename", from);
        inner.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        tell("delete", path);
        return inner.delete(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return inner.exists(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        tell("create", directory);
        inner.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        tell("force", directory);
        inner.forceDirectory(directory);
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        return inner.list(directory, after, limit);
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        return inner.stat(path);
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        tell("lock", path);
        return inner.lock(path, holder);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return inner.usableBytes(path);
    }
}
