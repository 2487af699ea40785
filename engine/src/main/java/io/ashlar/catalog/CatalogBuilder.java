package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.Redundancy;
import io.ashlar.catalog.anchor.Superblock;
import io.ashlar.catalog.table.Manifest;
import io.ashlar.catalog.table.ManifestStore;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CatalogLayout;
import io.ashlar.format.TableLayout;
import io.ashlar.journal.ReplayPoint;
import io.ashlar.policy.Domain;
import io.ashlar.policy.PolicyCodec;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the catalog of a store that has lost its own, out of what is found of its extents, in whatever order that is.
 *
 * <p>Writes tables as checkpoints do, and in the end a manifest; no record is written, since there is no history to go on with. Until a
 * superblock names the manifest nothing has happened: what was written is objects that nobody knows. Entries in memory are bounded by
 * the settings; the rest is in tables. One thread.
 */
public final class CatalogBuilder {
    private static final System.Logger LOG = System.getLogger(CatalogBuilder.class.getName());
    private static final int LOST_PAGE = 500;

    private final Object lock = new Object();
    private final TableReader reader;
    private final ExtentBackend backend;
    private final NameSource names;
    private final ObjectSink sink;
    private final StateMap state;
    private final Listings listings;
    private final Counters counters = new Counters();
    private final long changesMax;
    private final FoundDomains domains;
    private long lost;
    private boolean domainsUsed;
    private Set<String> needed = Set.of();

    /**
     * Begins with nothing.
     *
     * @param reader reads tables
     * @param backend takes tables
     * @param names names for them, of a life that is greater than that of every object there is
     * @param settings memory and hash
     * @param usual how extents are spread unless a policy says otherwise; null if the store is not over drives
     * @param changesMax so many changed entries are kept in memory
     */
    public CatalogBuilder(
            TableReader reader,
            ExtentBackend backend,
            NameSource names,
            EngineSettings settings,
            @Nullable Redundancy usual,
            long changesMax) {
        this.reader = reader;
        this.backend = backend;
        this.names = names;
        this.changesMax = changesMax;
        domains = new FoundDomains(usual);
        sink = new ObjectSink(backend, names, settings.identity(), TableLayout.PAGE_BYTES);
        state = new StateMap(lock, reader, TableStack.EMPTY);
        listings = new Listings(state);
    }

    /**
     * What an extent shows of how it is stored.
     *
     * @param codec the number of its codec
     * @param encrypted whether it is encrypted
     * @param redundancy how its shards, or those of its pack, are spread; null if the store is not over drives
     */
    public record Traits(
            int codec, boolean encrypted, @Nullable Redundancy redundancy) {}

    /**
     * A copy of an extent that was found.
     *
     * @param id its id
     * @param kind its kind, but no pack
     * @param life with counter: the name that it was put under
     * @param counter with life: the name that it was put under
     * @param plainBytes its logical length
     * @param storedBytes the length of its image
     * @param home where the image is: an object, or a pack that was added before
     * @param traits how it is stored
     * @param node what it refers to, if it is a node
     */
    public record Copy(
            ExtentId id,
            ExtentKind kind,
            int life,
            long counter,
            int plainBytes,
            int storedBytes,
            Home home,
            Traits traits,
            @Nullable ExtentNode node) {

        /** The only place where a rebuilt entry is made. */
        ExtentEntry entry(int domain, long count, long explicit, int liveBytes) {
            return new ExtentEntry(
                    kind, domain, life, counter, plainBytes, storedBytes, count, explicit, liveBytes, home);
        }
    }

    /**
     * Looks an extent up.
     *
     * @param id which one
     * @return its entry; null if there is none yet
     * @throws IOException if the tables could not be read
     */
    public @Nullable ExtentEntry find(ExtentId id) throws IOException {
        byte[] value = state.get(Key.extent(id));
        return value == null ? null : ExtentEntry.decode(id, value);
    }

    /**
     * Adds an extent, or takes this copy for it instead of another. What a node refers to gets a reference, and an entry without bytes
     * until its own copy is found.
     *
     * @param copy what was found
     * @throws IOException if the tables could not be read or written
     */
    public void put(Copy copy) throws IOException {
        Edits edits = new Edits(state);
        ExtentEntry before = edits.entry(copy.id());
        boolean first = before == null || before.isLost();
        if (before != null && before.home() instanceof Home.InPack pack) {
            addMember(edits, pack.pack(), -1, -before.storedBytes());
        }
        int domain = use(edits, domains.of(copy.traits()));
        edits.set(
                copy.id(),
                copy.entry(domain, before == null ? 0 : before.count(), before == null ? 0 : before.explicit(), 0));
        if (copy.home() instanceof Home.InPack pack) {
            addMember(edits, pack.pack(), 1, copy.storedBytes());
            ExtentEntry entry = edits.entry(pack.pack());
            edits.set(pack.pack(), entry == null ? null : entry.withDomain(domain));
        }
        ExtentNode node = copy.node();
        if (first && node != null) {
            for (ExtentNode.Child child : node.children()) {
                refer(edits, child, node.level(), domain);
            }
        }
        if (before != null && before.isLost()) {
            lost--;
        }
        commit(edits);
    }

