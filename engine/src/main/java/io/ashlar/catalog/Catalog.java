package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.CatalogLayout;
import io.ashlar.journal.JournalPosition;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every extent of the store: how many references it has and where its bytes are; and every name.
 *
 * <p>The rules that everything rests on:
 *
 * <ol>
 *   <li>Durable state is changed by {@link #apply} and {@link #durable} alone, in journal order, on one thread; recovery runs
 *       the same code over the same records.
 *   <li>A reference counts from the moment its record is applied; until then the operation <em>holds</em> the extent ({@link
 *       #admit}, {@link #hold}). A release counts only once its record is durable. So a count of zero without holders means:
 *       no state that a crash could bring back refers to the extent.
 *   <li>The collector {@link #mark}s an extent of count zero, waits until all readers of that moment have left, and {@link
 *       #condemn}s it if it still has no references and no holders, in the same critical section in which a put would find
 *       it. From then on no put finds it. A put that finds it before, and a count that falls again, remove the mark: an
 *       extent that came back and was given up again starts anew.
 *   <li>Its entry goes when the record of the sweep is applied, its bytes when that record is durable.
 * </ol>
 *
 * <p>Safe for use by many threads, as said for each method. Critical sections are short and do no I/O.
 */
public final class Catalog {
    /** What a put finds. */
    public enum Admission {
        /** The extent is not there. The caller stores it and ends with {@link #endStoring}, then {@link #unhold}. */
        NEW,
        /** The extent is there; the caller holds it until {@link #unhold}. */
        HIT,
        /** An extent of another domain has that id. The caller holds nothing, and asks for the next discriminator. */
        OTHER_DOMAIN,
        /** Somebody is storing the extent, or it is dying. The caller holds nothing, and asks again later. */
        BUSY
    }

    private final Object lock = new Object();
    private final Reservations reservations = new Reservations();
    private final Marks marks = new Marks();
    private final Counters counters = new Counters();
    private final StateMap state;
    private final Pins pins;
    private final Probe probe;
    private final CommandApplier applier;
    private final PolicyState policies;

    /**
     * Begins with the state of a checkpoint.
     *
     * @param reader reads tables
     * @param tables the checkpoint's tables
     * @param figures the checkpoint's counters
     * @param pins who is reading
     * @param probe watches
     */
    public Catalog(TableReader reader, TableStack tables, long[] figures, Pins pins, Probe probe) {
        state = new StateMap(lock, reader, tables);
        counters.load(figures);
        this.pins = pins;
        this.probe = probe;
        applier = new CommandApplier(lock, state, counters, reservations, marks, probe);
        policies = new PolicyState(state);
    }

    // ---- the committing thread ----------------------------------------------------------------------------------

    /**
     * Applies a record. On the committing thread.
     *
     * @param sequence the record's sequence number
     * @param type its type
     * @param payload its payload
     * @param position where the payload lies in the journal
     * @return how it went
     * @throws IOException if the tables could not be read; the state has not changed
     */
    public Outcome apply(long sequence, int type, ByteBuffer payload, JournalPosition position) throws IOException {
        int begin = payload.position();
        Command command = Command.decode(type, payload);
        payload.position(begin);
        Outcome outcome = applier.apply(sequence, command, payload, position);
        if (command instanceof PolicyCommand) {
            policies.changed();
        }
        return outcome;
    }

    /**
     * Counts what waited for its record to be durable: releases, and the deletion of dead bytes. On the committing thread.
     *
     * @param sequence everything up to this record is durable
     * @throws IOException if the tables could not be read
     */
    public void durable(long sequence) throws IOException {
        applier.durable(sequence);
    }

    /** How a command went. */
    public enum Outcome {
        /** Done. */
        DONE,
        /** There is no such extent, or no such reference to it. Nothing has changed. */
        NO_EXTENT,
        /** There is no such name. Nothing has changed. */
        NO_NAME
    }

    // ---- operations under way -----------------------------------------------------------------------------------

    /**
     * Looks for an extent on behalf of a put, and holds it. Any thread.
     *
     * @param id which one
     * @param domain the domain that the put is for
     * @return what was found
     * @throws IOException if the tables could not be read
     */
    public Admission admit(ExtentId id, int domain) throws IOException {
        return section(Key.extent(id), entry -> {
            if (reservations.isBusy(id)) {
                return Admission.BUSY;
            }
            if (entry != null && !ExtentEntry.isIn(domain, id, entry)) {
                return Admission.OTHER_DOMAIN;
            }
            if (entry == null) {
                reservations.beginStoring(id);
            } else {
                reservations.hold(id);
                // While it is held, readers find it. Should the put fail, they must be waited for like any others.
                marks.remove(id);
            }
            probe.reserved(id, entry != null);
            return entry == null ? Admission.NEW : Admission.HIT;
        });
    }

    /**
     * Holds an extent that somebody refers to. Any thread.
     *
     * @param id which one
     * @return whether there is such an extent; otherwise nothing is held
     * @throws IOException if the tables could not be read
     */
    public boolean hold(ExtentId id) throws IOException {
        return section(Key.extent(id), entry -> {
            boolean found = entry != null
                    && !reservations.isDying(id)
                    && (decode(id, entry).count() > 0 || reservations.isHeld(id));
            if (found) {
                reservations.hold(id);
                probe.held(id);
            }
            return found;
        });
    }

    /**
     * Lets go of an extent. Any thread.
     *
     * @param id one that {@link #admit} or {@link #hold} held
     */
    public void unhold(ExtentId id) {
        synchronized (lock) {
            reservations.unhold(id);
            probe.unreserved(id);
        }
    }

    /**
     * Ends the storing of an extent that {@link #admit} found new, because it is stored or because that failed; the hold
     * goes on. Any thread.
     *
     * @param id which one
     */
    public void endStoring(ExtentId id) {
        synchronized (lock) {
            reservations.endStoring(id);
        }
    }

    /**
     * Tells whether {@link #admit} would find an extent busy. Any thread.
     *
     * @param id which one
     * @return whether to wait
     */
    public boolean isBusy(ExtentId id) {
        synchronized (lock) {
            return reservations.isBusy(id);
        }
    }

    // ---- readers ------------------------------------------------------------------------------------------------

    /**
     * Looks an extent up whatever its count. Any thread; the answer stays useful while a pin is held that was taken before.
     *
     * @param id which one
     * @return its entry, if there is one
     * @throws IOException if the tables could not be read
     */
    public @Nullable ExtentEntry find(ExtentId id) throws IOException {
        byte[] value = state.read(Key.extent(id));
        return value == null ? null : decode(id, value);
    }

    /**
     * Looks an extent up that something refers to or holds. Any thread.
     *
     * @param id which one
     * @return its entry, if there is one
     * @throws IOException if the tables could not be read
     */
    public @Nullable ExtentEntry findLive(ExtentId id) throws IOException {
        ExtentEntry entry = find(id);
        if (entry != null && entry.count() == 0) {
            synchronized (lock) {
                return reservations.isHeld(id) ? entry : null;
            }
        }
        return entry;
    }

    /**
     * Looks a name up. Any thread.
     *
     * @param name which one
     * @return what it refers to, if there is such a name
     * @throws IOException if the tables could not be read
     */
    public @Nullable ExtentId resolve(String name) throws IOException {
        byte[] value = state.read(Key.name(name));
        return value == null ? null : Names.target(value);
    }

    /**
     * Lists names. Any thread.
     *
     * @param after only names greater than this one
     * @param limit how many at most
     * @return names and what they refer to
     * @throws IOException if the tables could not be read
     */
    public List<Map.Entry<String, ExtentId>> names(String after, int limit) throws IOException {
        Key from = after.isEmpty()
                ? Key.family(CatalogLayout.NAME)
                : Key.name(after).next();
        List<Map.Entry<String, ExtentId>> names = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.NAME + 1), limit)) {
            names.add(Map.entry(entry.getKey().name(), Names.target(entry.getValue())));
        }
        return names;
    }

    /**
     * Looks up where the shards of an object are. Any thread.
     *
     * @param object which one
     * @return where they are, if its name does not tell
     * @throws IOException if the tables could not be read
     */
    @Nullable
    Placement placement(ObjectName object) throws IOException {
        byte[] value = state.read(Key.placement(object.life(), object.counter()));
        return value == null
                ? null
                : PlacementTable.decode(object.life(), object.counter(), value).placement();
    }

    /**
     * Lists objects whose names do not tell where their shards are. Any thread.
     *
     * @param life only objects of this life or later
     * @param counter and of this life only those whose counter is greater; -1 for all
     * @param limit how many at most
     * @return objects and where their shards are
     * @throws IOException if the tables could not be read
     */
    List<PlacementTable.Entry> placements(int life, long counter, int limit) throws IOException {
        Key from = Key.placement(life, counter + 1);
        List<PlacementTable.Entry> found = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.PLACEMENT + 1), limit)) {
            Key key = entry.getKey();
            found.add(PlacementTable.decode(key.placementLife(), key.placementCounter(), entry.getValue()));
        }
        return found;
    }

    /**
     * Tells how extents are to be stored. Any thread.
     *
     * @return all policies as of now; the same object as long as none changes
     * @throws IOException if the tables could not be read
     */
    public PolicyTable policies() throws IOException {
        return policies.get();
    }

    /**
     * Reads the figures. Any thread.
     *
     * @return a consistent copy
     */
    public Counters counters() {
        synchronized (lock) {
            return counters.copy();
        }
    }

    long figure(Counters.Figure figure) {
        synchronized (lock) {
            return counters.get(figure);
        }
    }

    // ---- the collector ------------------------------------------------------------------------------------------

    /**
     * Lists extents that nothing refers to. Any thread; what changes meanwhile may be seen or not.
     *
     * @param after only ids greater than this one; null for all
     * @param limit how many at most
     * @return their ids; fewer than {@code limit} at the end
     * @throws IOException if the tables could not be read
     */
    List<ExtentId> unreferenced(@Nullable ExtentId after, int limit) throws IOException {
        return ids(CatalogLayout.ZERO, after, limit);
    }

    /** Lists packs with much garbage in them, like {@link #unreferenced}. */
    List<ExtentId> cleanable(@Nullable ExtentId after, int limit) throws IOException {
        return ids(CatalogLayout.CLEANABLE, after, limit);
    }

    private List<ExtentId> ids(byte family, @Nullable ExtentId after, int limit) throws IOException {
        Key from = Key.family(family);
        if (after != null) {
            from = (family == CatalogLayout.ZERO ? Key.zero(after) : Key.cleanable(after)).next();
        }
        List<ExtentId> ids = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(family + 1), limit)) {
            ids.add(entry.getKey().id());
        }
        return ids;
    }

    /**
     * Lists extents of any kind, whatever their counts. Any thread; what changes meanwhile may be seen or not.
     *
     * @param after only ids greater than this one; null for all
     * @param limit how many at most
     * @return ids and entries; fewer than {@code limit} at the end
     * @throws IOException if the tables could not be read
     */
    public List<Map.Entry<ExtentId, ExtentEntry>> extents(@Nullable ExtentId after, int limit) throws IOException {
        Key from = after == null
                ? Key.family(CatalogLayout.EXTENT)
                : Key.extent(after).next();
        List<Map.Entry<ExtentId, ExtentEntry>> page = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry : state.scan(from, Key.family(CatalogLayout.EXTENT + 1), limit)) {
            ExtentId id = entry.getKey().id();
            page.add(Map.entry(id, decode(id, entry.getValue())));
        }
        return page;
    }

    /**
     * Lists extents in the journal, the oldest segment first. Any thread.
     *
     * @param limit how many at most
     * @return segments and ids
     */
    List<Map.Entry<Long, ExtentId>> inline(int limit) throws IOException {
        return inline(null, limit);
    }

    /** Lists extents in the journal as they were in a state that was set apart. */
    List<Map.Entry<Long, ExtentId>> inline(StateMap.@Nullable View view, int limit) throws IOException {
        List<Map.Entry<Long, ExtentId>> found = new ArrayList<>();
        for (Map.Entry<Key, byte[]> entry :
                state.scan(view, Key.family(CatalogLayout.INLINE), Key.family(CatalogLayout.INLINE + 1), limit)) {
            found.add(Map.entry(entry.getKey().inlineSegment(), entry.getKey().inlineId()));
        }
        return found;
    }

    /**
     * Remembers who could be reading an extent that nothing refers to and nobody holds. Any thread.
     *
     * @param id which one
     * @param now the time in nanoseconds
     * @return whether it is marked now, or was already
     */
    boolean mark(ExtentId id, long now) throws IOException {
        return section(Key.extent(id), entry -> {
            if (entry == null
                    || decode(id, entry).count() != 0
                    || reservations.isDying(id)
                    || reservations.isHeld(id)) {
                return false;
            }
            marks.add(id, () -> pins.endEpoch(id), now);
            return true;
        });
    }

    /** What {@link #condemn} decided. */
    record Verdict(Fate fate, @Nullable ExtentEntry entry) {
        enum Fate {
            /** It dies: the caller commits its sweep, or calls {@link Catalog#reprieve}. */
            DIES,
            /** Not yet: a reader, a holder or the grace period is in the way. */
            LATER,
            /** It is gone, or referred to again; its mark is void. */
            SPARED
        }

        private static final Verdict LATER = new Verdict(Fate.LATER, null);
        private static final Verdict SPARED = new Verdict(Fate.SPARED, null);
    }

    /**
     * Lets an extent die if it was marked long enough ago, the readers of that moment have left, and nothing refers to it or
     * holds it. Any thread.
     *
     * @param id which one
     * @param now the time in nanoseconds
     * @param graceNanos how long it must have been marked
     * @return what was decided
     */
    Verdict condemn(ExtentId id, long now, long graceNanos) throws IOException {
        return section(Key.extent(id), value -> {
            if (value == null) {
                marks.remove(id);
                return Verdict.SPARED;
            }
            ExtentEntry entry = decode(id, value);
            if (entry.count() != 0) {
                marks.remove(id);
                return Verdict.SPARED;
            }
            if (reservations.isHeld(id) || reservations.isBusy(id) || !marks.isRipe(id, pins, now, graceNanos)) {
                return marks.has(id) ? Verdict.LATER : Verdict.SPARED;
            }
            reservations.beginDying(id);
            probe.condemned(id);
            return new Verdict(Verdict.Fate.DIES, entry);
        });
    }

    /** Takes back a {@link #condemn} whose sweep could not be committed. Any thread. */
    void reprieve(ExtentId id) {
        synchronized (lock) {
            reservations.endDying(id);
            probe.reprieved(id);
        }
    }

    /**
     * Names objects whose bytes are dead, durably so. Any thread.
     *
     * @param limit how many at most
     * @return their names; the caller deletes them, and calls {@link #erased} for each
     */
    List<String> erasable(int limit) {
        synchronized (lock) {
            return applier.erasable(limit);
        }
    }

    /** Ends what {@link #erasable} began: the object is gone, or has become an orphan. Any thread. */
    void erased(String objectName) {
        synchronized (lock) {
            applier.erased(objectName);
        }
    }

    /**
     * What memory has about an extent.
     *
     * @param holders how many operations count on it
     * @param storing whether a put is storing it
     * @param dying whether it is condemned
     * @param markEpoch the last epoch of readers that its mark waits for; 0 if it is not marked
     */
    record Standing(int holders, boolean storing, boolean dying, long markEpoch) {}

    /** Tells what memory has about an extent, for those who check the engine. Any thread. */
    Standing standing(ExtentId id) {
        synchronized (lock) {
            return new Standing(
                    reservations.holders(id),
                    reservations.isBusy(id) && !reservations.isDying(id),
                    reservations.isDying(id),
                    marks.epoch(id));
        }
    }

    /**
     * Tells whether an object is dead, or will be once the record that says so is durable: then its deletion is the
     * collector's business, and until then a crash may bring back the entry that names it. Any thread.
     *
     * @param objectName its name
     * @return whether it is
     */
    boolean isVacated(String objectName) {
        synchronized (lock) {
            return applier.isVacated(objectName);
        }
    }

    // ---- checkpoints --------------------------------------------------------------------------------------------

    /**
     * Sets the present state apart for a checkpoint. On the committing thread, when everything applied is durable.
     *
     * @return the state
     */
    Frozen freeze() {
        if (applier.hasDeferred()) {
            throw new IllegalStateException("a checkpoint begins when everything applied is durable");
        }
        synchronized (lock) {
            return new Frozen(state.freeze(), counters.copy());
        }
    }

    /** A state set apart. */
    record Frozen(StateMap.View view, Counters figures) {}

    /** Replaces what was set apart by the tables that hold it now. Any thread. */
    void install(TableStack tables) {
        state.install(tables);
    }

    /** Takes back a {@link #freeze} whose checkpoint failed. On the committing thread. */
    void thaw() {
        state.thaw();
    }

    /**
     * Tells how many keys have changed since the last checkpoint began. Any thread.
     *
     * @return the number
     */
    public long changedEntries() {
        return state.changedEntries();
    }

    /**
     * The tables of the last checkpoint. Any thread.
     *
     * @return the tables
     */
    public TableStack tables() {
        return state.view().tables();
    }

    // ---- critical sections --------------------------------------------------------------------------------------

    /** Decides with the lock held, given the value that a key has at that moment. */
    private interface Decision<T> {
        T decide(byte @Nullable [] value);
    }

    /** Runs a decision as one critical section on a key, without reading tables inside it. */
    private <T extends @Nullable Object> T section(Key key, Decision<T> decision) throws IOException {
        StateMap.View asked = null;
        byte[] fromTables = null;
        while (true) {
            synchronized (lock) {
                if (asked != null && state.isCurrent(asked, key)) {
                    return decision.decide(fromTables);
                }
                StateMap.InMemory found = state.lookup(key);
                if (found instanceof StateMap.InMemory.Known known) {
                    return decision.decide(known.value());
                }
                asked = ((StateMap.InMemory.AskTables) found).view();
            }
            try {
                fromTables = state.fromTables(asked, key);
            } catch (IOException | StorageException e) {
                state.throwUnlessReplaced(asked, e);
                asked = null;
            }
        }
    }

    private static ExtentEntry decode(ExtentId id, byte[] value) {
        return ExtentEntry.decode(id, value);
    }
}
