package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.FsckReport;
import io.ashlar.FsckReport.Kind;
import io.ashlar.ProgressListener;
import io.ashlar.StorageException;
import io.ashlar.UnknownKeyException;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.catalog.table.EntryCursor;
import io.ashlar.catalog.table.PartitionedCounter;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.extent.BackendSource;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ExtentReader;
import io.ashlar.format.CatalogLayout;
import io.ashlar.journal.Journal;
import io.ashlar.spi.Disk;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks everything: the anchors, the journal, the objects of the checkpoints, every page of every extent, and every count
 * against the references that there are.
 *
 * <p>Works on the tables of a checkpoint, which stand still, while writing goes on; the collector must rest meanwhile, and the
 * tables must be kept. What a count should be is recomputed from the references themselves: those taken explicitly, names, the
 * children in nodes, and the members of packs. Counting happens in as many passes as a fixed amount of memory asks for.
 */
public final class Fsck {
    private static final byte[] EVERYTHING = {};

    private final Catalog catalog;
    private final TableReader reader;
    private final TableStack tables;
    private final ExtentAccess access;
    private final ExtentBackend backend;
    private final List<Checkpointer.InForce> checkpoints;
    private final EngineSettings settings;
    private final LongConsumer throttle;
    private final ProgressListener listener;

    private final List<FsckReport.Finding> findings = new ArrayList<>();
    /** Nodes whose references cannot be counted; one node stands for hundreds of extents. */
    private final Set<ExtentId> unreadable = new HashSet<>();

    private final Scratch scratch = new Scratch();
    private long problems;
    private long extents;
    private long bytes;
    private long references;
    private boolean stopped;
    /** Whether there are extents by a keyed hash, whose references are counted by themselves. */
    private boolean encrypted;

    private ExtentId.Hash counted;

    /**
     * Prepares a check; reads nothing yet.
     *
     * @param catalog what there is
     * @param reader reads tables
     * @param access reads extents
     * @param backend holds objects
     * @param checkpoints the checkpoints whose objects are checked, the newest first
     * @param settings memory and hash
     * @param throttle is told of bytes that were read, and may wait
     * @param listener is told how far it has come
     */
    public Fsck(
            Catalog catalog,
            TableReader reader,
            ExtentAccess access,
            ExtentBackend backend,
            List<Checkpointer.InForce> checkpoints,
            EngineSettings settings,
            LongConsumer throttle,
            ProgressListener listener) {
        this.catalog = catalog;
        this.reader = reader;
        this.tables = catalog.tables();
        this.access = access;
        this.backend = backend;
        this.checkpoints = checkpoints;
        this.settings = settings;
        counted = settings.identity();
        this.throttle = throttle;
        this.listener = listener;
    }

    /**
     * Notes problems that were found and mended when the store was opened.
     *
     * @param mended a sentence each
     */
    public void mended(List<String> mended) {
        mended.forEach(problem -> found(Kind.REPAIRED, "the store", problem));
    }

    /**
     * Checks what does not depend on the catalog's tables.
     *
     * @param disk files
     * @param directory the store's directory
     * @param journal the journal
     * @throws IOException if something could not be read at all
     */
    public void checkAnchors(Disk disk, Path directory, Journal journal) throws IOException {
        listener.progress("superblocks", 0, 0);
        SuperblockStore.Loaded loaded = SuperblockStore.load(disk, directory);
        if (loaded == null) {
            found(Kind.MISSING, directory.toString(), "both superblocks are gone");
        } else {
            loaded.problems().forEach(problem -> found(Kind.DAMAGED, directory.toString(), problem));
        }
        listener.progress("journal", 0, 0);
        bytes += journal.verify(
                throttle,
                damage -> found(
                        Kind.DAMAGED,
                        String.format(Locale.ROOT, "journal/%016x.seg", damage.segment()),
                        damage.message() + " at offset " + damage.offset() + ", record " + damage.sequence()));
    }

    /**
     * Runs the check.
     *
     * @return what was found
     * @throws IOException if the check could not be done
     */
    public FsckReport run() throws IOException {
        access.forgetAll();
        checkCheckpoints();
        if (!stopped) {
            checkExtents();
        }
        if (!stopped) {
            checkCounts();
        }
        return new FsckReport(!stopped, extents, bytes, references, problems, List.copyOf(findings));
    }

    private void found(Kind kind, String object, String message) {
        problems++;
        if (findings.size() < FsckReport.MAX_FINDINGS) {
            findings.add(new FsckReport.Finding(kind, object, message));
        }
    }

