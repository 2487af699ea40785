package io.ashlar.catalog;

import io.ashlar.EngineSettings;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.Manifest;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableDescriptor;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.format.TableLayout;
import io.ashlar.journal.Journal;
import io.ashlar.journal.ReplayPoint;
import io.ashlar.spi.Clock;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints, so that the journal can shrink and opening has little to replay.
 *
 * <ol>
 *   <li>The journal rolls to a new segment, and small extents that lie before it are packed (by ordinary records).
 *   <li>Between two records, what has changed since the last checkpoint is set apart, together with the place in the journal.
 *   <li>That is written as one more sorted table; tables of like size are merged.
 *   <li>A manifest names the tables and the place, the superblock names the manifest. With the superblock forced, the checkpoint
 *       is in force.
 *   <li>What only the checkpoint <em>before the last</em> needed is let go: its tables, its segments. The last one stays usable,
 *       since the superblock's newest copy might be found damaged.
 * </ol>
 *
 * <p>A crash at any point leaves the last checkpoint in force, and objects that the search for orphans finds. An error before
 * the superblock is written does the same without a crash. Step-able, one thread at a time.
 */
public final class Checkpointer {
    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private enum Phase {
        IDLE,
        ROLLING,
        PACKING,
        FREEZING,
        WRITING,
        NAMING,
        ANCHORING,
        RETIRING,
        THAWING
    }

    /** A checkpoint that a superblock names, and every object that it needs. */
    public record InForce(@Nullable Manifest manifest, Set<String> objects) {
        /** The oldest segment of the journal that it needs. */
        long oldestSegment() {
            return manifest == null ? 1 : manifest.oldestSegment();
        }

        /**
         * Lists what a checkpoint needs.
         *
         * @param manifest its manifest
         * @param manifestObjects the objects that the manifest itself is in
         * @return the checkpoint
         */
        public static InForce of(Manifest manifest, List<StoredObject> manifestObjects) {
            Set<String> objects = new HashSet<>();
            manifestObjects.forEach(object -> objects.add(object.name()));
            for (TableDescriptor table : manifest.tables().tables()) {
                table.parts().forEach(part -> objects.add(part.object().name()));
            }
            return new InForce(manifest, objects);
        }

        /** The checkpoint of a store that has had none: everything is in the journal. */
        public static final InForce NONE = new InForce(null, Set.of());
    }

    private final Catalog catalog;
    private final TableReader reader;
    private final Journal journal;
    private final CommandPort port;
    private final ExtentBackend backend;
    private final SuperblockStore superblocks;
    private final NameSource names;
    private final Clock clock;
    private final ObjectSink sink;
    private final Packer packer;
    private final CheckpointRetention retention;
    private final Consumer<Throwable> fatal;

    private long features;
    private Phase phase = Phase.IDLE;
    private @Nullable CompletableFuture<Void> control;
    private boolean rolled;
    private long packBefore;
    private ReplayPoint point = ReplayPoint.BEGINNING;
    private Catalog.@Nullable Frozen frozen;
    private @Nullable CheckpointDraft draft;
    private long completed;
    private volatile long sequence = -1;

