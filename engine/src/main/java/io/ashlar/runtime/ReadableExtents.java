package io.ashlar.runtime;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.SparseExtent;
import io.ashlar.StoreClosedException;
import io.ashlar.catalog.Catalog;
import io.ashlar.catalog.ExtentAccess;
import io.ashlar.catalog.ExtentEntry;
import io.ashlar.catalog.Home;
import io.ashlar.catalog.Pins;
import io.ashlar.extent.ExtentReader;
import io.ashlar.spi.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The reading half of the extents of a store; refuses to write. */
class ReadableExtents implements ExtentStore {
    private final Catalog catalog;
    private final ExtentAccess access;
    private final Pins pins;
    private final Clock clock;
    private final AtomicBoolean closed;

    ReadableExtents(Catalog catalog, ExtentAccess access, Pins pins, Clock clock) {
        this.catalog = catalog;
        this.access = access;
        this.pins = pins;
        this.clock = clock;
        closed = new AtomicBoolean();
    }

    /** Another view of the same extents, which is closed together with them. */
    ReadableExtents(ReadableExtents other) {
        catalog = other.catalog;
        access = other.access;
        pins = other.pins;
        clock = other.clock;
        closed = other.closed;
    }

    final Catalog catalog() {
        return catalog;
    }

    /** Refuses everything from now on. */
    final void close() {
        closed.set(true);
    }

    void checkOpen() {
        if (closed.get()) {
            throw new StoreClosedException("the store is closed");
        }
    }

    /** Reads something; {@code what} completes the sentence "could not …". */
    final <T> T reading(String what, Errors.Action<T> action) {
        checkOpen();
        try {
            return Errors.typed(what, action);
        } catch (RuntimeException e) {
            if (closed.get()) {
                // What it read from was closed under it; how that looks depends on the backend.
                throw new StoreClosedException("could not " + what + ": the store was closed meanwhile", e);
            }
            throw e;
        }
    }

    // ---- reading ------------------------------------------------------------------------------------------------

    /** Reads an extent under a pin: {@code findLive} for those that are referred to, {@code find} for all. */
    private <T> T read(ExtentId id, ExtentAccess.Finder finder, Pins.@Nullable Pin held, ExtentAccess.Use<T> use) {
        checkOpen();
        Pins.Pin pin = held == null ? pins.pin(clock.nanoTime()) : held;
        try {
            Optional<T> result = reading("read extent " + id, () -> Optional.ofNullable(access.read(id, finder, use)));
            pin.check();
            return result.orElseThrow(() -> Extents.notFound(id));
        } finally {
            if (held == null) {
                pin.close();
            }
        }
    }

    @Override
    public byte[] get(ExtentId id) {
        return read(id, catalog::findLive, null, (reader, entry) -> {
            byte[] bytes = new byte[reader.plainBytes()];
            reader.readAll(ByteBuffer.wrap(bytes));
            return bytes;
        });
    }

    @Override
    public int get(ExtentId id, long offset, ByteBuffer target) {
        return get(id, catalog::findLive, null, offset, target);
    }

    private int get(ExtentId id, ExtentAccess.Finder finder, Pins.@Nullable Pin pin, long offset, ByteBuffer target) {
        checkOffset(offset);
        int start = target.position();
        try {
            return read(id, finder, pin, (reader, entry) -> readRange(reader, offset, target.position(start)));
        } catch (RuntimeException e) {
            target.position(start);
            throw e;
        }
    }