    private void progress(String phase, long done, long total) {
        if (!listener.progress(phase, done, total)) {
            stopped = true;
        }
    }

    // ---- objects of checkpoints ---------------------------------------------------------------------------------

    private void checkCheckpoints() throws IOException {
        Set<String> objects = new TreeSet<>();
        checkpoints.forEach(checkpoint -> objects.addAll(checkpoint.objects()));
        long done = 0;
        for (String name : objects) {
            checkObject(name);
            progress("catalog", ++done, objects.size());
            if (stopped) {
                return;
            }
        }
    }

    private void checkObject(String name) throws IOException {
        Optional<ObjectStat> stat = backend.stat(name);
        if (stat.isEmpty()) {
            found(Kind.MISSING, name, "an object of a checkpoint is gone; the catalog cannot be read in full");
            return;
        }
        try {
            throttle.accept(stat.get().sizeBytes());
            ExtentReader extent = ExtentReader.open(
                    new BackendSource(backend, name), stat.get().sizeBytes());
            extent.verifyDeep(scratch.of(extent.presentBytes()));
            bytes += stat.get().sizeBytes();
        } catch (StorageException | IOException e) {
            found(Kind.DAMAGED, name, "an object of a checkpoint: " + e.getMessage());
        }
    }

    // ---- extents ------------------------------------------------------------------------------------------------

    private void checkExtents() throws IOException {
        long total = catalog.counters().get(Counters.Figure.EXTENTS);
        EntryCursor cursor = tables.cursor(reader, EVERYTHING, null);
        while (!stopped && advance(cursor)) {
            Key key = new Key(cursor.key());
            if (key.isOf(CatalogLayout.NAME)) {
                checkName(key, cursor.value());
            }
            if (key.isOf(CatalogLayout.EXTENT)) {
                checkExtent(key);
                extents++;
                if ((extents & 63) == 0) {
                    progress("extents", extents, total);
                }
            }
        }
        progress("extents", extents, total);
    }

    /** Goes on in the tables; damage there has been found already, and ends the walk. */
    private boolean advance(EntryCursor cursor) throws IOException {
        try {
            return cursor.next();
        } catch (DamagedException e) {
            found(Kind.DAMAGED, "the catalog", "what follows in it cannot be checked: " + e.getMessage());
            return false;
        }
    }

    private void checkName(Key key, byte @Nullable [] target) {
        try {
            String name = key.name();
            if (target != null && !isIdentity(Names.target(target))) {
                found(Kind.DAMAGED, "name '" + name + "'", "it refers to what no extent of this store can be");
            }
        } catch (DamagedException e) {
            found(Kind.DAMAGED, "the catalog", String.valueOf(e.getMessage()));
        }
    }

    private void checkExtent(Key key) throws IOException {
        ExtentId id;
        try {
            id = key.id();
        } catch (DamagedException e) {
            found(Kind.DAMAGED, "the catalog", String.valueOf(e.getMessage()));
            return;
        }
        if (!isIdentity(id)) {
            found(Kind.DAMAGED, "extent " + id, "extents of this store are identified by " + settings.identity());
        }
        encrypted |= id.hash() == ExtentId.Hash.HMAC_SHA_256;
        try {
            Long read = access.read(id, catalog::find, (extent, entry) -> {
                throttle.accept(entry.storedBytes());
                extent.verifyDeep(scratch.of(extent.presentBytes()));
                return (long) entry.storedBytes();
            });
            bytes += read == null ? 0 : read;
        } catch (UnknownKeyException e) {
            checkStored(id, e);
        } catch (StorageException | IOException e) {
            // One that the disk fails to read is as lost as one that reads wrong, and no reason to leave out the
            // others.
            found(Kind.DAMAGED, "extent " + id, e.getMessage() + affectedBy(id));
        }
    }

    /** What can be said of an extent without the key. */
    private void checkStored(ExtentId id, UnknownKeyException locked) throws IOException {
        try {
            ByteBuffer image = access.image(id);
            if (image != null) {
                throttle.accept(image.remaining());
                bytes += image.remaining();
            }
            found(Kind.LOCKED, "extent " + id, locked.getMessage() + affectedBy(id));
        } catch (StorageException | IOException e) {
            found(Kind.DAMAGED, "extent " + id, e.getMessage() + affectedBy(id));
        }
    }

    /** Encrypted extents are identified by a keyed hash, and the reader insists that no others are; all others by that of the store. */
    private boolean isIdentity(ExtentId id) {
        return id.hash() == settings.identity() || id.hash() == ExtentId.Hash.HMAC_SHA_256;
    }

