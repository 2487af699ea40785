package io.ashlar.backend.local;

import io.ashlar.backend.local.PendingObjects.Pending;
import io.ashlar.backend.local.PendingObjects.SyncRequest;
import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.Disk.DiskLock;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNames;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One file an object, in a directory of a {@link Disk}; see {@link FileLayout} for where. Safe for use by many threads.
 *
 * <ol>
 *   <li>A put writes a temporary file and does not force it. Reads, lookups and listings find the object there.
 *   <li>A sync forces the temporary files of its names, renames them into place and forces each directory concerned once
 *       ({@link FileCommit}). So an object in its place is always whole and durable, or about to be.
 *   <li>Syncs of different names run at the same time; one that finds a name in the hands of another waits, and shares the
 *       outcome ({@link PendingObjects}).
 *   <li>Only one writer has the directory open, by way of a lock file. Temporary files that a writer finds on opening are of
 *       a dead one, and are deleted. Other files that do not belong here are neither listed nor touched.
 * </ol>
 *
 * <p>Limits: objects of up to {@value #OBJECT_BYTES_MAX} bytes, {@value #PENDING_MAX} objects put and not synced (another put
 * then syncs the oldest of them), {@value #OPEN_FILES_MAX} files kept open for reading. Methods that change something throw
 * {@link UnsupportedOperationException} if the backend was opened for reading only.
 */
final class FileBackend implements ExtentBackend {
    static final int OBJECT_BYTES_MAX = 1 << 30;
    static final int PENDING_MAX = 1024;
    static final int OPEN_FILES_MAX = 256;
    private static final int LOSSES_MAX = 4096;
    private static final int COST_CLASS = 10;
    private static final int PAGE_ENTRIES = 1024;

    private final Disk disk;
    private final Clock clock;
    private final FileLayout layout;
    private final @Nullable DiskLock lock;
    private final String description;

    private final CallGate gate;
    private final PendingObjects pending;
    private final OpenFileCache cache;
    private final FileCommit commit;
    private final ObjectLister lister;
    private final AtomicLong nextTemporary = new AtomicLong();

    private FileBackend(FileLayout layout, BackendContext context, int pendingMax, @Nullable DiskLock lock) {
        this.pending = new PendingObjects(pendingMax, LOSSES_MAX);
        this.disk = context.disk();
        this.clock = context.clock();
        this.layout = layout;
        this.lock = lock;
        this.description = "file backend " + layout.root();
        this.gate = new CallGate(description);
        this.cache = new OpenFileCache(disk, layout, OPEN_FILES_MAX);
        this.commit = new FileCommit(disk, layout, cache);
        this.lister = new ObjectLister(disk, layout, pending);
    }

    /** Opens a directory; creates it if need be, unless for reading only. */
    static FileBackend open(Path root, BackendContext context) throws IOException {
        return open(root, context, PENDING_MAX);
    }

    /** Opens a directory with another bound on the objects that are put and not synced. */
    static FileBackend open(Path root, BackendContext context, int pendingMax) throws IOException {
        FileLayout layout = new FileLayout(root);
        Disk disk = context.disk();
        if (context.readOnly()) {
            if (!disk.exists(root)) {
                throw new NoSuchFileException(root.toString());
            }
            return new FileBackend(layout, context, pendingMax, null);
        }
        disk.createDirectories(root);
        String holder = "process " + ProcessHandle.current().pid() + " since "
                + Instant.ofEpochMilli(context.clock().currentTimeMillis());
        DiskLock lock = disk.lock(layout.lockFile(), holder);
        try {
            disk.createDirectories(layout.objects());
            disk.createDirectories(layout.temporaryDirectory());
            deleteLeftovers(disk, layout.temporaryDirectory());
            return new FileBackend(layout, context, pendingMax, lock);
        } catch (IOException | RuntimeException e) {
            try {
                lock.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static void deleteLeftovers(Disk disk, Path directory) throws IOException {
        String after = "";
        List<Disk.DirectoryEntry> page;
        do {
            page = disk.list(directory, after, PAGE_ENTRIES);
            for (Disk.DirectoryEntry entry : page) {
                after = entry.name();
                if (!entry.directory()) {
                    disk.delete(directory.resolve(entry.name()));
                }
            }
        } while (page.size() == PAGE_ENTRIES);
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        checkPut(name, bytes);
        gate.enter();
        try {
            takePlace();
            boolean installed = false;
            Pending replaced;
            try {
                Pending written = write(name, bytes);
                pending.claim(name);
                try {
                    replaced = pending.install(written);
                    installed = true;
                } finally {
                    pending.unclaim(name);
                }
            } finally {
                if (!installed) {
                    pending.giveBackPlace();
                }
            }
            discard(replaced);
        } finally {
            gate.leave();
        }
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        checkPut(name, bytes);
        gate.enter();
        try {
            takePlace();
            boolean installed = false;
            try {
                pending.claim(name);
                try {
                    if (pending.get(name) == null && !disk.exists(layout.object(name))) {
                        pending.install(write(name, bytes));
                        installed = true;
                    }
                } finally {
                    pending.unclaim(name);
                }
            } finally {
                if (!installed) {
                    pending.giveBackPlace();
                }
            }
            return installed;
        } finally {
            gate.leave();
        }
    }

    private void checkPut(String name, ByteBuffer bytes) {
        checkWritable();
        ObjectNames.check(name);
        if (bytes.remaining() > OBJECT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an object has at most " + OBJECT_BYTES_MAX + " bytes, not " + bytes.remaining());
        }
    }

    private void checkWritable() {
        if (lock == null) {
            throw new UnsupportedOperationException(description + " is open for reading only");
        }
    }

    private void takePlace() throws IOException {
        List<Pending> oldest = pending.takePlace();
        while (!oldest.isEmpty()) {
            commit(oldest, false);
            oldest = pending.takePlace();
        }
    }

    /** Writes a temporary file, or leaves no trace. */
    private Pending write(String name, ByteBuffer bytes) throws IOException {
        Path path = layout.temporary(nextTemporary.getAndIncrement());
        DiskFile file = disk.open(path, Disk.Mode.CREATE);
        try {
            file.writeFully(bytes.duplicate(), 0);
            return new Pending(name, path, new OpenFile(file), bytes.remaining(), clock.currentTimeMillis());
        } catch (IOException | RuntimeException e) {
            Failures cleanUp = new Failures();
            cleanUp.run(file::close);
            cleanUp.run(() -> disk.delete(path));
            if (cleanUp.first() != null) {
                e.addSuppressed(cleanUp.first());
            }
            throw e;
        }
    }

    private void discard(@Nullable Pending unwanted) throws IOException {
        if (unwanted != null) {
            Failures failures = new Failures();
            failures.run(unwanted.file::release);
            failures.run(() -> disk.delete(unwanted.temporary));
            failures.throwFirst();
        }
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        names.forEach(ObjectNames::check);
        gate.enter();
        try {
            SyncRequest request = new SyncRequest(names);
            List<Pending> batch = pending.claimForSync(request);
            while (!batch.isEmpty()) {
                for (Map.Entry<Pending, IOException> failed :
                        commit(batch, true).entrySet()) {
                    request.failures.add(PendingObjects.notDurable(failed.getKey().name, failed.getValue()));
                }
                batch = pending.claimForSync(request);
            }
            if (lock != null) {
                for (String name : request.passedOver) {
                    request.failures.run(() -> commit.settle(name));
                }
            }
            request.failures.throwFirst();
        } finally {
            gate.leave();
        }
    }

    /** Commits claimed objects, and returns why some of them are lost. */
    private Map<Pending, IOException> commit(List<Pending> batch, boolean tell) throws IOException {
        Map<Pending, IOException> failed;
        try {
            failed = commit.commit(batch);
        } catch (RuntimeException | Error e) {
            abandon(batch, e, tell);
            throw e;
        }
        pending.finish(batch, failed, tell);
        Failures closing = new Failures();
        for (Pending done : batch) {
            closing.run(done.file::release);
        }
        closing.throwFirst();
        return failed;
    }

    /** Ends a commit that broke on something that is no I/O error: nobody is to wait for it, nor to take it for done. */
    private void abandon(List<Pending> batch, Throwable reason, boolean tell) {
        Map<Pending, IOException> failed = new HashMap<>();
        for (Pending unfinished : batch) {
            failed.put(unfinished, new IOException("the commit was cut short", reason));
        }
        pending.finish(batch, failed, tell);
        for (Pending unfinished : batch) {
            try {
                discard(unfinished);
            } catch (IOException | RuntimeException e) {
                reason.addSuppressed(e);
            }
        }
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        ObjectNames.check(name);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset must not be negative: " + offset);
        }
        gate.enter();
        try {
            OpenFile file = acquire(name);
            try {
                return file.file().read(target, offset);
            } finally {
                file.release();
            }
        } finally {
            gate.leave();
        }
    }

    /** Finds an object in either place. A commit takes it out of the first only when it is in the second. */
    private OpenFile acquire(String name) throws IOException {
        while (true) {
            Pending written = pending.get(name);
            if (written == null) {
                try {
                    return cache.acquire(name);
                } catch (NoSuchFileException e) {
                    ObjectNotFoundException missing = new ObjectNotFoundException(description, name);
                    missing.initCause(e);
                    throw missing;
                }
            }
            if (written.file.tryAcquire()) {
                return written.file;
            }
            // It was committed, replaced or deleted just now, and is no longer what the map has: look again.
        }
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        ObjectNames.check(name);
        gate.enter();
        try {
            Pending written = pending.get(name);
            if (written != null) {
                return Optional.of(new ObjectStat(name, written.sizeBytes, written.modifiedMillis));
            }
            return disk.stat(layout.object(name))
                    .filter(entry -> !entry.directory())
                    .map(entry -> new ObjectStat(name, entry.sizeBytes(), entry.modifiedMillis()));
        } finally {
            gate.leave();
        }
    }

    @Override
    public boolean delete(String name) throws IOException {
        checkWritable();
        ObjectNames.check(name);
        gate.enter();
        try {
            pending.claim(name);
            try {
                Pending removed = pending.remove(name);
                Failures failures = new Failures();
                boolean deleted = false;
                try {
                    deleted = disk.delete(layout.object(name));
                } catch (IOException e) {
                    failures.add(e);
                }
                failures.run(() -> cache.invalidate(name));
                failures.run(() -> discard(removed));
                failures.throwFirst();
                return deleted || removed != null;
            } finally {
                pending.unclaim(name);
            }
        } finally {
            gate.leave();
        }
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive, not " + limit);
        }
        gate.enter();
        try {
            return lister.list(prefix, after, limit);
        } finally {
            gate.leave();
        }
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        gate.enter();
        try {
            return OptionalLong.of(disk.usableBytes(layout.objects()));
        } finally {
            gate.leave();
        }
    }

    /** Conditional puts are atomic among all writers anywhere, because the lock file lets there be only one. */
    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(
                OBJECT_BYTES_MAX, true, true, Long.MAX_VALUE, BackendCapabilities.DurabilityClass.LOCAL, COST_CLASS);
    }

    @Override
    public void close() throws IOException {
        if (!gate.close()) {
            return;
        }
        Failures failures = new Failures();
        for (Pending unsynced : pending.all()) {
            failures.run(() -> discard(unsynced));
        }
        failures.run(cache::close);
        if (lock != null) {
            failures.run(lock::close);
        }
        failures.throwFirst();
    }

    @Override
    public String toString() {
        return description;
    }
}
