package io.ashlar.formal.graph;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A backend that lists only some of its objects, so that a search looks at them alone. */
final class OneObject implements ExtentBackend {
    private final ExtentBackend inner;
    private final Predicate<String> shown;

    OneObject(ExtentBackend inner, Predicate<String> shown) {
        this.inner = inner;
        this.shown = shown;
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        return inner.list(prefix, after, limit).stream()
                .filter(object -> shown.test(object.name()))
                .toList();
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        inner.put(name, bytes);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        return inner.putIfAbsent(name, bytes);
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        return inner.read(name, offset, target);
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        return inner.stat(name);
    }

    @Override
    public boolean delete(String name) throws IOException {
        return inner.delete(name);
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        inner.sync(names);
    }

    @Override
    public BackendCapabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }
}
