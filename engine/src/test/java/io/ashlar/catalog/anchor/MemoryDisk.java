package io.ashlar.catalog.anchor;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Files in memory, live and durable: a crash loses whatever was not forced, or keeps it, or tears it at any byte. The power may
 * be cut before any operation that changes something.
 */
final class MemoryDisk implements Disk {
    private static final class Content {
        byte[] live = new byte[0];
        byte[] durable = new byte[0];
    }

    private TreeMap<Path, Content> live = new TreeMap<>();
    private TreeMap<Path, Content> durable = new TreeMap<>();
    int changes;
    int changesUntilCut = Integer.MAX_VALUE;
    Path unreadable;
    /** Whether there is no room for another file. */
    boolean full;

    private void change() throws IOException {
        if (changesUntilCut-- <= 0) {
            throw new IOException("power cut");
        }
        changes++;
    }

    /** What may be found after a crash. */
    MemoryDisk crash(Random random) {
        long seed = random.nextLong();
        MemoryDisk after = new MemoryDisk();
        TreeMap<Path, Content> names = new TreeMap<>();
        for (Path path : union()) {
            Content kept = random.nextBoolean() ? live.get(path) : durable.get(path);
            if (kept != null) {
                names.put(path, kept);
            }
        }
        names.forEach((path, content) -> {
            Content torn = new Content();
            torn.live = content.durable.clone();
            if (random.nextInt(3) > 0) {
                int size = random.nextBoolean() ? content.live.length : content.durable.length;
                torn.live = Arrays.copyOf(content.durable, size);
                for (int i = 0; i < Math.min(size, content.live.length); i++) {
                    int chunk = i / 512;
                    if (new Random(seed + chunk).nextBoolean()) {
                        torn.live[i] = content.live[i];
                    }
                }
            }
            torn.durable = torn.live.clone();
            after.live.put(path, torn);
            after.durable.put(path, torn);
        });
        return after;
    }

    private List<Path> union() {
        TreeMap<Path, Content> all = new TreeMap<>(live);
        all.putAll(durable);
        return List.copyOf(all.keySet());
    }

    byte[] bytes(Path path) {
        Content content = live.get(path);
        return content == null ? null : content.live;
    }

    void set(Path path, byte[] bytes) {
        Content content = new Content();
        content.live = bytes;
        content.durable = bytes.clone();
        live.put(path, content);
        durable.put(path, content);
    }

    void remove(Path path) {
        live.remove(path);
        durable.remove(path);
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        if (path.equals(unreadable)) {
            throw new IOException("input/output error");
        }
        if (mode == Mode.CREATE) {
            change();
            if (full) {
                throw new DiskFullException("full");
            }
            if (live.putIfAbsent(path, new Content()) != null) {
                throw new FileAlreadyExistsException(path.toString());
            }
        }
        Content content = live.get(path);
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new OpenFile(content);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        Content moved = live.remove(from);
        if (moved == null) {
            throw new NoSuchFileException(from.toString());
        }
        live.put(to, moved);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        change();
        return live.remove(path) != null;
    }

    @Override
    public boolean exists(Path path) {
        return live.containsKey(path);
    }

    @Override
    public void createDirectories(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change();
        durable = new TreeMap<>(live);
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DiskLock lock(Path path, String holder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long usableBytes(Path path) {
        throw new UnsupportedOperationException();
    }

    private final class OpenFile implements DiskFile {
        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            int length = (int) Math.max(0, Math.min(target.remaining(), content.live.length - position));
            target.put(content.live, (int) position, length);
            return length;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            change();
            // A few bytes at a time, as a system call may.
            int length = Math.min(source.remaining(), 1500);
            int end = (int) position + length;
            byte[] grown = Arrays.copyOf(content.live, Math.max(end, content.live.length));
            source.get(grown, (int) position, length);
            content.live = grown;
            return length;
        }

        @Override
        public void force() throws IOException {
            change();
            content.durable = content.live.clone();
        }

        @Override
        public long size() {
            return content.live.length;
        }

        @Override
        public void truncate(long sizeBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
