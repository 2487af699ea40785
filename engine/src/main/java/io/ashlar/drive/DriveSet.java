package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.StorageException;
import io.ashlar.StoreNotFoundException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.drive.fanout.Wave;
import io.ashlar.spi.Clock;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The drives of a store, each open as far as it answers, and the newest map of them. Safe for use by many threads.
 *
 * <p>A change of the map is written to every drive that answers before it is in force, and is refused unless more drives have taken
 * it than may be lost: whoever opens what is left of the drives finds it.
 */
public final class DriveSet implements Closeable {
    private static final System.Logger LOG = System.getLogger(DriveSet.class.getName());
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long a change of the map waits for drives, and for the last of them once there are enough. */
    private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long CHANGE_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Opens the backend of a drive. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a backend.
         *
         * @param uri where it is
         * @return the open backend; the caller closes it
         * @throws IOException if it cannot be opened
         */
        ExtentBackend open(URI uri) throws IOException;
    }

    /**
     * What all drives need.
     *
     * @param opener opens backends
     * @param clock time
     * @param threads waiting
     * @param health when a drive is trusted
     * @param lowSpaceBytes a drive with less than this free takes new shards only if no other can; 0 for never
     * @param readOnly whether nothing may be changed
     * @param executors makes what runs the tasks of the drive of a number
     */
    record Components(
            Opener opener,
            Clock clock,
            Threads threads,
            HealthSettings health,
            long lowSpaceBytes,
            boolean readOnly,
            IntFunction<DriveExecutor> executors) {
        Drive drive(DriveEntry entry) {
            return new Drive(entry, opener, health, lowSpaceBytes, clock, executors.apply(entry.number()));
        }
    }

    private final Components components;
    private final Map<Integer, Drive> drives = new ConcurrentSkipListMap<>();
    private volatile DriveMap map;
    /** The greatest version that was ever sent to a drive. */
    private long tried;

    private DriveSet(Components components, DriveMap map) {
        this.components = components;
        this.map = map;
        tried = map.version();
    }

    /**
     * Makes new drives.
     *
     * @param map all of them
     * @throws StorageException if one of them belongs to a store already; nothing was changed
     * @throws IOException if one of them cannot be opened or written
     */
    static DriveSet create(DriveMap map, Components components) throws IOException {
        DriveSet set = new DriveSet(components, map);
        try {
            for (DriveEntry entry : map.drives()) {
                Drive drive = components.drive(entry);
                set.drives.put(entry.number(), drive);
                refuseOwned(drive, drive.open());
            }
            for (Drive drive : set.drives.values()) {
                drive.identify(map);
            }
            return set;
        } catch (IOException | RuntimeException | Error e) {
            set.closeAfter(e);
            throw e;
        }
    }

    private static void refuseOwned(Drive drive, @Nullable DriveIdentity identity) {
        if (identity != null) {
            throw new StorageException(drive + " is a drive of a store already: drive " + identity.number() + " of "
                    + identity.map().drives().size() + ". Nothing was changed; choose an empty place, or delete its"
                    + " drive-identity if that store is not needed any more");
        }
    }

    /**
     * Opens drives.
     *
     * @param places where drives are, some of them at least: each knows of the others. What was mounted elsewhere since is found if
     *     its new place is among them
     * @throws StoreNotFoundException if no drive is found in any of the places
     * @throws StorageException if they are drives of several stores
     * @throws DamagedException if no place can be read, for what is there is damaged
     * @throws IOException if none can be read
     */
    static DriveSet open(Collection<URI> places, Components components) throws IOException {
        Map<URI, ExtentBackend> backends = new LinkedHashMap<>();
        Map<URI, DriveIdentity> found = new LinkedHashMap<>();
        try {
            look(places, components.opener(), backends, found);
            DriveSet set = new DriveSet(components, newest(found));
            set.openAll(backends, found);
            return set;
        } catch (IOException | RuntimeException | Error e) {
            for (ExtentBackend backend : backends.values()) {
                closeAfter(backend, e);
            }
            throw e;
        }
    }

    private static void look(
            Collection<URI> places, Opener opener, Map<URI, ExtentBackend> backends, Map<URI, DriveIdentity> found)
            throws IOException {
        Exception last = null;
        for (URI place : places) {
            try {
                ExtentBackend backend = opener.open(place);
                backends.put(place, backend);
                DriveIdentity identity = IdentityCopies.newest(backend, place);
                if (identity != null) {
                    found.put(place, identity);
                }
            } catch (IOException | DamagedException | UnsupportedFormatException e) {
                LOG.log(System.Logger.Level.WARNING, "drive at {0} cannot be used: {1}", place, e.getMessage());
                last = e;
            }
        }
        if (!found.isEmpty()) {
            return;
        }
        if (last instanceof IOException e) {
            throw e;
        }
        if (last instanceof RuntimeException e) {
            throw e;
        }
        throw new StoreNotFoundException("there is no drive of a store in " + places);
    }

    private static DriveMap newest(Map<URI, DriveIdentity> found) {
        DriveMap newest = null;
        for (Map.Entry<URI, DriveIdentity> entry : found.entrySet()) {
            DriveMap each = entry.getValue().map();
            if (newest != null && !newest.isOfSameStore(each)) {
                throw new StorageException("the drive at " + entry.getKey() + " belongs to another store than those at "
                        + found.keySet() + "; name the drives of one store");
            }
            newest = newest == null || each.version() > newest.version() ? each : newest;
        }
        return java.util.Objects.requireNonNull(newest);
    }

    private void openAll(Map<URI, ExtentBackend> backends, Map<URI, DriveIdentity> found) throws IOException {
        Map<List<Long>, URI> byId = new HashMap<>();
        found.forEach((uri, identity) ->
                byId.put(List.of(identity.self().idHigh(), identity.self().idLow()), uri));
        for (DriveEntry entry : map.drives()) {
            URI now = byId.get(List.of(entry.idHigh(), entry.idLow()));
            Drive drive = components.drive(now == null ? entry : entry.at(now));
            drives.put(entry.number(), drive);
            if (entry.role() == DriveRole.REMOVED) {
                continue;
            }
            ExtentBackend backend = now == null ? null : backends.remove(now);
            if (backend == null) {
                // Some other place that was named may be where this drive was, and not it.
                backend = backends.remove(entry.uri());
            }
            if (backend != null) {
                drive.install(backend);
            }
            drive.arrive(map, !components.readOnly());
        }
        for (ExtentBackend unused : backends.values()) {
            unused.close();
        }
    }

    /** The newest map. */
    DriveMap map() {
        return map;
    }

    /** All drives that there ever were, in the order of their numbers. */
    Collection<Drive> drives() {
        return drives.values();
    }

    /** A drive; null if there never was one of that number. */
    @Nullable
    Drive drive(int number) {
        return drives.get(number);
    }

    /**
     * Puts another map in force, once it is on more drives than may be lost.
     *
     * @param change makes the next map of the present one
     * @param losses how many drives may be lost at most
     * @throws IOException if too few drives have taken it; it is not in force, though drives may have it
     */
    synchronized void change(UnaryOperator<DriveMap> change, int losses) throws IOException {
        DriveMap proposed = change.apply(map);
        if (!proposed.isOfSameStore(map)) {
            throw new IllegalArgumentException("a map of another store");
        }
        DriveMap next = proposed.withVersion(++tried);
        List<Drive> added = new ArrayList<>();
        for (DriveEntry entry : next.drives()) {
            Drive known = drives.get(entry.number());
            if (known == null || !known.entry().isSameDrive(entry)) {
                if (known != null && DriveEntry.place(known.entry().uri()).equals(DriveEntry.place(entry.uri()))) {
                    known.release();
                }
                Drive drive = components.drive(entry);
                added.add(drive);
                refuseOwned(drive, drive.open());
            }
        }
        tell(next, added, losses);
        List<Drive> replaced = new ArrayList<>();
        for (Drive drive : added) {
            Drive old = drives.put(drive.number(), drive);
            if (old != null) {
                replaced.add(old);
            }
        }
        for (DriveEntry entry : next.drives()) {
            Drive drive = drives.get(entry.number());
            if (drive != null) {
                drive.entry(entry.at(drive.entry().uri()));
            }
        }
        map = next;
        for (Drive old : replaced) {
            // Calls to it have failed or will; nobody waits for those that hang.
            old.executor().close(0);
            old.close();
        }
    }

    /** Writes a map to all drives that answer, those that are new in it included. */
    private void tell(DriveMap next, List<Drive> added, int losses) throws IOException {
        List<Drive> told = new ArrayList<>();
        for (DriveEntry entry : next.drives()) {
            Drive drive = added.stream()
                    .filter(each -> each.number() == entry.number())
                    .findFirst()
                    .orElse(drives.get(entry.number()));
            if (drive != null && drive.isReadable()) {
                told.add(drive);
            }
        }
        Wave wave = new Wave(told.size(), each -> each.goodCount() > losses);
        for (int i = 0; i < told.size(); i++) {
            int index = i;
            Drive drive = told.get(i);
            boolean isNew = added.contains(drive);
            Wave.Call call = () -> {
                if (isNew) {
                    drive.identify(next);
                } else {
                    drive.tell(next);
                }
            };
            if (!drive.executor().offer(() -> wave.run(index, call))) {
                wave.ended(index, new IOException(drive + " has more to do than it can"));
            }
        }
        wave.await(components.threads(), CHANGE_NANOS, CHANGE_GRACE_NANOS);
        if (wave.goodCount() > losses) {
            return;
        }
        IOException failure = new IOException("the change of the drives could not be written to more than " + losses
                + " of them, so many as may be lost; nothing was changed");
        for (int i = 0; i < told.size(); i++) {
            Throwable cause = wave.failure(i);
            if (cause != null) {
                failure.addSuppressed(cause);
            }
        }
        throw failure;
    }

    private void closeAfter(Throwable cause) {
        for (Drive drive : drives.values()) {
            try {
                drive.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private static void closeAfter(ExtentBackend backend, Throwable cause) {
        try {
            backend.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Waits for what is under way, and closes all backends.
     *
     * @throws IOException if one could not be closed, or hangs
     */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Drive drive : drives.values()) {
            if (!drive.executor().close(CLOSE_NANOS)) {
                failure = new IOException("calls to " + drive + " did not end; it was left as it is");
                continue;
            }
            try {
                drive.close();
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
