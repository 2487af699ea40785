package io.ashlar.catalog.table;

import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** A sink that encodes real extents, and the backend they go to. Counts reads; bytes may be damaged from outside. */
public final class MemoryStore implements TableSink, ExtentBackend {
    final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final AtomicLong reads = new AtomicLong();
    final AtomicLong readBytes = new AtomicLong();
    long storedBytes;

    /** Runs once, before the next read. */
    private Runnable beforeRead = () -> {};

    private final ExtentEncoder encoder = new ExtentEncoder();
    private long counter;

    @Override
    public StoredObject write(ExtentKind kind, ByteBuffer plain) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.remaining(), 4096));
        ExtentId id = encoder.encode(kind, 4096, plain, ExtentId.Hash.XXH3_128, image);
        byte[] bytes = new byte[image.remaining()];
        image.get(bytes);
        String name = ObjectName.of(kind, id, 1, counter++);
        objects.put(name, bytes);
        storedBytes += bytes.length;
        return new StoredObject(name, id, bytes.length);
    }

    public void beforeNextRead(Runnable action) {
        beforeRead = action;
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        Runnable action = beforeRead;
        beforeRead = () -> {};
        action.run();
        byte[] bytes = objects.get(name);
        if (bytes == null) {
            throw new ObjectNotFoundException("memory", name);
        }
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) Math.min(offset, bytes.length), length);
        reads.incrementAndGet();
        readBytes.addAndGet(length);
        return length;
    }

    @Override
    public void put(String name, ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ObjectStat> stat(String name) {
        return Optional.ofNullable(objects.get(name)).map(bytes -> new ObjectStat(name, bytes.length, 0));
    }

    @Override
    public boolean delete(String name) {
        return objects.remove(name) != null;
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sync(Collection<String> names) {}

    @Override
    public BackendCapabilities capabilities() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "memory";
    }
}
