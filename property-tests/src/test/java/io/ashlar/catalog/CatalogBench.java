package io.ashlar.catalog;

import io.ashlar.BackendException;
import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.backend.local.MemoryBackendProvider;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.extent.ObjectName;
import io.ashlar.extent.Unsealer;
import io.ashlar.format.ExtentLayout;
import io.ashlar.journal.JournalPosition;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import io.ashlar.spi.BackendContext;
import io.ashlar.spi.Probe;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedEntropy;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A catalog with everything that its parts need, each record applied at once and durable only when the test says so. A journal of
 * one segment a record.
 */
final class CatalogBench implements CommandPort {
    static final int PAGE_BYTES = 512;

    final EngineSettings settings = EngineSettings.defaults()
            .withExtentPageBytes(PAGE_BYTES)
            .withGcGraceMillis(10)
            .withOrphanGraceMillis(1_000)
            .withPackLiveRatioMin(0.5);
    final SimulatedClock clock = new SimulatedClock(1_000_000);
    final FaultyBackend backend;
    final List<String> told = new ArrayList<>();
    final Probe probe = new Probe() {
        @Override
        public void erased(String objectName, boolean deleted) {
            told.add((deleted ? "erased " : "not erased ") + objectName);
        }

        @Override
        public void orphaned(String objectName) {
            told.add("orphan " + objectName);
        }

        @Override
        public void condemned(ExtentId id) {
            told.add("condemned " + id);
        }

        @Override
        public void reprieved(ExtentId id) {
            told.add("reprieved " + id);
        }
    };
    final Pins pins = new Pins(1_000_000_000_000L, probe);
    final NameSource names = new NameSource(3);
    final Catalog catalog;
    final ExtentAccess access;
    final Collector collector;

    /** What the journal holds, by segment. */
    final Map<Long, ByteBuffer> segments = new HashMap<>();

    private final List<CompletableFuture<Catalog.Outcome>> waiting = new ArrayList<>();
    private final List<Catalog.Outcome> outcomes = new ArrayList<>();
    private long sequence;

    /** What is submitted fails later, as if the journal could not be forced. */
    boolean refuses;

    /** What is submitted is not even taken. */
    boolean full;

    boolean failed;

    ControlIs control = ControlIs.DONE;

    CatalogBench() throws IOException {
        BackendContext context =
                new BackendContext(new SystemDisk(), clock, new SystemThreads(), new SimulatedEntropy(1), false);
        backend = new FaultyBackend(
                new MemoryBackendProvider().open(URI.create("mem:bench"), context), 1, clock::advanceNanos);
        catalog = new Catalog(
                new TableReader(new ExtentPageSource(backend), new PageCache(1 << 16)),
                TableStack.EMPTY,
                new long[0],
                pins,
                probe);
        access = new ExtentAccess(backend, this::readJournal, catalog::find, Unsealer.NONE);
        collector = new Collector(catalog, access, this, backend, domain -> backend, names, clock, probe, settings);
    }

    private void readJournal(JournalPosition position, ByteBuffer target) throws IOException {
        ByteBuffer segment = segments.get(position.segment());
        if (segment == null) {
            throw new NoSuchFileException("segment " + position.segment());
        }
        ByteBuffer part = segment.duplicate();
        part.position((int) position.offset()).limit((int) position.offset() + target.remaining());
        target.put(part);
    }

