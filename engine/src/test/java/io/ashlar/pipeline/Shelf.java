package io.ashlar.pipeline;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Objects in memory, which tells what is done to them. For one thread. */
final class Shelf implements ExtentBackend {
    final TreeMap<String, byte[]> objects = new TreeMap<>();
    boolean deletes = true;
    private final List<String> events;

    Shelf(List<String> events) {
        this.events = events;
    }

    /** Changes a byte of the only object. */
    void damage(int offset) {
        objects.firstEntry().getValue()[offset] ^= 0x10;
    }

    @Override
    public void put(String name, ByteBuffer bytes) {
        events.add("put " + name);
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        objects.put(name, copy);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        byte[] bytes = objects.get(name);
        if (bytes == null) {
            throw new ObjectNotFoundException("shelf", name);
        }
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) Math.min(offset, bytes.length), length);
        return length;
    }

    @Override
    public Optional<ObjectStat> stat(String name) {
        return Optional.ofNullable(objects.get(name)).map(bytes -> new ObjectStat(name, bytes.length, 0));
    }

    @Override
    public boolean delete(String name) throws IOException {
        if (!deletes) {
            throw new IOException("nothing can be deleted");
        }
        events.add("delete " + name);
        return objects.remove(name) != null;
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sync(Collection<String> names) {
        events.add("sync " + String.join(" ", names));
    }

    @Override
    public BackendCapabilities capabilities() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "shelf";
    }
}