    /** Has a domain that extents are in be one of the catalog's. */
    private int use(Edits edits, int number) throws IOException {
        Key key = Key.domain(number);
        if (number != PolicyTable.PLAIN_DOMAIN && state.get(key) == null) {
            domainsUsed = true;
            edits.other(key, PolicyCodec.encode(domains.domain(number)));
        }
        return number;
    }

    private static void addMember(Edits edits, ExtentId pack, int members, int bytes) throws IOException {
        edits.addCount(pack, members);
        ExtentEntry entry = edits.entry(pack);
        if (entry != null) {
            edits.set(pack, entry.withLiveBytes(entry.liveBytes() + bytes));
        }
    }

    private void refer(Edits edits, ExtentNode.Child child, int level, int parent) throws IOException {
        if (edits.entry(child.id()) == null) {
            int plainBytes = level == 1 ? (int) Math.min(child.bytes(), EngineSettings.MAX_EXTENT_BYTES) : 0;
            int domain = use(edits, domains.ofLost(child.id(), parent));
            // Under a name that no object has or will have.
            edits.set(child.id(), ExtentEntry.lost(domain, names.life(), names.nextCounter(), plainBytes));
            lost++;
        }
        edits.addCount(child.id(), 1);
    }

    /**
     * Adds a pack without members, or takes this copy for it instead of another.
     *
     * @param copy what was found
     * @throws IOException if the tables could not be read or written
     */
    public void putPack(Copy copy) throws IOException {
        Edits edits = new Edits(state);
        ExtentEntry before = edits.entry(copy.id());
        edits.set(
                copy.id(),
                copy.entry(
                        before == null ? PolicyTable.PLAIN_DOMAIN : before.domain(),
                        before == null ? 0 : before.count(),
                        0,
                        before == null ? 0 : before.liveBytes()));
        if (before != null && before.isLost()) {
            lost--;
        }
        commit(edits);
    }

    /**
     * Binds a name, unless it is taken.
     *
     * @param name the name
     * @param id what it is to refer to
     * @return whether it refers to that now; otherwise it is taken, or there is no such extent
     * @throws IOException if the tables could not be read or written
     */
    public boolean bind(String name, ExtentId id) throws IOException {
        Key key = Key.name(name);
        byte[] taken = state.get(key);
        if (taken != null) {
            return Names.target(taken).equals(id);
        }
        Edits edits = new Edits(state);
        if (edits.entry(id) == null) {
            return false;
        }
        edits.name(key, Names.encodeTarget(id), 1);
        edits.addCount(id, 1);
        commit(edits);
        return true;
    }

    /**
     * Gives an extent back what a former checkpoint knew of it: its domain, if it is stored like that, and the references that were taken
     * of it, unless that was done before.
     *
     * @param id which one; it is there
     * @param former its entry then
     * @return whether it has references now, and had none before
     * @throws IOException if the tables could not be read or written
     */
    public boolean recall(ExtentId id, ExtentEntry former) throws IOException {
        Edits edits = new Edits(state);
        ExtentEntry entry = edits.entry(id);
        if (entry == null || (entry.kind() != former.kind() && !entry.isLost())) {
            return false;
        }
        boolean retained = !entry.isLost() && entry.explicit() == 0 && former.explicit() > 0;
        if (retained) {
            entry = entry.withExplicit(former.explicit()).withCount(entry.count() + former.explicit());
        }
        edits.set(
                id,
                entry.withDomain(
                        entry.kind() == ExtentKind.PACK ? entry.domain() : domains.recall(entry, former.domain())));
        commit(edits);
        return retained;
    }

    /** Takes over a policy or a domain of a former checkpoint, unless there is one. Nothing has been put yet. */
    void adopt(Key key, byte[] value) throws IOException {
        if (state.get(key) == null) {
            if (key.isOf(CatalogLayout.DOMAIN)) {
                domainsUsed = true;
                domains.adopt(key.domainNumber(), domain(value));
            }
            Edits edits = new Edits(state);
            edits.other(key, value);
            commit(edits);
        }
    }

    private static Domain domain(byte[] value) {
        try {
            return PolicyCodec.decodeDomain(value);
        } catch (IllegalArgumentException e) {
            throw new DamagedException("a domain of a checkpoint makes no sense: " + e.getMessage(), e);
        }
    }

