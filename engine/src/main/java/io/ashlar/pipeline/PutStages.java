package io.ashlar.pipeline;

import io.ashlar.BackendException;
import io.ashlar.DamagedException;
import io.ashlar.Encryption;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.StorageException;
import io.ashlar.StoreFullException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Command;
import io.ashlar.catalog.CommandPort;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.catalog.NameSource;
import io.ashlar.extent.ContentComparer;
import io.ashlar.extent.ContentHasher;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentEncoding;
import io.ashlar.extent.ObjectName;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.KeyProvider;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What happens to an extent between the caller and its record: hash, dedup, compare, compress and encrypt, place, commit. Each method is one stage
 * and leaves the task ready for the next; whoever drives them, a ring, the calling thread or a simulator, calls {@link #fail}
 * with whatever a stage throws.
 *
 * <pre>
 * {@link #encode} → {@link #admit} ─ NEW ─────────────────► {@link #seal} → {@link #store} → {@link #harden} → {@link #commitStored}
 *              ▲    ├ BUSY: ask again later
 *              ├────┤ OTHER_DOMAIN: next discriminator
 *              │    └ HIT → {@link #compare} ─ equal ────► {@link #commitHit}
 *              │                 │  └ damaged ─► {@link #seal} → … → {@link #commitStored}: the new copy takes its place
 *              └─────────────────┘ another content with the same hash: next discriminator
 * </pre>
 *
 * <p>Bytes come before references: {@link #harden} has synced an object before {@link #commitStored} submits the record that names it.
 * Safe for use by many threads, one to a task.
 */
public final class PutStages {
    private static final System.Logger LOG = System.getLogger(PutStages.class.getName());

    private final Catalog catalog;
    private final ExtentAccess access;
    private final ExtentBackend backend;
    private final StorageDomain plain;
    private final SealBench.Pool benches;
    private final NameSource names;
    private final CommandPort port;
    private final EngineSettings settings;
    private final DiskReserve reserve;
    private final Probe probe;

    /**
     * Makes the stages.
     *
     * @param catalog knows what is stored
     * @param access reads what is stored, to compare
     * @param backend takes what is too large for the journal
     * @param names names for objects
     * @param port takes the records
     * @param settings hash and threshold
     * @param reserve refuses what the disk has no room for
     * @param entropy what encrypted images differ by
     * @param probe watches
     */
    public PutStages(
            Catalog catalog,
            ExtentAccess access,
            ExtentBackend backend,
            NameSource names,
            CommandPort port,
            EngineSettings settings,
            DiskReserve reserve,
            Entropy entropy,
            Probe probe) {
        this.catalog = catalog;
        this.access = access;
        this.backend = backend;
        plain = StorageDomain.plain(backend);
        benches = new SealBench.Pool(entropy);
        this.names = names;
        this.port = port;
        this.settings = settings;
        this.reserve = reserve;
        this.probe = probe;
    }

    /**
     * Hashes the content and builds the image.
     *
     * @param task what to encode
     * @param encoder one of the calling thread's
     * @param image room for the image, of {@link PutTask#maxImageBytes} bytes at least; the task's until it is done
     * @throws IOException if the key that identifies encrypted content cannot be had just now
     */
    public void encode(PutTask task, ExtentEncoder encoder, ByteBuffer image) throws IOException {
        ContentHasher hasher = hasher(task, encoder);
        task.id = task.sparse == null
                ? encoder.encode(task.kind, task.pageBytes, task.plain, hasher, image)
                : encoder.encode(task.kind, task.sparse, hasher, image);
        task.image = image;
    }

    private ContentHasher hasher(PutTask task, ExtentEncoder encoder) throws IOException {
        ExtentEncoding encoding = domain(task).encoding();
        KeyProvider keys = encoding.keys();
        return keys == null || encoding.encryption() == Encryption.NONE
                ? encoder.hasher(settings.identity())
                : encoder.hasher(keys);
    }

    private StorageDomain domain(PutTask task) {
        StorageDomain domain = task.domain;
        return domain == null ? plain : domain;
    }

    /**
     * Finds out whether the extent is stored, and holds it. Where another domain has its id, it gets the next discriminator, and is to
     * be admitted afresh.
     *
     * @param task what to look for
     * @return as {@link Catalog#admit}
     * @throws IOException if the catalog could not be read
     */
    public Catalog.Admission admit(PutTask task) throws IOException {
        Catalog.Admission admission = catalog.admit(task.id(), domain(task).number());
        task.storing = admission == Catalog.Admission.NEW;
        task.holding = task.storing || admission == Catalog.Admission.HIT;
        if (admission == Catalog.Admission.OTHER_DOMAIN) {
            tellApart(task);
        }
        return admission;
    }

    /** What {@link #compare} found. */
    public enum Comparison {
        /** The same content. */
        EQUAL,
        /** Other content with the same hash; the task has the next discriminator now and is admitted afresh. */
        OTHER,
        /** What is stored is damaged, and nothing that is left of it speaks against its being the same; the task stores it again. */
        DAMAGED
    }

    /**
     * Compares the content with what is stored under its hash, byte for byte.
     *
     * @param task one that was admitted as a hit
     * @return what was found
     * @throws IOException if what is stored cannot be read just now
     */
    public Comparison compare(PutTask task) throws IOException {
        try {
            Boolean equal = access.read(
                    task.id(), catalog::find, (reader, entry) -> ContentComparer.equal(reader, task.image()));
            if (equal == null) {
                throw new IllegalStateException("extent " + task.id() + " vanished while it was held");
            }
            if (equal) {
                return Comparison.EQUAL;
            }
        } catch (DamagedException e) {
            if (!isCertainlyOther(task)) {
                LOG.log(System.Logger.Level.WARNING, "extent {0} is stored again: {1}", task.id(), e.getMessage());
                return Comparison.DAMAGED;
            }
        }
        unhold(task);
        tellApart(task);
        return Comparison.OTHER;
    }

    private static void tellApart(PutTask task) {
        ExtentId next = task.id().nextDiscriminator();
        ExtentEncoder.stampDiscriminator(task.image(), next.discriminator());
        task.id = next;
    }

    /** Whoever refers to a damaged extent must not find another one in its place, only because both have one hash. */
    private boolean isCertainlyOther(PutTask task) throws IOException {
        try {
            Boolean other = access.read(
                    task.id(), catalog::find, (reader, entry) -> ContentComparer.certainlyOther(reader, task.image()));
            return other != null && other;
        } catch (DamagedException e) {
            // Not even its header can be read: the hash is all there is.
            return false;
        }
    }

    /**
     * Tells whether the image travels in the journal.
     *
     * @param task an encoded task
     * @return whether {@link #store} has nothing to do
     */
    boolean isInline(PutTask task) {
        return task.plain.remaining() <= settings.inlineThresholdBytes();
    }

    /** Gives an encoded extent the id that it is known by, which differs by the discriminator at most. */
    void rename(PutTask task, ExtentId id) {
        if (!Arrays.equals(task.id().digest(), id.digest())) {
            throw new DamagedException("extent " + id + " has the content of " + task.id() + "; restore a copy of it");
        }
        ExtentEncoder.stampDiscriminator(task.image(), id.discriminator());
        task.id = id;
    }

    /**
     * Compresses and encrypts the image, if its domain says so. Comes after {@link #admit}: what is there already needs neither.
     *
     * @param task one that is new, or whose stored copy is damaged
     * @throws io.ashlar.UnknownKeyException if the key provider does not know its own current key
     * @throws IOException if the key cannot be had just now
     */
    public void seal(PutTask task) throws IOException {
        ExtentEncoding encoding = domain(task).encoding();
        if (encoding.isPlain()) {
            return;
        }
        int plainBytes = task.sparse == null ? task.plain.remaining() : task.sparse.plainBytes();
        int bytes = encoding.maxImageBytes(plainBytes, task.pageBytes);
        SealBench bench = benches.take(bytes);
        task.bench = bench;
        task.sealed = bench.sealer.seal(task.image(), encoding, bench.room(bytes));
    }

    /**
     * Stores the image, unless it travels in the journal.
     *
     * @param task one that is sealed
     * @param counter from {@link NameSource#nextCounter}
     * @throws io.ashlar.spi.DiskFullException if the disk has no room for it beside the reserve; nothing is stored
     * @throws IOException if the backend could not take it
     */
    public void store(PutTask task, long counter) throws IOException {
        reserve.take(task.stored().remaining());
        if (isInline(task)) {
            return;
        }
        String name = ObjectName.of(task.kind, task.id(), names.life(), counter);
        task.objectName = name;
        names.begin(name);
        probe.storing(name);
        domain(task).backend().put(name, task.stored());
    }

    /**
     * Makes durable what {@link #store} has stored.
     *
     * @param task the task
     * @throws IOException if the backend could not
     */
    public void harden(PutTask task) throws IOException {
        String name = task.objectName;
        if (name != null) {
            backend.sync(List.of(name));
            probe.hardened(name);
        }
    }

    /**
     * Gives out the number for {@link #store} and {@link #commitStored}.
     *
     * @return the next one
     */
    public long nextCounter() {
        return names.nextCounter();
    }

    /**
     * Submits the record of an extent that was stored.
     *
     * @param task the task
     * @param counter the number it was stored under
     */
    public void commitStored(PutTask task, long counter) {
        Command put = new Command.Put(
                task.id(),
                task.kind,
                domain(task).number(),
                task.sparse == null ? task.plain.remaining() : task.sparse.plainBytes(),
                task.stored().remaining(),
                names.life(),
                counter,
                task.explicit,
                task.links,
                isInline(task) ? task.stored() : null);
        CompletableFuture<Catalog.Outcome> committed = port.submit(put, task.durability, false);
        // The record has a copy of what travels in it.
        unseal(task);
        finish(task, committed);
    }

    /**
     * Takes the reference to an extent that was stored before.
     *
     * @param task one that {@link #compare} found equal
     */
    public void commitHit(PutTask task) {
        if (task.explicit) {
            finish(task, port.submit(new Command.Retain(task.id(), 1), task.durability, false));
        } else {
            complete(task);
        }
    }

    private void finish(PutTask task, CompletableFuture<Catalog.Outcome> committed) {
        CompletableFuture<Catalog.Outcome> unused = committed.whenComplete((outcome, failure) -> {
            if (failure != null) {
                fail(task, failure);
            } else if (outcome != Catalog.Outcome.DONE) {
                fail(task, new IllegalStateException("extent " + task.id() + " vanished while it was held"));
            } else {
                complete(task);
            }
        });
    }

    private void complete(PutTask task) {
        ExtentId id = task.id();
        if (task.objectName != null) {
            names.end(task.objectName);
        }
        endStoring(task);
        if (task.explicit) {
            unhold(task);
        }
        task.image = null;
        task.done.complete(id);
    }

    /**
     * Gives a task up: lets go of what it holds, deletes what it stored, tells whoever waits.
     *
     * @param task the task
     * @param cause what went wrong
     */
    public void fail(PutTask task, Throwable cause) {
        String name = task.objectName;
        if (name != null) {
            task.objectName = null;
            discard(name);
        }
        // In this order: whoever finds the extent free finds nobody counting on it.
        unhold(task);
        endStoring(task);
        task.image = null;
        unseal(task);
        task.done.completeExceptionally(typed(cause, task));
    }

    private void discard(String name) {
        boolean deleted = false;
        try {
            // No record names it, unless the journal failed: then nothing may be deleted any more.
            if (!port.hasFailed()) {
                backend.delete(name);
                deleted = true;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "object {0} stays behind as an orphan: {1}", name, e);
        }
        probe.discarded(name, deleted);
        names.end(name);
    }

    private static Throwable typed(Throwable cause, PutTask task) {
        if (cause instanceof DiskFullException) {
            return new StoreFullException(
                    "no room for an extent of " + task.plain.remaining() + " bytes: " + cause.getMessage()
                            + "; free disk space, or release extents and collect",
                    cause);
        }
        if (cause instanceof IOException) {
            return new BackendException(
                    "an extent of " + task.plain.remaining() + " bytes could not be stored: " + cause.getMessage(),
                    cause);
        }
        return cause instanceof StorageException || cause instanceof Error
                ? cause
                : new BackendException("an extent could not be stored: " + cause.getMessage(), cause);
    }

    private void unseal(PutTask task) {
        SealBench bench = task.bench;
        task.sealed = null;
        if (bench != null) {
            task.bench = null;
            benches.give(bench);
        }
    }

    private void endStoring(PutTask task) {
        if (task.storing) {
            task.storing = false;
            catalog.endStoring(task.id());
        }
    }

    private void unhold(PutTask task) {
        if (task.holding) {
            task.holding = false;
            catalog.unhold(task.id());
        }
    }

    /**
     * Tells whether {@link #admit} would find the extent busy.
     *
     * @param task the task
     * @return whether to wait
     */
    boolean isBusy(PutTask task) {
        return catalog.isBusy(task.id());
    }
}
