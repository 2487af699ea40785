package io.ashlar.cli;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentInfo;
import io.ashlar.ExtentNotFoundException;
import io.ashlar.ExtentStore;
import io.ashlar.NameNotFoundException;
import io.ashlar.ObjectReader;
import io.ashlar.ObjectWriter;
import io.ashlar.SparseExtent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in memory; parts that begin with a cut count once in the stored bytes. */
final class FakeExtents implements ExtentStore {
    private final Map<ExtentId, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<ExtentId, Integer> parts = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, ExtentId> names = new ConcurrentSkipListMap<>();

    long storedBytes() {
        return parts.values().stream().mapToLong(Integer::longValue).sum();
    }

    int count() {
        return objects.size();
    }

    int nameCount() {
        return names.size();
    }

    private static ExtentId id(byte[] bytes) {
        try {
            return ExtentId.of(
                    ExtentId.Hash.SHA_256, MessageDigest.getInstance("SHA-256").digest(bytes), 0);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ExtentId put(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        ExtentId id = id(copy);
        objects.put(id, copy);
        parts.put(id, copy.length);
        return id;
    }

    @Override
    public byte[] get(ExtentId id) {
        byte[] bytes = objects.get(id);
        if (bytes == null) {
            throw new ExtentNotFoundException("there is no extent " + id);
        }
        return bytes;
    }

    @Override
    public int get(ExtentId id, long offset, ByteBuffer target) {
        byte[] bytes = get(id);
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) Math.min(offset, bytes.length), length);
        return length;
    }

    @Override
    public Optional<ExtentInfo> stat(ExtentId id) {
        return Optional.ofNullable(objects.get(id))
                .map(bytes -> new ExtentInfo(id, bytes.length, bytes.length, 1, ExtentInfo.Home.OBJECT));
    }

    @Override
    public void bind(String name, ExtentId id) {
        names.put(name, id);
    }

    @Override
    public void unbind(String name) {
        if (names.remove(name) == null) {
            throw new NameNotFoundException("no name " + name);
        }
    }

    @Override
    public Optional<ExtentId> resolve(String name) {
        return Optional.ofNullable(names.get(name));
    }

    @Override
    public List<NamedExtent> names(String after, int limit) {
        return names.tailMap(after, false).entrySet().stream()
                .limit(limit)
                .map(entry -> new NamedExtent(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public ObjectWriter newObject() {
        return new Writer();
    }

    private final class Writer implements ObjectWriter {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private final Map<ExtentId, Integer> added = new ConcurrentSkipListMap<>();

        @Override
        public void write(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            all.writeBytes(copy);
            part.writeBytes(copy);
        }

        @Override
        public void cut() {
            if (part.size() > 0) {
                added.put(id(part.toByteArray()), part.size());
                part.reset();
            }
        }

        @Override
        public long position() {
            return all.size();
        }

        @Override
        public ExtentId finish() {
            cut();
            parts.putAll(added);
            ExtentId id = id(all.toByteArray());
            objects.put(id, all.toByteArray());
            return id;
        }

        @Override
        public ExtentId finish(String name) {
            ExtentId id = finish();
            names.put(name, id);
            return id;
        }

        @Override
        public void close() {}
    }

    @Override
    public ObjectReader openObject(ExtentId root) {
        byte[] bytes = get(root);
        return new ObjectReader() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public int read(long offset, ByteBuffer target) {
                return get(root, offset, target);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ExtentId put(SparseExtent content) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ExtentId put(InputStream stream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ExtentId> put(ByteBuffer bytes, Durability durability) {
        return CompletableFuture.completedFuture(put(bytes));
    }

    @Override
    public SparseExtent getSparse(ExtentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void retain(ExtentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> retain(ExtentId id, Durability durability) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release(ExtentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> release(ExtentId id, Durability durability) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pin pin() {
        throw new UnsupportedOperationException();
    }
}
