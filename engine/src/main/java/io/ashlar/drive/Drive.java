package io.ashlar.drive;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.drive.fanout.DriveExecutor;
import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.Clock;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One drive: its backend, opened as long as it can be, and how it does. Every call goes on record with its {@link DriveHealth}. Safe
 * for use by many threads.
 */
final class Drive implements Closeable {
    private static final System.Logger LOG = System.getLogger(Drive.class.getName());

    /** Written and deleted again to find out whether a drive takes something. */
    private static final String PROBE_OBJECT = "drive-probe";

    /** A call to a backend. */
    private interface Call<T> {
        T call(ExtentBackend backend) throws IOException;
    }

    private final DriveSet.Opener opener;
    private final Clock clock;
    private final DriveHealth health;
    private final DriveExecutor executor;
    private final DriveRoom room;
    private volatile DriveEntry entry;
    private volatile @Nullable ExtentBackend backend;
    private boolean closed;

    Drive(
            DriveEntry entry,
            DriveSet.Opener opener,
            HealthSettings settings,
            long lowSpaceBytes,
            Clock clock,
            DriveExecutor executor) {
        this.entry = entry;
        room = new DriveRoom(lowSpaceBytes);
        this.opener = opener;
        this.clock = clock;
        this.executor = executor;
        health = new DriveHealth(settings, clock);
    }

    int number() {
        return entry.number();
    }

    DriveEntry entry() {
        return entry;
    }

    /** Another role; number and place stay. */
    void entry(DriveEntry changed) {
        entry = changed;
    }

    DriveHealth health() {
        return health;
    }

    DriveExecutor executor() {
        return executor;
    }

    DriveState state() {
        return switch (entry.role()) {
            case ACTIVE -> health.condition();
            case DRAINING -> health.condition() == DriveState.OFFLINE ? DriveState.OFFLINE : DriveState.DRAINING;
            case REMOVED -> DriveState.REMOVED;
        };
    }

    /** Whether new shards may go there. */
    boolean isWritable() {
        return state() == DriveState.ONLINE && !health.isFull();
    }

    /** Whether new shards are to go there, rather than to a drive that has little room. */
    boolean isWelcoming() {
        return isWritable() && !room.isLow();
    }

    /** How much room it has. */
    DriveRoom room() {
        return room;
    }

    /** Finds out how much room it has. On one of its threads. */
    void askRoom() {
        try {
            ExtentBackend opened = backend();
            room.ask(opened::usableBytes);
        } catch (IOException e) {
            health.failed(e);
        }
    }

    /** Whether it may answer. */
    boolean isReadable() {
        DriveState state = state();
        return state != DriveState.OFFLINE && state != DriveState.REMOVED;
    }

    /**
     * Opens the backend and reads who is there.
     *
     * @return the identity found; null if there is none yet
     * @throws IOException if it cannot be opened or read; the drive is offline
     * @throws DamagedException if the identity is damaged; likewise
     */
    @Nullable
    DriveIdentity open() throws IOException {
        try {
            ExtentBackend opened = backend;
            if (opened == null) {
                opened = opener.open(entry.uri());
                install(opened);
            }
            return IdentityCopies.newest(opened, entry.uri());
        } catch (IOException | DamagedException | UnsupportedFormatException e) {
            health.gone(e);
            throw e;
        }
    }

    /** Takes a backend that was opened for this drive. */
    synchronized void install(ExtentBackend opened) throws IOException {
        if (closed) {
            opened.close();
            throw new IllegalStateException("drive " + number() + " is closed");
        }
        backend = opened;
    }

