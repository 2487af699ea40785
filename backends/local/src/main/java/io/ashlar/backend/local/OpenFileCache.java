package io.ashlar.backend.local;

import io.ashlar.spi.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the files of the objects that were read last open, since opening one takes several times as long as reading a page.
 *
 * <p>Bounded: the file that was not used for longest goes when another needs its place, and closes when the last reader has
 * let go of it. No lock is held while a file is opened, read or closed. A file that was opened before its object was deleted
 * or replaced must not enter the cache afterwards: a count of {@link #invalidate invalidations} for each directory tells.
 */
final class OpenFileCache {
    private final Disk disk;
    private final FileLayout layout;
    private final int capacity;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, OpenFile> files = new LinkedHashMap<>(16, 0.75f, true);
    private final long[] invalidations = new long[FileLayout.FAN_OUT];

    OpenFileCache(Disk disk, FileLayout layout, int capacity) {
        this.disk = disk;
        this.layout = layout;
        this.capacity = capacity;
    }

    /**
     * Gets the open file of an object; the caller releases it.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    OpenFile acquire(String name) throws IOException {
        int bucket = FileLayout.bucketOf(name);
        long invalidationsBefore;
        lock.lock();
        try {
            OpenFile cached = files.get(name);
            // What is in the map has its owner's reference still, as that is given up only after the removal.
            if (cached != null && cached.tryAcquire()) {
                return cached;
            }
            invalidationsBefore = invalidations[bucket];
        } finally {
            lock.unlock();
        }
        OpenFile opened = new OpenFile(disk.open(layout.object(name), Disk.Mode.READ));
        List<OpenFile> evicted = new ArrayList<>(1);
        lock.lock();
        try {
            if (invalidations[bucket] == invalidationsBefore && !files.containsKey(name) && opened.tryAcquire()) {
                files.put(name, opened);
                Iterator<OpenFile> oldestFirst = files.values().iterator();
                while (files.size() > capacity) {
                    evicted.add(oldestFirst.next());
                    oldestFirst.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        try {
            releaseAll(evicted);
        } catch (IOException e) {
            try {
                opened.release();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        return opened;
    }

    /** Forgets an object whose file was just deleted or replaced. */
    void invalidate(String name) throws IOException {
        OpenFile removed;
        lock.lock();
        try {
            invalidations[FileLayout.bucketOf(name)]++;
            removed = files.remove(name);
        } finally {
            lock.unlock();
        }
        if (removed != null) {
            removed.release();
        }
    }

    /** Closes everything; nothing may be acquired any more. */
    void close() throws IOException {
        List<OpenFile> all;
        lock.lock();
        try {
            all = new ArrayList<>(files.values());
            files.clear();
        } finally {
            lock.unlock();
        }
        releaseAll(all);
    }

    int size() {
        lock.lock();
        try {
            return files.size();
        } finally {
            lock.unlock();
        }
    }

    private static void releaseAll(List<OpenFile> files) throws IOException {
        Failures failures = new Failures();
        for (OpenFile file : files) {
            failures.run(file::release);
        }
        failures.throwFirst();
    }
}
