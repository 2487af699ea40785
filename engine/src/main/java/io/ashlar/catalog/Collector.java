package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.format.CommandLayout;
import io.ashlar.spi.Clock;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds what nothing refers to, lets it die, and deletes its bytes.
 *
 * <ol>
 *   <li>{@link #mark} marks extents of count zero, and with that remembers the readers of the moment.
 *   <li>{@link #sweep} condemns marked extents that are still free once those readers have left and the grace is over, and
 *       submits one record for many of them. A node's references end with that record.
 *   <li>{@link #erase} deletes the bytes of the dead once their record is durable.
 *   <li>{@link #clean} moves the living out of packs that are mostly dead.
 * </ol>
 *
 * <p>Step-able: each method is one step, {@link #step} picks one that has work to do. One thread at a time.
 */
public final class Collector {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final int MARKED_MAX = 4096;
    private static final int UNREADABLE_MAX = 4096;
    private static final int PAGE = 256;
    private static final int SWEEP_BYTES_MAX = 64 << 10;

    private final Catalog catalog;
    private final ExtentAccess access;
    private final CommandPort port;
    private final ExtentBackend backend;
    private final Packer packer;
    private final Clock clock;
    private final Probe probe;
    private final EngineSettings settings;

    /** Nodes and packs that cannot be read: told of once, and left alone for the rest of this life. */
    private final Set<ExtentId> unreadable = new HashSet<>();

    private final ArrayDeque<ExtentId> marked = new ArrayDeque<>();
    private final Set<ExtentId> isMarked = new HashSet<>();
    private @Nullable ExtentId markCursor;
    private @Nullable ExtentId cleanCursor;

    private @Nullable CompletableFuture<Catalog.Outcome> sweepUnderWay;
    private List<Command.Swept> sweeping = List.of();
    private long sweepingBytes;

    private long sweptExtents;
    private long sweptBytes;
    private long packsRewritten;

    /**
     * Makes a collector.
     *
     * @param catalog what there is
     * @param access reads nodes and packs
     * @param port takes the records
     * @param backend holds the bytes
     * @param backends takes packs
     * @param names names for packs
     * @param clock time
     * @param probe watches
     * @param settings graces and ratios
     */
    public Collector(
            Catalog catalog,
            ExtentAccess access,
            CommandPort port,
            ExtentBackend backend,
            DomainBackends backends,
            NameSource names,
            Clock clock,
            Probe probe,
            EngineSettings settings) {
        this.catalog = catalog;
        this.access = access;
        this.port = port;
        this.backend = backend;
        this.clock = clock;
        this.probe = probe;
        this.settings = settings;
        ObjectSink sink = new ObjectSink(backend, names, settings.identity(), settings.extentPageBytes());
        packer = new Packer(catalog, access, port, sink, names, backends, settings);
    }

    /**
     * Does one thing, if there is one to do.
     *
     * @return whether there was; false also while waiting for a record to become durable
     * @throws IOException if a backend or table could not be read or written
     */
    public boolean step() throws IOException {
        return erase() || endSweep() || sweep() || mark() || clean();
    }

    /** Has the next pass over what nothing refers to begin at the beginning, so that it misses nothing of now. */
    public void restart() {
        markCursor = null;
    }

    /**
     * Tells whether a record is on its way that later steps wait for.
     *
     * @return whether to come back soon
     */
    public boolean isWaiting() {
        return sweepUnderWay != null || packer.isUnderWay();
    }

    /**
     * Tells whether what {@link #isWaiting} speaks of has come. Any thread.
     *
     * @return whether {@link #step} can go on
     */
    public boolean isReady() {
        CompletableFuture<Catalog.Outcome> sweep = sweepUnderWay;
        return (sweep != null && sweep.isDone()) || packer.isDone();
    }

    /**
     * Deletes bytes whose extents are dead already; nothing else.
     *
     * @return whether there were any
     * @throws IOException if the backend failed
     */
    public boolean eraseDead() throws IOException {
        return erase();
    }

    /** What a run would do. */
    public record Estimate(long extents, long bytes, long packs) {}

    /**
     * Finds out what a run would sweep, without what would lose its last reference by that.
     *
     * @return the figures
     * @throws IOException if the tables could not be read
     */
    public Estimate estimate() throws IOException {
        long extents = 0;
        long bytes = 0;
        List<ExtentId> page;
        ExtentId after = null;
        do {
            page = catalog.listings().unreferenced(after, PAGE);
            for (ExtentId id : page) {
                ExtentEntry entry = catalog.find(id);
                after = id;
                if (entry != null && entry.count() == 0) {
                    extents++;
                    bytes += entry.storedBytes();
                }
            }
        } while (page.size() == PAGE);
        long packs = 0;
        after = null;
        do {
            page = catalog.listings().cleanable(after, PAGE);
            for (ExtentId id : page) {
                after = id;
                packs += isWorthCleaning(catalog.find(id)) ? 1 : 0;
            }
        } while (page.size() == PAGE);
        return new Estimate(extents, bytes, packs);
    }

    private boolean isWorthCleaning(@Nullable ExtentEntry pack) {
        return pack != null && pack.liveBytes() < settings.packLiveRatioMin() * pack.plainBytes();
    }

    boolean erase() throws IOException {
        List<String> dead = catalog.erasable(PAGE);
        for (String name : dead) {
            try {
                backend.delete(name);
                probe.erased(name, true);
            } catch (IOException e) {
                probe.erased(name, false);
                // Its name is never used again, so it can do no harm; the search for orphans finds it.
                LOG.log(System.Logger.Level.WARNING, "dead object " + name + " could not be deleted", e);
            } finally {
                // Whatever became of it: nobody shall wait behind it.
                catalog.erased(name);
            }
        }
        return !dead.isEmpty();
    }

    boolean mark() throws IOException {
        if (marked.size() >= MARKED_MAX) {
            return false;
        }
        List<ExtentId> page = catalog.listings().unreferenced(markCursor, PAGE);
        markCursor = page.size() < PAGE ? null : page.get(PAGE - 1);
        long now = clock.nanoTime();
        boolean any = false;
        for (ExtentId id : page) {
            if (!isMarked.contains(id)
                    && !unreadable.contains(id)
                    && catalog.liveness().mark(id, now)) {
                isMarked.add(id);
                marked.add(id);
                any = true;
            }
        }
        return any || markCursor != null;
    }

    boolean sweep() throws IOException {
        if (sweepUnderWay != null || marked.isEmpty()) {
            return false;
        }
        long now = clock.nanoTime();
        long graceNanos = settings.gcGraceMillis() * 1_000_000;
        List<Command.Swept> dying = new ArrayList<>();
        long bytes = 0;
        int recordBytes = 0;
        try {
            for (int left = marked.size();
                    left > 0 && dying.size() < CommandLayout.MAX_SWEPT && recordBytes < SWEEP_BYTES_MAX;
                    left--) {
                ExtentId id = marked.remove();
                List<ExtentId> links = links(id);
                if (links == null) {
                    isMarked.remove(id);
                    continue;
                }
                Liveness.Verdict verdict = catalog.liveness().condemn(id, now, graceNanos);
                ExtentEntry entry = verdict.entry();
                if (entry != null) {
                    isMarked.remove(id);
                    dying.add(new Command.Swept(id, entry.life(), entry.counter(), links));
                    bytes += entry.storedBytes();
                    recordBytes += CommandLayout.SWEEP_EXTENT_FIXED_BYTES + id.encodedBytes() * (1 + links.size());
                } else if (verdict.fate() == Liveness.Verdict.Fate.LATER) {
                    marked.add(id);
                } else {
                    isMarked.remove(id);
                }
            }
            if (dying.isEmpty()) {
                return false;
            }
            sweeping = dying;
            sweepingBytes = bytes;
            sweepUnderWay = port.submit(new Command.Sweep(dying), Durability.SYNC, true);
            return true;
        } finally {
            if (sweepUnderWay == null) {
                dying.forEach(swept -> catalog.liveness().reprieve(swept.id()));
            }
        }
    }

    /**
     * What an extent refers to; null if that cannot be read any more. Then it stays, with what it refers to: without its
     * references no count below it could be right. Read before it is condemned, since that must not wait for I/O; content
     * never changes.
     */
    private @Nullable List<ExtentId> links(ExtentId id) throws IOException {
        ExtentEntry found = catalog.find(id);
        if (found == null || found.kind() != ExtentKind.NODE) {
            return List.of();
        }
        try {
            ExtentNode node = access.read(id, catalog::find, (reader, entry) -> ExtentNode.read(reader));
            return node == null
                    ? List.of()
                    : node.children().stream().map(ExtentNode.Child::id).toList();
        } catch (DamagedException | UnknownKeyException | UnsupportedFormatException | IOException e) {
            leaveAlone(id, e);
            return null;
        }
    }

    private void leaveAlone(ExtentId id, Exception cause) {
        if (unreadable.size() >= UNREADABLE_MAX) {
            throw new DamagedException(
                    "garbage is not collected any more: " + UNREADABLE_MAX + " extents of it cannot be read; run fsck",
                    cause);
        }
        unreadable.add(id);
        LOG.log(
                System.Logger.Level.WARNING,
                "extent " + id + " is garbage that cannot be collected, since it cannot be read; fsck tells more",
                cause);
    }

    private boolean endSweep() {
        CompletableFuture<Catalog.Outcome> done = sweepUnderWay;
        if (done == null || !done.isDone()) {
            return false;
        }
        sweepUnderWay = null;
        // What the dead referred to may have become free behind the cursor.
        restart();
        if (done.isCompletedExceptionally()) {
            sweeping.forEach(swept -> catalog.liveness().reprieve(swept.id()));
        } else {
            sweptExtents += sweeping.size();
            sweptBytes += sweepingBytes;
        }
        sweeping = List.of();
        Futures.join(done);
        return true;
    }

    boolean clean() throws IOException {
        if (packer.isUnderWay()) {
            if (!packer.isDone()) {
                return false;
            }
            packer.finish();
            packsRewritten++;
            return true;
        }
        List<ExtentId> page = catalog.listings().cleanable(cleanCursor, 1);
        cleanCursor = page.isEmpty() ? null : page.get(0);
        if (page.isEmpty()) {
            return false;
        }
        ExtentId pack = page.get(0);
        if (!unreadable.contains(pack) && isWorthCleaning(catalog.find(pack))) {
            try {
                packer.beginFromPack(pack);
            } catch (DamagedException e) {
                leaveAlone(pack, e);
            }
        }
        return true;
    }

    /**
     * Tells how many extents are marked and wait.
     *
     * @return the number
     */
    public int heldExtents() {
        return marked.size();
    }

    /**
     * Tells how many extents have died so far.
     *
     * @return the number
     */
    public long sweptExtents() {
        return sweptExtents;
    }

    /**
     * Tells how many bytes have died so far.
     *
     * @return their stored bytes
     */
    public long sweptBytes() {
        return sweptBytes;
    }

    /**
     * Tells how many packs were rewritten so far.
     *
     * @return the number
     */
    public long packsRewritten() {
        return packsRewritten;
    }
}
