package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The machine's disk, but nothing is forced: for tests of threads, which would spend their time waiting for it. */
final class UnforcedDisk implements Disk {
    private final Disk disk = new SystemDisk();

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        DiskFile file = disk.open(path, mode);
        return new DiskFile() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return file.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                return file.write(source, position);
            }

            @Override
            public void force() {}

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
                file.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return disk.delete(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        return disk.list(directory, after, limit);
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        return disk.lock(path, holder);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }
}