    /** Opens the drive of an open store: one that is not itself is offline, one that missed a change of the map gets it. */
    void arrive(DriveMap map, boolean tell) {
        try {
            DriveIdentity identity = open();
            check(identity);
            if (tell && identity != null && identity.map().version() < map.version()) {
                tell(map);
            }
        } catch (IOException | DamagedException | UnsupportedFormatException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} is not used: {1}", this, e.getMessage());
        }
    }

    /** Tells the drive of a change, durably; unless it was wiped meanwhile, or is another one, which must not become this one. */
    void tell(DriveMap map) throws IOException {
        check(IdentityCopies.newest(backend(), entry.uri()));
        identify(map);
    }

    /** Tells a new drive who it is, durably. */
    void identify(DriveMap map) throws IOException {
        ByteBuffer bytes = DriveIdentityCodec.encode(new DriveIdentity(number(), map));
        for (String name : IdentityCopies.NAMES) {
            // One after the other: one of them is whole at every instant.
            put(name, bytes.duplicate());
            sync(List.of(name));
        }
    }

    /**
     * Reads the identity of a drive that was itself when it was opened, and writes it anew where it is damaged.
     *
     * @throws IOException if it cannot be read or written, or the drive is another by now; its health tells
     */
    void mendIdentity(DriveMap map) throws IOException {
        ExtentBackend opened = backend();
        boolean any = false;
        boolean mend = false;
        for (String name : IdentityCopies.NAMES) {
            try {
                DriveIdentity each = IdentityCopies.read(opened, entry.uri(), name);
                if (each != null) {
                    check(each);
                    any = true;
                }
                mend |= each == null || each.map().version() < map.version();
            } catch (DamagedException e) {
                any = true;
                mend = true;
                LOG.log(System.Logger.Level.WARNING, "{0}, which is written anew", e.getMessage());
            }
        }
        if (!any) {
            check(null);
        } else if (mend) {
            identify(map);
        }
    }

    /**
     * Finds out whether it is there, is itself, and takes something; if so, it is trusted again.
     *
     * @return whether it is
     */
    boolean probe() {
        try {
            // Anew: what was open may be of a directory or a mount that is gone.
            reopen();
            ExtentBackend opened = backend();
            DriveIdentity identity = IdentityCopies.newest(opened, entry.uri());
            check(identity);
            opened.put(PROBE_OBJECT, ByteBuffer.allocate(1));
            opened.sync(List.of(PROBE_OBJECT));
            opened.delete(PROBE_OBJECT);
            health.probeSucceeded();
            return true;
        } catch (IOException | RuntimeException e) {
            health.probeFailed(e);
            return false;
        }
    }

    private void check(@Nullable DriveIdentity identity) throws IOException {
        if (identity == null) {
            IOException nobody = new IOException("there is no drive of this store at " + entry.uri()
                    + ": it was wiped, or something else is mounted there. Mount it again, or replace drive "
                    + number());
            health.wiped(nobody);
            throw nobody;
        }
        DriveEntry self = identity.self();
        if (self.idHigh() != entry.idHigh() || self.idLow() != entry.idLow()) {
            IOException another = new IOException("at " + entry.uri() + " is not drive " + number()
                    + " but another, which calls itself drive " + self.number() + ": mounts were swapped");
            health.gone(another);
            throw another;
        }
    }

    /**
     * Finds out whether the drive is still itself, after something was not there that should have been. If not, it is offline.
     */
    void suspectSwap() {
        try {
            check(IdentityCopies.newest(backend(), entry.uri()));
        } catch (IOException e) {
            health.failed(e);
        } catch (DamagedException | UnsupportedFormatException e) {
            health.gone(e);
        }
    }

    /** Lets go of the place, which another drive is about to take; if it does not, a probe finds this one again. */
    void release() {
        IOException cause = new IOException("drive " + number() + " is to be replaced");
        health.gone(cause);
        ExtentBackend opened;
        synchronized (this) {
            opened = backend;
            backend = null;
        }
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} could not be closed: {1}", this, e.getMessage());
            }
        }
    }

    private void reopen() throws IOException {
        ExtentBackend old = backend;
        if (old != null && health.condition() == DriveState.OFFLINE) {
            backend = null;
            old.close();
        }
        if (backend == null) {
            install(opener.open(entry.uri()));
        }
    }

    private ExtentBackend backend() throws IOException {
        ExtentBackend opened = backend;
        if (opened == null) {
            throw new IOException("drive " + number() + " at " + entry.uri() + " is not open");
        }
        return opened;
    }

    Optional<BackendCapabilities> capabilities() {
        return Optional.ofNullable(backend).map(ExtentBackend::capabilities);
    }

    void put(String name, ByteBuffer bytes) throws IOException {
        long length = bytes.remaining();
        call(opened -> {
            opened.put(name, bytes);
            return name;
        });
        if (room.put(length)) {
            askRoom();
        }
    }

    int read(String name, long offset, ByteBuffer target) throws IOException {
        long begun = clock.nanoTime();
        int count = call(opened -> opened.read(name, offset, target));
        health.reads().add(clock.nanoTime() - begun);
        return count;
    }

    Optional<ObjectStat> stat(String name) throws IOException {
        return call(opened -> opened.stat(name));
    }

    boolean delete(String name) throws IOException {
        return call(opened -> opened.delete(name));
    }

    List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        return call(opened -> opened.list(prefix, after, limit));
    }

    /** Whether it holds a shard of an object that is needed: what is left of others nobody will miss. */
    boolean holdsShards(ObjectFilter isNeeded) throws IOException {
        String after = "";
        while (true) {
            List<ObjectStat> page = list("", after, 100);
            for (ObjectStat stat : page) {
                after = stat.name();
                if (ShardNames.isShard(after) && isNeeded.test(ShardNames.object(after))) {
                    return true;
                }
            }
            if (page.isEmpty()) {
                return false;
            }
        }
    }

    void sync(Collection<String> names) throws IOException {
        try {
            backend().sync(names);
            health.succeeded();
        } catch (IOException | IllegalStateException e) {
            health.forceFailed(e);
            throw e;
        }
    }

    private <T> T call(Call<T> call) throws IOException {
        try {
            T result = call.call(backend());
            health.succeeded();
            return result;
        } catch (ObjectNotFoundException e) {
            health.succeeded();
            throw e;
        } catch (DiskFullException e) {
            health.foundFull();
            throw e;
        } catch (IOException | IllegalStateException e) {
            health.failed(e);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        ExtentBackend opened;
        synchronized (this) {
            closed = true;
            opened = backend;
            backend = null;
        }
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public String toString() {
        return "drive " + number() + " at " + entry.uri();
    }
}