    @Override
    public CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved) {
        if (full) {
            throw new BackendException("the journal is full");
        }
        CompletableFuture<Catalog.Outcome> done = new CompletableFuture<>();
        if (refuses) {
            done.completeExceptionally(new BackendException("the journal refuses"));
            return done;
        }
        ByteBuffer payload = command.encode();
        sequence++;
        segments.put(sequence, payload.duplicate());
        try {
            outcomes.add(catalog.apply(sequence, command.type(), payload, new JournalPosition(sequence, 0)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        waiting.add(done);
        return done;
    }

    /** Makes durable what was submitted. */
    void force() throws IOException {
        catalog.durable(sequence);
        for (int i = 0; i < waiting.size(); i++) {
            waiting.get(i).complete(outcomes.get(i));
        }
        waiting.clear();
        outcomes.clear();
    }

    @Override
    public CompletableFuture<Void> control(Control what) {
        return switch (control) {
            case DONE -> CompletableFuture.completedFuture(null);
            case NEVER -> new CompletableFuture<>();
            case FAILED -> CompletableFuture.failedFuture(new BackendException("the journal refuses"));
        };
    }

    /** What becomes of what is to run between two records. */
    enum ControlIs {
        DONE,
        NEVER,
        FAILED
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }

    // ---- extents ---------------------------------------------------------------------------------------------------

    ExtentId putObject(int seed, int bytes, boolean explicit) throws IOException {
        return put(ExtentKind.DATA, content(seed, bytes), false, explicit, List.of());
    }

    ExtentId putInline(int seed, int bytes, boolean explicit) throws IOException {
        return put(ExtentKind.DATA, content(seed, bytes), true, explicit, List.of());
    }

    ExtentId putNode(List<ExtentId> children, boolean explicit) throws IOException {
        List<ExtentNode.Child> parts =
                children.stream().map(id -> new ExtentNode.Child(id, 100)).toList();
        return put(ExtentKind.NODE, ExtentNode.encode(1, parts), false, explicit, children);
    }

    static ByteBuffer content(int seed, int bytes) {
        byte[] content = new byte[bytes];
        new java.util.Random(seed).nextBytes(content);
        return ByteBuffer.wrap(content);
    }

    private ExtentId put(ExtentKind kind, ByteBuffer plain, boolean inline, boolean explicit, List<ExtentId> links)
            throws IOException {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.remaining(), PAGE_BYTES));
        int bytes = plain.remaining();
        ExtentId id = new ExtentEncoder().encode(kind, PAGE_BYTES, plain, ExtentId.Hash.XXH3_128, image);
        long counter = names.nextCounter();
        if (!inline) {
            backend.put(ObjectName.of(kind, id, names.life(), counter), image.duplicate());
        }
        CompletableFuture<Catalog.Outcome> unused = submit(
                new Command.Put(
                        id,
                        kind,
                        0,
                        bytes,
                        image.remaining(),
                        names.life(),
                        counter,
                        explicit,
                        links,
                        inline ? image : null),
                Durability.SYNC,
                false);
        force();
        return id;
    }

    void release(ExtentId id) throws IOException {
        CompletableFuture<Catalog.Outcome> unused = submit(new Command.Release(id, 1), Durability.SYNC, true);
        force();
    }

    ExtentEntry entry(ExtentId id) throws IOException {
        ExtentEntry entry = catalog.find(id);
        if (entry == null) {
            throw new AssertionError("there is no " + id);
        }
        return entry;
    }

    /** How many objects there are. */
    int objects() throws IOException {
        return backend.list("", "", 1_000).size();
    }

    Packer packer() {
        return new Packer(
                catalog,
                access,
                this,
                new ObjectSink(backend, names, settings.identity(), settings.extentPageBytes()),
                names,
                domain -> backend,
                settings);
    }

    /** Steps of the collector until it submits nothing any more, however much time passes; everything is durable at once. */
    void collect() throws IOException {
        int idle = 0;
        for (int i = 0; i < 10_000; i++) {
            long before = sequence;
            int toldBefore = told.size();
            collector.step();
            force();
            boolean busy = sequence != before || told.size() != toldBefore || collector.isWaiting();
            idle = busy ? 0 : idle + 1;
            if (idle == 12) {
                return;
            }
            clock.advanceMillis(settings.gcGraceMillis() / 4);
        }
        throw new AssertionError("the collector finds no end");
    }
}
