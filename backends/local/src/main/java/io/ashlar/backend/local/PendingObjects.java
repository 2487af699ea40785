package io.ashlar.backend.local;

import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a {@link FileBackend} that were put but not synced, and who is at work on which name.
 *
 * <ol>
 *   <li><b>Claims.</b> Whoever changes what a name means (installs, deletes, commits) claims it first, and waits if it is
 *       claimed. Nobody waits for a claim or a place while holding claims, so there is no deadlock. Nothing is read or
 *       written under the lock.
 *   <li><b>Places.</b> There are only so many, because every pending object keeps a descriptor open (a force must go
 *       through a descriptor that is older than the write). A put takes a place before it writes; if there is none, it
 *       commits the oldest objects itself.
 *   <li><b>Losses.</b> An object whose commit failed on behalf of somebody who had not asked for it is remembered as lost
 *       until its own sync has been told, it is put again or deleted. A number of losses that cannot be remembered breaks
 *       the backend: from then on nothing can be put or synced.
 * </ol>
 *
 * <p>Lookups take no lock.
 */
final class PendingObjects {

    /** An object in a temporary file. */
    static final class Pending {
        final String name;
        final Path temporary;
        final OpenFile file;
        final long sizeBytes;
        final long modifiedMillis;

        /** Why its commit failed; read by who waited for the claim. Guarded by the lock. */
        private @Nullable IOException failure;

        Pending(String name, Path temporary, OpenFile file, long sizeBytes, long modifiedMillis) {
            this.name = name;
            this.temporary = temporary;
            this.file = file;
            this.sizeBytes = sizeBytes;
            this.modifiedMillis = modifiedMillis;
        }
    }

    private final int capacity;
    private final int batch;
    private final int lossesMax;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ConcurrentHashMap<String, Pending> objects = new ConcurrentHashMap<>();
    // The fields from here on are guarded by the lock.
    private final Set<Pending> oldestFirst = new LinkedHashSet<>();
    private final Set<String> claimed = new HashSet<>();
    private final Map<String, IOException> lost = new HashMap<>();
    private int placesTaken;
    private @Nullable IOException broken;

    PendingObjects(int capacity, int lossesMax) {
        this.capacity = capacity;
        this.batch = Math.max(1, capacity / 8);
        this.lossesMax = lossesMax;
    }

    @Nullable
    Pending get(String name) {
        return objects.get(name);
    }

    Collection<Pending> all() {
        return objects.values();
    }

    /**
     * Takes a place for an object to be installed.
     *
     * @return nothing if the caller has a place now; otherwise some objects, now claimed, that the caller is to commit before
     *     it asks again
     */
    List<Pending> takePlace() throws IOException {
        lock.lock();
        try {
            while (true) {
                checkUnbroken();
                if (placesTaken < capacity) {
                    placesTaken++;
                    return List.of();
                }
                List<Pending> oldest = claimOldest();
                if (!oldest.isEmpty()) {
                    return oldest;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a place in which nothing was installed. */
    void giveBackPlace() {
        lock.lock();
        try {
            placesTaken--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<Pending> claimOldest() {
        List<Pending> oldest = new ArrayList<>(batch);
        for (Iterator<Pending> all = oldestFirst.iterator(); all.hasNext() && oldest.size() < batch; ) {
            Pending next = all.next();
            if (claimed.add(next.name)) {
                oldest.add(next);
            }
        }
        return oldest;
    }

    void claim(String name) {
        lock.lock();
        try {
            while (!claimed.add(name)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void unclaim(String name) {
        lock.lock();
        try {
            claimed.remove(name);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes an object visible, under a claim and in a place that the caller has. Returns the one that it replaces. */
    @Nullable
    Pending install(Pending pending) {
        lock.lock();
        try {
            assert claimed.contains(pending.name);
            lost.remove(pending.name);
            Pending replaced = objects.put(pending.name, pending);
            oldestFirst.add(pending);
            if (replaced != null) {
                oldestFirst.remove(replaced);
                placesTaken--;
                changed.signalAll();
            }
            return replaced;
        } finally {
            lock.unlock();
        }
    }

    /** Makes an object invisible, under a claim. */
    @Nullable
    Pending remove(String name) {
        lock.lock();
        try {
            assert claimed.contains(name);
            lost.remove(name);
            Pending removed = objects.remove(name);
            if (removed != null) {
                oldestFirst.remove(removed);
                placesTaken--;
                changed.signalAll();
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /** What a sync has seen so far of the names that are left to do. */
    static final class SyncRequest {
        /** Names to do, with the object that was seen under each. */
        private final Map<String, @Nullable Pending> left = new HashMap<>();

        final Failures failures = new Failures();

        /** Names that were not pending in the end. */
        final List<String> passedOver = new ArrayList<>();

        SyncRequest(Collection<String> names) {
            for (String name : names) {
                left.put(name, null);
            }
        }
    }

    /**
     * Claims those objects of a sync that nobody else is at work on, and waits if all that are left are claimed. The request
     * shares the outcome of whoever committed an object meanwhile.
     *
     * @return the objects to commit now; empty if the request is done
     */
    List<Pending> claimForSync(SyncRequest request) throws IOException {
        lock.lock();
        try {
            while (true) {
                checkUnbroken();
                List<Pending> free = new ArrayList<>();
                Iterator<Map.Entry<String, @Nullable Pending>> left =
                        request.left.entrySet().iterator();
                while (left.hasNext()) {
                    Map.Entry<String, @Nullable Pending> entry = left.next();
                    String name = entry.getKey();
                    Pending seen = entry.getValue();
                    IOException failure = seen != null && seen.failure != null ? seen.failure : lost.get(name);
                    if (failure != null) {
                        lost.remove(name);
                        request.failures.add(notDurable(name, failure));
                        left.remove();
                        continue;
                    }
                    Pending present = objects.get(name);
                    if (claimed.contains(name)) {
                        if (seen == null && present != null) {
                            entry.setValue(present);
                        }
                        continue;
                    }
                    left.remove();
                    if (present == null) {
                        request.passedOver.add(name);
                    } else {
                        claimed.add(name);
                        free.add(present);
                    }
                }
                if (!free.isEmpty() || request.left.isEmpty()) {
                    return free;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a commit: the objects are pending no longer, and unclaimed.
     *
     * @param committed the objects
     * @param failed why some of them are lost
     * @param tell whether the caller tells who asked; otherwise the losses are remembered
     */
    void finish(List<Pending> committed, Map<Pending, IOException> failed, boolean tell) {
        lock.lock();
        try {
            for (Pending pending : committed) {
                objects.remove(pending.name, pending);
                oldestFirst.remove(pending);
                claimed.remove(pending.name);
                placesTaken--;
                IOException failure = failed.get(pending);
                if (failure != null) {
                    pending.failure = failure;
                    if (!tell) {
                        remember(pending.name, failure);
                    }
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void remember(String name, IOException failure) {
        if (lost.size() < lossesMax) {
            lost.put(name, failure);
        } else if (broken == null) {
            broken = failure;
        }
    }

    private void checkUnbroken() throws IOException {
        if (broken != null) {
            throw new IOException("too many objects were lost to failed forces to keep account of them", broken);
        }
    }

    static IOException notDurable(String name, IOException failure) {
        String message = "object " + name + " could not be made durable";
        return failure instanceof DiskFullException
                ? new DiskFullException(message, failure)
                : new IOException(message, failure);
    }
}