    private String affectedBy(ExtentId id) throws IOException {
        try {
            ExtentEntry entry = catalog.find(id);
            if (entry == null) {
                return "";
            }
            if (entry.kind() == ExtentKind.NODE) {
                unreadable.add(id);
            }
            return "; " + entry.count() + " references to it";
        } catch (DamagedException e) {
            return ""; // It is the entry that is damaged.
        }
    }

    // ---- counts -------------------------------------------------------------------------------------------------

    private void checkCounts() throws IOException {
        checkCounts(settings.identity());
        if (encrypted) {
            checkCounts(ExtentId.Hash.HMAC_SHA_256);
        }
    }

    private void checkCounts(ExtentId.Hash hash) throws IOException {
        counted = hash;
        PartitionedCounter counter =
                new PartitionedCounter(hash, Math.min(64L << 20, Math.max(1 << 16, settings.memoryBudgetBytes() / 4)));
        int of = 1;
        int partition = 0;
        while (partition < of && !stopped) {
            references = 0;
            counter.begin(partition, of);
            if (count(counter)) {
                counter.forEach(this::checkCount);
                partition++;
            } else {
                partition *= 2;
                of *= 2;
            }
            progress("references", partition, of);
        }
    }

    private void checkCount(ExtentId id, long difference) {
        if (difference > 0) {
            boolean there = tablesHold(id);
            found(
                    there ? Kind.MISCOUNTED : Kind.MISSING,
                    "extent " + id,
                    there
                            ? "has " + difference + " references more than its count says"
                            : "is not there, but has " + difference
                                    + " references: of names, nodes, or members of a pack");
        } else if (difference < 0 && unreadable.isEmpty()) {
            // Otherwise they may be those of a node that cannot be read, which is found already.
            found(Kind.MISCOUNTED, "extent " + id, "has " + -difference + " references fewer than its count says");
        }
    }

    private boolean tablesHold(ExtentId id) {
        try {
            return tables.get(reader, Key.extent(id).bytes()) != null;
        } catch (IOException | DamagedException e) {
            // Damage to the tables is found already.
            return true;
        }
    }

    /** Adds all references and takes off all counts: what is left is the error. False if there are too many ids. */
    private boolean count(PartitionedCounter counter) throws IOException {
        EntryCursor cursor = tables.cursor(reader, EVERYTHING, null);
        while (advance(cursor)) {
            Key key = new Key(cursor.key());
            byte[] value = cursor.value();
            if (value != null && !count(counter, key, value)) {
                return false;
            }
        }
        return true;
    }

    private boolean count(PartitionedCounter counter, Key key, byte[] value) {
        try {
            if (key.isOf(CatalogLayout.EXTENT)) {
                return count(counter, key.id(), ExtentEntry.decode(key.id(), value));
            }
            if (key.isOf(CatalogLayout.NAME)) {
                references++;
                return add(counter, Names.target(value), 1);
            }
        } catch (DamagedException e) {
            if (problems == 0) {
                // Else it was found while the extents and names were checked.
                found(Kind.DAMAGED, "the catalog", String.valueOf(e.getMessage()));
            }
        }
        return true;
    }

    /** Adds, unless the id is of another hash: that is counted by itself, or cannot be one of this store and is found already. */
    private boolean add(PartitionedCounter counter, ExtentId id, long delta) {
        return id.hash() != counted || counter.add(id, delta);
    }

    private boolean count(PartitionedCounter counter, ExtentId id, ExtentEntry entry) {
        references += entry.explicit();
        boolean room = add(counter, id, entry.explicit() - entry.count());
        if (entry.home() instanceof Home.InPack pack) {
            references++;
            room &= add(counter, pack.pack(), 1);
        }
        if (entry.kind() == ExtentKind.NODE && !unreadable.contains(id)) {
            for (ExtentNode.Child child : children(id)) {
                references++;
                room &= add(counter, child.id(), 1);
            }
        }
        return room;
    }

    private List<ExtentNode.Child> children(ExtentId id) {
        try {
            ExtentNode node = access.read(id, catalog::find, (extent, present) -> ExtentNode.read(extent));
            List<ExtentNode.Child> children = node == null ? List.of() : node.children();
            for (ExtentNode.Child child : children) {
                if (!isIdentity(child.id())) {
                    throw new DamagedException("it refers to " + child.id() + ", which no extent of this store can be");
                }
            }
            return children;
        } catch (StorageException | IOException e) {
            unreadable.add(id);
            found(Kind.DAMAGED, "extent " + id, "it cannot be read: " + e.getMessage());
            return List.of();
        }
    }
}
