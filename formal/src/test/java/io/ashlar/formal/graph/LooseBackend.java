package io.ashlar.formal.graph;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A backend in memory whose crash keeps, of what was not synced, what it is told to. For one thread. */
final class LooseBackend implements ExtentBackend {
    private final NavigableMap<String, byte[]> objects;
    private final Set<String> loose = new TreeSet<>();

    /** Whether deletions fail. */
    boolean stuck;

    LooseBackend() {
        this(new TreeMap<>());
    }

    private LooseBackend(NavigableMap<String, byte[]> objects) {
        this.objects = objects;
    }

    /** What is there after a crash. */
    LooseBackend crashed(Set<String> kept) {
        TreeMap<String, byte[]> left = new TreeMap<>(objects);
        left.keySet().removeIf(name -> loose.contains(name) && !kept.contains(name));
        return new LooseBackend(left);
    }

    Set<String> names() {
        return objects.keySet();
    }

    boolean isLoose(String name) {
        return loose.contains(name);
    }

    @Override
    public void put(String name, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        objects.put(name, copy);
        loose.add(name);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) {
        if (objects.containsKey(name)) {
            return false;
        }
        put(name, bytes);
        return true;
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        byte[] bytes = objects.get(name);
        if (bytes == null) {
            throw new ObjectNotFoundException("this backend", name);
        }
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) offset, length);
        return length;
    }

    @Override
    public Optional<ObjectStat> stat(String name) {
        byte[] bytes = objects.get(name);
        return bytes == null ? Optional.empty() : Optional.of(new ObjectStat(name, bytes.length, 0));
    }

    @Override
    public boolean delete(String name) throws IOException {
        if (stuck) {
            throw new IOException("deletions fail");
        }
        loose.remove(name);
        return objects.remove(name) != null;
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) {
        List<ObjectStat> page = new ArrayList<>();
        for (Map.Entry<String, byte[]> object : objects.tailMap(after, false).entrySet()) {
            if (object.getKey().startsWith(prefix) && page.size() < limit) {
                page.add(new ObjectStat(object.getKey(), object.getValue().length, 0));
            }
        }
        return page;
    }

    @Override
    public void sync(Collection<String> names) {
        loose.removeAll(names);
    }

    @Override
    public BackendCapabilities capabilities() {
        throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public void close() {
        // Nothing to let go of.
    }
}