    /**
     * Makes a checkpointer.
     *
     * @param catalog what is to be written
     * @param reader reads tables
     * @param journal what is to shrink; touched only on the committing thread
     * @param port the way to that thread
     * @param access reads small extents
     * @param backend takes the tables
     * @param backends takes packs
     * @param superblocks the anchors
     * @param names names for objects
     * @param clock time
     * @param settings page size and hash
     * @param newest the checkpoint in force
     * @param older the one that the older superblock names
     * @param fatal is told of an error after which the store must not go on
     */
    public Checkpointer(
            Catalog catalog,
            TableReader reader,
            Journal journal,
            CommandPort port,
            ExtentAccess access,
            ExtentBackend backend,
            DomainBackends backends,
            SuperblockStore superblocks,
            NameSource names,
            Clock clock,
            EngineSettings settings,
            InForce newest,
            InForce older,
            Consumer<Throwable> fatal) {
        this.catalog = catalog;
        this.reader = reader;
        this.journal = journal;
        this.port = port;
        this.backend = backend;
        this.superblocks = superblocks;
        this.names = names;
        this.clock = clock;
        retention = new CheckpointRetention(newest, older);
        this.fatal = fatal;
        // Tables and manifests have pages of their own size, whatever the extents of the store have.
        sink = new ObjectSink(backend, names, settings.identity(), TableLayout.PAGE_BYTES);
        ObjectSink packSink = new ObjectSink(backend, names, settings.identity(), settings.extentPageBytes());
        // Whichever of the two was newer when this one was recovered.
        features = superblocks.newest().features();
        packer = new Packer(catalog, access, port, packSink, names, backends, settings);
    }

    /**
     * Has superblocks from the next on say that format features are in use. On the thread that steps.
     *
     * @param more their bits
     * @return whether that is new, and a checkpoint must be completed before anything relies on it
     */
    public boolean use(long more) {
        features |= more;
        return (superblocks.newest().features() & more) != more;
    }

    /** Begins a checkpoint, unless one is under way. */
    public void begin() {
        if (phase == Phase.IDLE) {
            phase = Phase.ROLLING;
        }
    }

    /**
     * Tells whether a checkpoint is under way.
     *
     * @return whether {@link #step} has something to do, or to wait for
     */
    public boolean isUnderWay() {
        return phase != Phase.IDLE;
    }

    /**
     * Tells whether what {@link #step} waits for has come. Any thread.
     *
     * @return whether it can go on
     */
    public boolean isReady() {
        CompletableFuture<Void> waitingFor = control;
        return waitingFor == null ? !packer.isUnderWay() || packer.isDone() : waitingFor.isDone();
    }

    /**
     * Tells what the last completed checkpoint holds.
     *
     * @return the sequence number of the last record in it; -1 if there was none in this life
     */
    public long sequence() {
        return sequence;
    }

    /**
     * The checkpoints that the superblocks name. On the thread that steps.
     *
     * @return the newest and the one before
     */
    public List<InForce> inForce() {
        return retention.inForce();
    }

    /**
     * Tells whether one more checkpoint would let go of segments, even if nothing has changed. On the thread that steps.
     *
     * @return whether the checkpoint before the last holds on to more than the last one
     */
    public boolean wouldFreeSegments() {
        return retention.wouldFreeSegments();
    }

    /**
     * Counts the checkpoints.
     *
     * @return how many were completed in this life
     */
    public long completed() {
        return completed;
    }

    /**
     * Tells whether a checkpoint in force needs an object. Any thread.
     *
     * @param objectName the object
     * @return whether it must stay
     */
    public boolean needs(String objectName) {
        return retention.needs(objectName);
    }

    /**
     * Keeps what later checkpoints no longer need, because somebody reads it. Any thread.
     *
     * @param keep whether; when it is let go, the next checkpoint deletes it
     */
    public void keepObsolete(boolean keep) {
        retention.keepObsolete(keep);
    }

    /**
     * Does one thing.
     *
     * @return whether it did; false if there is nothing to do, or while waiting for a record or the committing thread
     * @throws IOException if the checkpoint failed; the last one stays in force, and {@link #begin} begins anew
     * @throws StorageException likewise
     */
    public boolean step() throws IOException {
        Phase before = phase;
        try {
            return switch (phase) {
                case IDLE -> false;
                case ROLLING -> roll();
                case PACKING -> pack();
                case FREEZING -> freeze();
                case WRITING -> write();
                case NAMING -> name();
                case ANCHORING -> anchor();
                case RETIRING -> retire();
                case THAWING -> thaw();
            };
        } catch (IOException | RuntimeException e) {
            fail(before, e);
            throw e;
        }
    }

