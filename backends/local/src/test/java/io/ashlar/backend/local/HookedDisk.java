package io.ashlar.backend.local;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that tells what is done to it, and lets a test interfere before it is done. */
final class HookedDisk extends ForwardingDisk {

    /** Called with "verb path"; paths are relative to the root. */
    interface Hook {
        void before(String what) throws IOException;
    }

    private final Path root;
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger openFiles = new AtomicInteger();
    volatile Hook hook = what -> {};

    HookedDisk(Disk inner, Path root) {
        super(inner);
        this.root = root;
    }

    private void tell(String verb, Path path) throws IOException {
        String what = verb + " " + root.relativize(path).toString().replace('\\', '/');
        log.add(what);
        hook.before(what);
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        tell("open", path);
        DiskFile file = super.open(path, mode);
        openFiles.incrementAndGet();
        return new File(file) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                hook.before("read " + root.relativize(path));
                return super.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                tell("write", path);
                return super.write(source, position);
            }

            @Override
            public void force() throws IOException {
                tell("force", path);
                super.force();
            }

            @Override
            public void close() throws IOException {
                openFiles.decrementAndGet();
                super.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        tell("rename", from);
        super.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        tell("delete", path);
        return super.delete(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        tell("create", directory);
        super.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        tell("force", directory);
        super.forceDirectory(directory);
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        tell("lock", path);
        return super.lock(path, holder);
    }
}