    /**
     * Tells what superblocks must say is in use.
     *
     * @return format features, a bit each
     */
    public long features() {
        return domainsUsed ? Superblock.DOMAINS : 0;
    }

    /**
     * Notes that the shards of an object are elsewhere than its name tells, if it is an object of an extent.
     *
     * @param object the object
     * @param placement where they are
     * @return whether it was
     * @throws IOException if the tables could not be read or written
     */
    public boolean place(ObjectName object, Placement placement) throws IOException {
        ExtentEntry entry = find(object.id());
        if (entry == null
                || entry.life() != object.life()
                || entry.counter() != object.counter()
                || !(entry.home() instanceof Home.OwnObject)) {
            return false;
        }
        Key key = Key.placement(object.life(), object.counter());
        Edits edits = new Edits(state);
        edits.placement(key, PlacementTable.encode(object, placement), state.get(key) == null ? 1 : 0);
        commit(edits);
        return true;
    }

    /**
     * Drops a pack in which nothing lives.
     *
     * @param pack its id
     * @throws IOException if the tables could not be read or written
     */
    public void drop(ExtentId pack) throws IOException {
        Edits edits = new Edits(state);
        ExtentEntry entry = edits.entry(pack);
        if (entry == null || entry.kind() != ExtentKind.PACK || entry.count() != 0) {
            throw new IllegalArgumentException(pack + " is no empty pack");
        }
        edits.set(pack, null);
        commit(edits);
    }

    /**
     * Lists extents that nothing refers to.
     *
     * @param after only ids greater than this one; null for all
     * @param limit how many at most
     * @return their ids; none at the end
     * @throws IOException if the tables could not be read
     */
    public List<ExtentId> unreferenced(@Nullable ExtentId after, int limit) throws IOException {
        return listings.unreferenced(after, limit);
    }

    /**
     * Counts extents that nodes refer to and of which no copy was found.
     *
     * @return how many there are so far
     */
    public long lost() {
        return lost;
    }

    /**
     * Names some of these.
     *
     * @param limit how many at most
     * @return their ids
     * @throws IOException if the tables could not be read
     */
    public List<ExtentId> lostIds(int limit) throws IOException {
        List<ExtentId> found = new ArrayList<>();
        ExtentId after = null;
        while (found.size() < Math.min(limit, lost)) {
            List<Map.Entry<ExtentId, ExtentEntry>> page = listings.extents(after, LOST_PAGE);
            if (page.isEmpty()) {
                break;
            }
            for (Map.Entry<ExtentId, ExtentEntry> entry : page) {
                after = entry.getKey();
                if (found.size() < limit && entry.getValue().isLost()) {
                    found.add(after);
                }
            }
        }
        return found;
    }

    /**
     * Reads a figure of what was added so far.
     *
     * @param figure which one
     * @return its value
     */
    public long figure(Counters.Figure figure) {
        return counters.get(figure);
    }

    private void commit(Edits edits) throws IOException {
        synchronized (lock) {
            edits.commit(counters);
        }
        if (state.changedEntries() >= changesMax) {
            flush();
        }
    }

    private void flush() throws IOException {
        Catalog.Frozen frozen = new Catalog.Frozen(state.freeze(), counters.copy());
        TableWork work = new TableWork(frozen, reader, sink);
        while (!work.step()) {
            // Until all is written and merged.
        }
        state.install(work.tables());
    }

    /**
     * Writes what is left and a manifest of it all, durably.
     *
     * @param nowMillis the time
     * @return the manifest, for a superblock to name; its checkpoint is followed by a new journal of this life
     * @throws IOException if that could not be written
     */
    public StoredObject finish(long nowMillis) throws IOException {
        flush();
        TableStack tables = state.view().tables();
        ReplayPoint point = ReplayPoint.BEGINNING;
        Manifest manifest = new Manifest(
                names.life(),
                point.segment(),
                point.offset(),
                point.nextSequence(),
                point.segment(),
                0,
                nowMillis,
                counters.toMap(),
                tables);
        List<StoredObject> stored = ManifestStore.write(manifest, sink);
        sink.sync();
        needed = Checkpointer.InForce.of(manifest, stored).objects();
        return stored.get(0);
    }

    /** The manifest is in force: deletes what was written on the way and is of no use now. Best effort: the rest are orphans. */
    public void settle() {
        for (String name : sink.written()) {
            if (!needed.contains(name)) {
                try {
                    backend.delete(name);
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "object {0} stays behind as an orphan: {1}", name, e);
                }
            }
        }
        sink.settle();
    }

    /** The manifest never was in force: deletes all that was written, best effort. */
    public void abandon() {
        sink.abandon(LOG);
    }
}
