package io.ashlar.drive;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The drives of a store, with another protection for what is put by way of this. Everything else is the same; closing it does nothing. */
final class ProtectedBackend implements ExtentBackend {
    private final RedundantBackend drives;
    private final Protection protection;

    ProtectedBackend(RedundantBackend drives, Protection protection) {
        this.drives = drives;
        this.protection = protection;
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        drives.put(name, bytes, protection);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        return drives.putIfAbsent(name, bytes, protection);
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        return drives.read(name, offset, target);
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        return drives.stat(name);
    }

    @Override
    public boolean delete(String name) throws IOException {
        return drives.delete(name);
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        return drives.list(prefix, after, limit);
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        drives.sync(names);
    }

    @Override
    public BackendCapabilities capabilities() {
        return drives.capabilities();
    }

    @Override
    public void close() {
        // The drives are closed by whoever opened them.
    }

    @Override
    public String toString() {
        return drives + " as " + protection.shape();
    }
}
