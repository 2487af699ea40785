package io.ashlar.store;

import io.ashlar.runtime.SystemDisk;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The machine's disk behind a gate that may refuse operations, or hold them up. Safe for use by many threads, if the gate is. */
final class GatedDisk implements Disk {
    /** What is about to happen. */
    enum Operation {
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** Lets an operation pass, or throws. */
    @FunctionalInterface
    interface Gate {
        void pass(Operation operation, Path path) throws IOException;
    }

    private final Disk disk = new SystemDisk();
    volatile Gate gate = (operation, path) -> {};

    /** What the disk says is free; negative to ask the real one. */
    volatile long usableBytes = -1;

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        gate.pass(mode == Mode.CREATE ? Operation.CREATE : Operation.OPEN, path);
        DiskFile file = disk.open(path, mode);
        return new DiskFile() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                gate.pass(Operation.READ, path);
                return file.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                gate.pass(Operation.WRITE, path);
                return file.write(source, position);
            }

            @Override
            public void force() throws IOException {
                gate.pass(Operation.FORCE, path);
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
                file.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        gate.pass(Operation.RENAME, to);
        disk.rename(from, to);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        gate.pass(Operation.DELETE, path);
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
    public void forceDirectory(Path directory) throws IOException {
        gate.pass(Operation.FORCE_DIRECTORY, directory);
        disk.forceDirectory(directory);
    }

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
        long said = usableBytes;
        return said < 0 ? disk.usableBytes(path) : said;
    }
}