    static void checkOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative: " + offset);
        }
    }

    static int readRange(ExtentReader reader, long offset, ByteBuffer target) throws IOException {
        int count = (int) Math.min(target.remaining(), Math.max(0, reader.plainBytes() - offset));
        if (count > 0) {
            int limit = target.limit();
            target.limit(target.position() + count);
            try {
                reader.readRange(offset, target);
            } finally {
                target.limit(limit);
            }
        }
        return count;
    }

    @Override
    public SparseExtent getSparse(ExtentId id) {
        return read(id, catalog::findLive, null, (reader, entry) -> {
            ByteBuffer bytes = ByteBuffer.allocate(reader.presentBytes());
            reader.readPresent(bytes);
            return new SparseExtent(reader.pageBytes(), reader.plainBytes(), reader.presentPages(), bytes.flip());
        });
    }

    @Override
    public Optional<ExtentInfo> stat(ExtentId id) {
        checkOpen();
        return live(id).map(found ->
                new ExtentInfo(id, found.plainBytes(), found.storedBytes(), found.count(), homeOf(found.home())));
    }

    private Optional<ExtentEntry> live(ExtentId id) {
        return reading("look up extent " + id, () -> Optional.ofNullable(catalog.findLive(id)));
    }

    static ExtentInfo.Home homeOf(Home home) {
        if (home instanceof Home.InJournal) {
            return ExtentInfo.Home.JOURNAL;
        }
        return home instanceof Home.InPack ? ExtentInfo.Home.PACK : ExtentInfo.Home.OBJECT;
    }

    @Override
    public Optional<ExtentId> resolve(String name) {
        checkOpen();
        Extents.checkName(name);
        return reading("look up a name", () -> Optional.ofNullable(catalog.resolve(name)));
    }

    @Override
    public List<NamedExtent> names(String after, int limit) {
        checkOpen();
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("a page has 1 to 10000 names, not " + limit);
        }
        List<NamedExtent> page = new ArrayList<>();
        for (Map.Entry<String, ExtentId> name : reading("list the names", () -> catalog.names(after, limit))) {
            page.add(new NamedExtent(name.getKey(), name.getValue()));
        }
        return page;
    }

    @Override
    public ObjectReader openObject(ExtentId root) {
        checkOpen();
        PinnedReads pin = new PinnedReads(pins.pin(clock.nanoTime()));
        try {
            if (live(root).isEmpty()) {
                throw Extents.notFound(root);
            }
            return new TreeReader(root, pin);
        } catch (RuntimeException e) {
            pin.close();
            throw e;
        }
    }

    @Override
    public Pin pin() {
        checkOpen();
        return new PinnedReads(pins.pin(clock.nanoTime()));
    }

    /** Reads under a pin whatever was there when it was taken. */
    final class PinnedReads implements Pin {
        private final Pins.Pin pin;

        PinnedReads(Pins.Pin pin) {
            this.pin = pin;
        }

        @Override
        public int get(ExtentId id, long offset, ByteBuffer target) {
            return ReadableExtents.this.get(id, catalog::find, pin, offset, target);
        }

        <T> T read(ExtentId id, ExtentAccess.Use<T> use) {
            return ReadableExtents.this.read(id, catalog::find, pin, use);
        }

        @Override
        public void close() {
            pin.close();
        }
    }

    // ---- writing, refused ---------------------------------------------------------------------------------------

    private static IllegalStateException readOnly() {
        return new IllegalStateException("the store is open for reading only");
    }

    @Override
    public ExtentId put(ByteBuffer bytes) {
        throw readOnly();
    }

    @Override
    public CompletableFuture<ExtentId> put(ByteBuffer bytes, Durability durability) {
        throw readOnly();
    }

    @Override
    public ExtentId put(SparseExtent content) {
        throw readOnly();
    }

    @Override
    public ExtentId put(InputStream stream) throws IOException {
        throw readOnly();
    }

    @Override
    public void retain(ExtentId id) {
        throw readOnly();
    }

    @Override
    public CompletableFuture<Void> retain(ExtentId id, Durability durability) {
        throw readOnly();
    }

    @Override
    public void release(ExtentId id) {
        throw readOnly();
    }

    @Override
    public CompletableFuture<Void> release(ExtentId id, Durability durability) {
        throw readOnly();
    }

    @Override
    public void bind(String name, ExtentId id) {
        throw readOnly();
    }

    @Override
    public void unbind(String name) {
        throw readOnly();
    }

    @Override
    public ObjectWriter newObject() {
        throw readOnly();
    }
}