    private void fail(Phase during, Exception cause) {
        control = null;
        if (during == Phase.ANCHORING) {
            // The superblock on the disk may name the new checkpoint or the last one: only opening the store can tell.
            fatal.accept(cause);
            sink.settle();
        } else {
            sink.abandon(LOG);
        }
        draft = null;
        if (during == Phase.THAWING) {
            // Only a store that has failed altogether gets here.
            phase = Phase.IDLE;
        } else if (frozen != null) {
            phase = Phase.THAWING;
        } else {
            phase = Phase.IDLE;
        }
    }

    /** Runs something on the committing thread; true once it has run. */
    private boolean ran(CommandPort.Control action) {
        if (control == null) {
            control = port.control(action);
        }
        if (!control.isDone()) {
            return false;
        }
        CompletableFuture<Void> done = control;
        control = null;
        Futures.join(done);
        return true;
    }

    private boolean roll() {
        if (!ran(() -> {
            rollUnlessFull();
            packBefore = journal.replayPoint().segment();
        })) {
            return false;
        }
        phase = Phase.PACKING;
        return true;
    }

    /**
     * On the committing thread. Once a checkpoint, however often it is tried, and not into the reserve: that is for the
     * records which make room.
     */
    private void rollUnlessFull() throws IOException {
        if (rolled || !journal.roomFor(0)) {
            return;
        }
        try {
            journal.roll(true);
            rolled = true;
        } catch (DiskFullException e) {
            LOG.log(System.Logger.Level.DEBUG, "the checkpoint goes on in a segment that is not full: {0}", e);
        }
    }

    private boolean pack() throws IOException {
        if (packer.isUnderWay() && !packer.isDone()) {
            return false;
        }
        try {
            if (packer.isUnderWay()) {
                packer.finish();
            }
            if (!packer.beginFromJournal(packBefore)) {
                phase = Phase.FREEZING;
            }
        } catch (StoreFullException e) {
            // A checkpoint of what is packed so far lets go of its segments, which makes room for the next one to go
            // on.
            LOG.log(System.Logger.Level.DEBUG, "not everything could be packed: {0}", e);
            phase = Phase.FREEZING;
        }
        return true;
    }

    private boolean freeze() {
        if (!ran(() -> {
            frozen = catalog.freeze();
            point = journal.replayPoint();
        })) {
            return false;
        }
        Catalog.Frozen state = frozen;
        if (state == null) {
            throw new IllegalStateException("nothing is set apart");
        }
        draft = new CheckpointDraft(state, point, reader, sink);
        phase = Phase.WRITING;
        return true;
    }

    private CheckpointDraft draft() {
        CheckpointDraft underWay = draft;
        if (underWay == null) {
            throw new IllegalStateException("no checkpoint is being written");
        }
        return underWay;
    }

    private boolean write() throws IOException {
        if (draft().write()) {
            phase = Phase.NAMING;
        }
        return true;
    }

    private boolean name() throws IOException {
        draft().name(catalog.listings(), names.life(), clock.currentTimeMillis());
        phase = Phase.ANCHORING;
        return true;
    }

    private boolean anchor() throws IOException {
        CheckpointDraft.Named named = draft().named();
        superblocks.write(superblocks.newest().next(named.first()).withFeatures(features));
        retention.advance(named.checkpoint(), sink.written());
        catalog.install(named.tables());
        frozen = null;
        draft = null;
        sink.settle();
        phase = Phase.RETIRING;
        return true;
    }

    private boolean retire() throws IOException {
        long keep = retention.oldestSegment();
        if (!ran(() -> journal.truncate(keep))) {
            return false;
        }
        retention.deleteObsolete(backend);
        sequence = point.nextSequence() - 1;
        completed++;
        rolled = false;
        phase = Phase.IDLE;
        return true;
    }

    private boolean thaw() {
        if (!ran(catalog::thaw)) {
            return false;
        }
        frozen = null;
        phase = Phase.IDLE;
        return true;
    }
}
