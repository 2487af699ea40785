package io.ashlar.pipeline;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.ProgressListener;
import io.ashlar.ReencodeReport;
import io.ashlar.UnknownKeyException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.Counters;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.SparseContent;
import io.ashlar.policy.PolicyTable;
import io.ashlar.spi.KeyProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores extents anew that are stored as no policy says any more, or encrypted under a key that is not the current one. An extent
 * keeps its id, its references and its links; its record is that of a put, and the copy before goes the way of any that was
 * replaced. While it is at it, the extent is held, so that it cannot die; whoever reads meanwhile reads the one copy or the other.
 *
 * <p>Packs are left alone: what is in them moves out, and the next that are made are right. For one thread.
 */
public final class Reencoder {
    private static final System.Logger LOG = System.getLogger(Reencoder.class.getName());
    private static final int PAGE = 256;
    private static final int UNDER_WAY_MAX = 64;

    /** Finds out how extents of a domain are stored. */
    @FunctionalInterface
    public interface DomainFinder {
        /**
         * Looks.
         *
         * @param number the domain's number
         * @return how its extents are stored
         * @throws IOException if that cannot be found out
         */
        StorageDomain find(int number) throws IOException;
    }

    /** Waits for a put. */
    @FunctionalInterface
    public interface Waiting {
        /**
         * Waits.
         *
         * @param put until it is done
         */
        void await(CompletableFuture<?> put);
    }

    private final Catalog catalog;
    private final ExtentAccess access;
    private final PutStages stages;
    private final DomainFinder domains;
    private final @Nullable KeyProvider keys;
    private final Waiting waiting;
    private final LongConsumer throttle;
    private final ProgressListener listener;

    private final ExtentEncoder encoder = new ExtentEncoder();
    private final ArrayDeque<CompletableFuture<?>> underWay = new ArrayDeque<>();
    private ByteBuffer image = ByteBuffer.allocate(0);

    private long extents;
    private long converted;
    private long bytesBefore;
    private long bytesAfter;
    private long identityBound;
    private long failed;

    /**
     * Prepares; reads nothing yet.
     *
     * @param catalog what there is
     * @param access reads extents
     * @param stages stores them
     * @param domains how
     * @param keys which key is the current one; null if there are none
     * @param waiting waits for records
     * @param throttle is told of bytes that are about to be read, and may wait
     * @param listener is told how far it has come
     */
    public Reencoder(
            Catalog catalog,
            ExtentAccess access,
            PutStages stages,
            DomainFinder domains,
            @Nullable KeyProvider keys,
            Waiting waiting,
            LongConsumer throttle,
            ProgressListener listener) {
        this.catalog = catalog;
        this.access = access;
        this.stages = stages;
        this.domains = domains;
        this.keys = keys;
        this.waiting = waiting;
        this.throttle = throttle;
        this.listener = listener;
    }

    /**
     * Goes through all extents once.
     *
     * @return what was done; what was converted is durable, unless this throws
     * @throws IOException if the catalog, a backend or the keys failed
     */
    public ReencodeReport run() throws IOException {
        long total = catalog.counters().get(Counters.Figure.EXTENTS);
        boolean on = true;
        List<Map.Entry<ExtentId, ExtentEntry>> page;
        ExtentId after = null;
        try {
            do {
                PolicyTable policies = catalog.policies();
                page = catalog.extents(after, PAGE);
                for (Map.Entry<ExtentId, ExtentEntry> each : page) {
                    after = each.getKey();
                    look(after, each.getValue(), policies);
                    extents++;
                    on = on && ((extents & 63) != 0 || listener.progress("reencoding", extents, total));
                    if (!on) {
                        break;
                    }
                }
            } while (on && page.size() == PAGE);
        } finally {
            drain(0);
        }
        listener.progress("reencoding", extents, total);
        return new ReencodeReport(on, extents, converted, bytesBefore, bytesAfter, identityBound, failed);
    }

    private void drain(int left) {
        while (underWay.size() > left) {
            waiting.await(underWay.remove());
        }
    }

    private void look(ExtentId id, ExtentEntry entry, PolicyTable policies) throws IOException {
        if (entry.kind() == ExtentKind.PACK) {
            return;
        }
        boolean encrypted = id.hash() == ExtentId.Hash.HMAC_SHA_256;
        int target = policies.target(entry.domain());
        if (target != entry.domain() && encrypted != policies.attributes(target).isEncrypted()) {
            identityBound++;
            return;
        }
        try {
            if (target != entry.domain() || (encrypted && isUnderOldKey(id))) {
                convert(id, domains.find(target));
            }
        } catch (DamagedException | UnknownKeyException | UnsupportedFormatException e) {
            failed++;
            LOG.log(System.Logger.Level.WARNING, "extent {0} is not converted: {1}", id, e.getMessage());
        }
    }

    private boolean isUnderOldKey(ExtentId id) throws IOException {
        if (keys == null) {
            return false;
        }
        Integer keyId = access.read(id, catalog::find, (reader, entry) -> reader.keyId());
        return keyId != null && keyId != keys.currentKeyId();
    }

    /** What is read of an extent. */
    private record Loaded(ExtentKind kind, SparseContent content, ByteBuffer pages, int storedBytes) {}

    private void convert(ExtentId id, StorageDomain domain) throws IOException {
        if (!catalog.hold(id)) {
            // It is dying: nobody will read it again.
            return;
        }
        CompletableFuture<?> done = null;
        try {
            Loaded loaded = access.read(id, catalog::find, this::load);
            if (loaded != null) {
                done = store(id, loaded, domain);
            }
        } catch (IOException e) {
            // One object that cannot be written or read just now is no reason to leave out the others.
            failed++;
            LOG.log(System.Logger.Level.WARNING, "extent {0} is not converted: {1}", id, e.getMessage());
        } finally {
            if (done == null) {
                catalog.unhold(id);
            }
        }
        if (done != null) {
            underWay.add(done.whenComplete((put, failure) -> catalog.unhold(id)));
            drain(UNDER_WAY_MAX);
        }
    }

    private Loaded load(ExtentReader reader, ExtentEntry entry) throws IOException {
        throttle.accept(entry.storedBytes());
        ByteBuffer pages = ByteBuffer.allocate(reader.presentBytes());
        reader.readPresent(pages);
        pages.flip();
        return new Loaded(
                reader.kind(),
                SparseContent.of(reader.pageBytes(), reader.plainBytes(), reader.presentPages(), pages),
                pages,
                entry.storedBytes());
    }

    private CompletableFuture<?> store(ExtentId id, Loaded loaded, StorageDomain domain) throws IOException {
        PutTask task = PutTask.again(loaded.kind, loaded.content, loaded.pages).in(domain);
        if (image.capacity() < task.maxImageBytes()) {
            image = ByteBuffer.allocateDirect(task.maxImageBytes());
        }
        try {
            stages.encode(task, encoder, image.duplicate().clear());
            stages.rename(task, id);
            stages.seal(task);
            int bytes = task.stored().remaining();
            long counter = stages.nextCounter();
            stages.store(task, counter);
            stages.harden(task);
            stages.commitStored(task, counter);
            converted++;
            bytesBefore += loaded.storedBytes;
            bytesAfter += bytes;
            return task.done();
        } catch (IOException | RuntimeException | Error e) {
            stages.fail(task, e);
            throw e;
        }
    }
}
