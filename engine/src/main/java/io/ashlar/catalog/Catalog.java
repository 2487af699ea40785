package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.drive.Placement;
import io.ashlar.extent.ObjectName;
import io.ashlar.journal.JournalPosition;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 *   <li>The collector {@linkplain Liveness#mark marks} an extent of count zero, waits until all readers of that moment have
 *       left, and {@linkplain Liveness#condemn condemns} it if it still has no references and no holders, in the same
 *       critical section in which a put would find it. From then on no put finds it. A put that finds it before, and a count
 *       that falls again, remove the mark: an extent that came back and was given up again starts anew.
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
    private final Counters counters = new Counters();
    private final StateMap state;
    private final Listings listings;
    private final Liveness liveness;
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
        listings = new Listings(state);
        Reservations reservations = new Reservations();
        Marks marks = new Marks();
        liveness = new Liveness(lock, state, reservations, marks, pins, probe);
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
        return liveness.admit(id, domain);
    }

    /**
     * Holds an extent that somebody refers to. Any thread.
     *
     * @param id which one
     * @return whether there is such an extent; otherwise nothing is held
     * @throws IOException if the tables could not be read
     */
    public boolean hold(ExtentId id) throws IOException {
        return liveness.hold(id);
    }

    /**
     * Lets go of an extent. Any thread.
     *
     * @param id one that {@link #admit} or {@link #hold} held
     */
    public void unhold(ExtentId id) {
        liveness.unhold(id);
    }

    /**
     * Ends the storing of an extent that {@link #admit} found new, because it is stored or because that failed; the hold
     * goes on. Any thread.
     *
     * @param id which one
     */
    public void endStoring(ExtentId id) {
        liveness.endStoring(id);
    }

    /**
     * Tells whether {@link #admit} would find an extent busy. Any thread.
     *
     * @param id which one
     * @return whether to wait
     */
    public boolean isBusy(ExtentId id) {
        return liveness.isBusy(id);
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
        return value == null ? null : ExtentEntry.decode(id, value);
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
        return entry == null || entry.count() != 0 || liveness.isHeld(id) ? entry : null;
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
        return listings.names(after, limit);
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
        return listings.extents(after, limit);
    }

    /** Lists what is there, for those inside. */
    Listings listings() {
        return listings;
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

    /** Where the collector marks and condemns extents. */
    Liveness liveness() {
        return liveness;
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
}
