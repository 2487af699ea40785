package io.ashlar.catalog;

import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.PackBuilder;
import io.ashlar.extent.PackIndex;
import io.ashlar.format.CommandLayout;
import io.ashlar.format.ExtentLayout;
import io.ashlar.policy.PolicyTable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Moves small extents together into packs: out of the journal before a checkpoint, so that its segments can go, and out of
 * packs that are mostly garbage. A pack is an extent of kind {@link ExtentKind#PACK}, and each member that lives in it is one
 * reference to it, so that it goes the way of all extents once the last member has gone.
 *
 * <p>Step-able, one thread at a time: {@link #beginFromJournal} and {@link #beginFromPack} gather members, store and sync their pack and submit the record that
 * says so; {@link #finish} is for when that is applied. Members that died or moved meanwhile are passed over when the record
 * is applied.
 */
final class Packer {
    private static final System.Logger LOG = System.getLogger(Packer.class.getName());
    private static final int GATHER = 512;

    private final Catalog catalog;
    private final ExtentAccess access;
    private final CommandPort port;
    private final ObjectSink sink;
    private final EngineSettings settings;
    private final int life;
    private final int membersMax;
    private final NameSource names;
    private final DomainBackends backends;

    /** Extents that could not be moved because they are damaged; asked for again only in the next life. */
    private final Set<ExtentId> unmovable = new HashSet<>();

    /** Made when there first is something to pack: most checkpoints of a store of large extents never need it. */
    private @Nullable ByteBuffer plain;

    private final Scratch scratch = new Scratch();

    private @Nullable CompletableFuture<Catalog.Outcome> underWay;
    private @Nullable ExtentId packUnderWay;

    Packer(
            Catalog catalog,
            ExtentAccess access,
            CommandPort port,
            ObjectSink sink,
            NameSource names,
            DomainBackends backends,
            EngineSettings settings) {
        this.catalog = catalog;
        this.access = access;
        this.port = port;
        this.sink = sink;
        this.settings = settings;
        this.names = names;
        this.backends = backends;
        life = names.life();
        // When the journal is full, two segments of reserve are left: they must take a few of these records.
        membersMax = Math.max(
                16,
                Math.min(
                        CommandLayout.MAX_MEMBERS,
                        settings.journalSegmentBytes()
                                / 4
                                / (CommandLayout.MOVE_MEMBER_FIXED_BYTES + ExtentId.MAX_ENCODED_BYTES)));
    }

    /** Whether a pack is on its way. */
    boolean isUnderWay() {
        return underWay != null;
    }

    /** Whether {@link #finish} would not have to wait. */
    boolean isDone() {
        return underWay != null && underWay.isDone();
    }

    /**
     * Packs extents out of the journal that lie before a segment.
     *
     * @return whether there were any
     */
    boolean beginFromJournal(long beforeSegment) throws IOException {
        Gathering gathering = new Gathering();
        int limit = GATHER + unmovable.size();
        for (Map.Entry<Long, ExtentId> inline : catalog.listings().inline(Math.max(limit, membersMax))) {
            if (inline.getKey() >= beforeSegment || gathering.isFull()) {
                break;
            }
            ExtentEntry entry = catalog.find(inline.getValue());
            if (entry != null && entry.home() instanceof Home.InJournal) {
                gathering.add(inline.getValue(), entry);
            }
        }
        return gathering.submit();
    }

    /**
     * Moves what lives in a pack to a new one.
     *
     * @return whether anything lives in it
     */
    boolean beginFromPack(ExtentId pack) throws IOException {
        PackIndex index = access.read(pack, catalog::find, (reader, entry) -> PackIndex.read(reader));
        if (index == null) {
            return false;
        }
        Gathering gathering = new Gathering();
        for (PackIndex.Member member : index.members()) {
            ExtentEntry entry = catalog.find(member.id());
            if (entry != null
                    && entry.home() instanceof Home.InPack inPack
                    && inPack.pack().equals(pack)) {
                gathering.add(member.id(), entry);
            }
        }
        return gathering.submit();
    }

    /**
     * Ends a move that is applied, or has failed.
     *
     * @throws io.ashlar.StorageException if it failed; nothing has moved
     */
    void finish() {
        CompletableFuture<Catalog.Outcome> done = underWay;
        ExtentId pack = packUnderWay;
        if (done == null || pack == null) {
            throw new IllegalStateException("no pack is under way");
        }
        underWay = null;
        packUnderWay = null;
        if (done.isCompletedExceptionally() && !port.hasFailed()) {
            sink.abandon(LOG);
        } else {
            // Where the journal has failed, the record may be in it all the same: the pack stays, as an orphan perhaps.
            sink.settle();
        }
        release(pack);
        Futures.join(done);
    }

    private void release(ExtentId pack) {
        catalog.endStoring(pack);
        catalog.unhold(pack);
    }

    /** The members of one pack, all of the domain of the first of them: what is alike in one is so in the other. */
    private final class Gathering {
        private final List<Command.Moved> members = new ArrayList<>();
        private @Nullable PackBuilder builder;
        private boolean full;
        private int domain;

        private PackBuilder builder() {
            PackBuilder present = builder;
            if (present == null) {
                ByteBuffer content = plain;
                if (content == null) {
                    content = ByteBuffer.allocate(EngineSettings.MAX_EXTENT_BYTES);
                    plain = content;
                }
                present = new PackBuilder(content.clear());
                builder = present;
            }
            return present;
        }

        boolean isFull() {
            return full || members.size() >= membersMax;
        }

        void add(ExtentId id, ExtentEntry entry) throws IOException {
            if (isFull() || unmovable.contains(id) || (!members.isEmpty() && entry.domain() != domain)) {
                return;
            }
            ByteBuffer image;
            try {
                image = entry.domain() == PolicyTable.PLAIN_DOMAIN
                        ? access.read(id, catalog::find, this::image)
                        : access.image(id);
            } catch (DamagedException e) {
                LOG.log(System.Logger.Level.WARNING, "extent {0} is damaged: {1}", id, e.getMessage());
                if (!(entry.home() instanceof Home.InJournal)) {
                    unmovable.add(id);
                    return;
                }
                image = damagedImage(id, entry);
            }
            if (image == null) {
                return;
            }
            int offset = builder().add(id, entry.life(), entry.counter(), image);
            if (offset < 0) {
                full = true;
            } else {
                domain = entry.domain();
                members.add(new Command.Moved(id, entry.life(), entry.counter(), offset, image.remaining()));
            }
        }

        /** Reads and verifies an image, so that damage is not carried along under a fresh checksum. */
        private ByteBuffer image(ExtentReader reader, ExtentEntry entry) throws IOException {
            reader.verifyDeep(scratch.of(reader.presentBytes()));
            ByteBuffer image = ByteBuffer.allocate(entry.storedBytes());
            access.source(reader.id(), entry).read(0, image);
            if (image.hasRemaining()) {
                throw new DamagedException("extent " + reader.id() + " ends early");
            }
            return image.flip();
        }

        /**
         * What there is of an image in the journal. Left there, it would hold back its segment and all after it, until the
         * journal is full for good. It says itself that it is damaged wherever it lies; a missing part reads as zeros.
         */
        private ByteBuffer damagedImage(ExtentId id, ExtentEntry entry) throws IOException {
            ByteBuffer image = ByteBuffer.allocate(entry.storedBytes());
            try {
                access.source(id, entry).read(0, image);
            } catch (NoSuchFileException | EOFException e) {
                LOG.log(System.Logger.Level.WARNING, "extent {0} is not in the journal any more: {1}", id, e);
            }
            return image.clear();
        }

        boolean submit() throws IOException {
            if (members.isEmpty()) {
                return false;
            }
            ByteBuffer content = builder().finish();
            ByteBuffer image = sink.image(ExtentLayout.maxImageBytes(content.remaining(), settings.extentPageBytes()));
            ExtentId id = new ExtentEncoder()
                    .encode(ExtentKind.PACK, settings.extentPageBytes(), content, settings.identity(), image);
            for (Catalog.Admission admission = catalog.admit(id, domain);
                    admission != Catalog.Admission.NEW;
                    admission = catalog.admit(id, domain)) {
                // A pack with the very same members: possible after a crash between two moves. Keep them apart.
                if (admission == Catalog.Admission.HIT) {
                    catalog.unhold(id);
                }
                id = id.nextDiscriminator();
                ExtentEncoder.stampDiscriminator(image, id.discriminator());
            }
            try {
                long counter = names.nextCounter();
                int plainBytes = content.remaining();
                int storedBytes = sink.put(backends.of(domain), ExtentKind.PACK, id, counter, image)
                        .storedBytes();
                sink.sync();
                underWay = port.submit(
                        new Command.Move(id, domain, plainBytes, storedBytes, life, counter, members),
                        Durability.SYNC,
                        true);
                packUnderWay = id;
                return true;
            } finally {
                if (underWay == null) {
                    sink.abandon(LOG);
                    release(id);
                }
            }
        }
    }
}
