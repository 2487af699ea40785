package io.ashlar.journal;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory with a live and a durable image of files and names. {@link #crash} keeps what was forced and any subset of
 * the rest; faults strike at a chosen call.
 */
final class FakeDisk implements Disk {

    /** The power goes off in the middle of a call. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Inode {
        byte[] live = new byte[0];
        byte[] durable = new byte[0];
        /** Unforced writes, as offset and bytes, in order. */
        final List<Object[]> pending = new ArrayList<>();
    }

    /** A change of a directory, whole or not at all. */
    private interface NameChange {
        void apply(Map<Path, Inode> names);
    }

    private final List<NameChange> nameChanges = new ArrayList<>();
    private final TreeMap<Path, Inode> live = new TreeMap<>();
    private final TreeMap<Path, Inode> durable = new TreeMap<>();
    final Map<String, Integer> calls = new HashMap<>();
    long freeBytes = Long.MAX_VALUE;
    /** The changing calls until the power goes off; never if negative. */
    int callsUntilCut = -1;
    /** Changing calls so far. */
    int changes;
    /** A call that fails, such as "force", and how many of them succeed before. */
    String failing = "";

    int failingAfter;
    /** A call that finds the disk full, whatever else there is. */
    String full = "";
    /** Files that are open. */
    int openFiles;
    /** Runs once, after the bytes of the next read have been copied. */
    Runnable afterRead = () -> {};
    /** Runs once, before the next file is opened to be read. */
    Runnable beforeOpen = () -> {};
    /** At most this much is written in one call. */
    int writeBytesMax = Integer.MAX_VALUE;

    private void call(String what) throws IOException {
        calls.merge(what, 1, Integer::sum);
        if (what.equals(full)) {
            throw new DiskFullException("injected: " + what);
        }
        if (what.equals(failing) && failingAfter-- == 0) {
            throw new IOException("injected: " + what);
        }
    }

    private void change(String what) throws IOException {
        changes++;
        if (callsUntilCut >= 0 && callsUntilCut-- == 0) {
            throw new PowerCut();
        }
        call(what);
    }

    /** Loses power: what was forced stays, of the rest any part. */
    void crash(Random random) {
        for (Inode inode : durable.values()) {
            settle(inode, random);
        }
        for (Inode inode : live.values()) {
            settle(inode, random);
        }
        TreeMap<Path, Inode> after = new TreeMap<>(durable);
        for (NameChange change : nameChanges) {
            if (random.nextBoolean()) {
                change.apply(after);
            }
        }
        live.clear();
        live.putAll(after);
        durable.clear();
        durable.putAll(after);
        nameChanges.clear();
        callsUntilCut = -1;
    }

    private static void settle(Inode inode, Random random) {
        byte[] image = inode.durable.clone();
        for (Object[] write : inode.pending) {
            long offset = (Long) write[0];
            byte[] bytes = (byte[]) write[1];
            int kind = random.nextInt(4);
            int from = kind == 3 ? random.nextInt(bytes.length + 1) : 0;
            int to = kind == 0 ? 0 : kind == 1 ? random.nextInt(bytes.length + 1) : bytes.length;
            if (to > from) {
                image = grown(image, offset + to);
                System.arraycopy(bytes, from, image, (int) offset + from, to - from);
            }
        }
        inode.pending.clear();
        inode.live = image;
        inode.durable = image.clone();
    }

    private static byte[] grown(byte[] image, long size) {
        return image.length >= size ? image : Arrays.copyOf(image, (int) size);
    }

    byte[] bytes(Path path) {
        return live.get(path).live;
    }

    void put(Path path, byte[] bytes) {
        Inode inode = new Inode();
        inode.live = bytes.clone();
        inode.durable = bytes.clone();
        live.put(path, inode);
        durable.put(path, inode);
    }

    List<Path> paths() {
        return List.copyOf(live.keySet());
    }

    /** An independent copy of what is live, all of it durable. */
    FakeDisk copy() {
        FakeDisk copy = new FakeDisk();
        live.forEach((path, inode) -> copy.put(path, inode.live));
        return copy;
    }

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        if (mode == Mode.READ) {
            Runnable before = beforeOpen;
            beforeOpen = () -> {};
            before.run();
        }
        Inode inode = live.get(path);
        if (mode == Mode.CREATE) {
            change("create");
            if (inode != null) {
                throw new FileAlreadyExistsException(path.toString());
            }
            Inode created = new Inode();
            inode = created;
            name(names -> names.put(path, created));
        } else if (inode == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new File(inode, mode);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change("rename");
        if (!live.containsKey(from)) {
            throw new NoSuchFileException(from.toString());
        }
        name(names -> {
            Inode inode = names.remove(from);
            if (inode != null) {
                names.put(to, inode);
            }
        });
    }

    private void name(NameChange change) {
        change.apply(live);
        nameChanges.add(change);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        change("delete");
        boolean there = live.containsKey(path);
        name(names -> names.remove(path));
        return there;
    }

    @Override
    public boolean exists(Path path) {
        return live.containsKey(path);
    }

    @Override
    public void createDirectories(Path directory) {}

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change("forceDirectory");
        durable.clear();
        durable.putAll(live);
        nameChanges.clear();
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) {
        List<DirectoryEntry> page = new ArrayList<>();
        for (Map.Entry<Path, Inode> entry : live.entrySet()) {
            String name = entry.getKey().getFileName().toString();
            if (name.compareTo(after) > 0 && page.size() < limit) {
                page.add(new DirectoryEntry(name, false, entry.getValue().live.length, 0));
            }
        }
        return page;
    }

    @Override
    public DiskLock lock(Path path, String holder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long usableBytes(Path path) {
        return freeBytes;
    }

    private final class File implements DiskFile {
        private final Inode inode;
        private final Mode mode;
        private boolean closed;

        File(Inode inode, Mode mode) {
            this.inode = inode;
            this.mode = mode;
            openFiles++;
        }

        private void checkOpen() {
            if (closed) {
                throw new IllegalStateException("closed");
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            checkOpen();
            call("read");
            int n = (int) Math.max(0, Math.min(target.remaining(), inode.live.length - position));
            if (n > 0) {
                target.put(inode.live, (int) position, n);
            }
            Runnable after = afterRead;
            afterRead = () -> {};
            after.run();
            return n;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            checkOpen();
            assert mode != Mode.READ;
            byte[] bytes = new byte[Math.min(source.remaining(), writeBytesMax)];
            source.get(bytes);
            long growth = position + bytes.length - inode.live.length;
            if (growth > freeBytes) {
                throw new DiskFullException("full");
            }
            if (growth > 0 && freeBytes != Long.MAX_VALUE) {
                freeBytes -= growth;
            }
            boolean cut = callsUntilCut == 0;
            try {
                change("write");
            } finally {
                // A write that the power cut interrupts may have happened.
                if (!cut || bytes.length > 0) {
                    inode.live = grown(inode.live, position + bytes.length);
                    System.arraycopy(bytes, 0, inode.live, (int) position, bytes.length);
                    inode.pending.add(new Object[] {position, bytes});
                }
            }
            return bytes.length;
        }

        @Override
        public void force() throws IOException {
            checkOpen();
            try {
                change("force");
                for (Object[] write : inode.pending) {
                    long offset = (Long) write[0];
                    byte[] bytes = (byte[]) write[1];
                    inode.durable = grown(inode.durable, offset + bytes.length);
                    System.arraycopy(bytes, 0, inode.durable, (int) offset, bytes.length);
                }
                inode.pending.clear();
            } catch (IOException e) {
                // As the kernels do it: the pages are clean now, visible, and not on the disk.
                inode.pending.clear();
                throw e;
            }
        }

        @Override
        public long size() {
            return inode.live.length;
        }

        @Override
        public void truncate(long sizeBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() throws IOException {
            openFiles -= closed ? 0 : 1;
            closed = true;
            call("close");
        }
    }
}
