package io.ashlar.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk that passes everything on to another one. Base of those that change some of it: count, refuse, delay, measure.
 *
 * <p>As safe for use by many threads as the disk behind it.
 */
public abstract class ForwardingDisk implements Disk {
    private final Disk disk;

    /**
     * Puts this before a disk.
     *
     * @param disk what does the work
     */
    protected ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        return disk.open(path, mode);
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
    public void forceDirectory(Path directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        return disk.list(directory, after, limit);
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        return disk.stat(path);
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        return disk.lock(path, holder);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    /** A file that passes everything on to another one; as safe for use by many threads as that. */
    public abstract static class File implements DiskFile {
        private final DiskFile file;

        /**
         * Puts this before a file.
         *
         * @param file what does the work; closed with this
         */
        protected File(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            return file.write(source, position);
        }

        @Override
        public void force() throws IOException {
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
    }
}
