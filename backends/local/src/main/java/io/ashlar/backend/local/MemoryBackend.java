package io.ashlar.backend.local;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.Clock;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectNames;
import io.ashlar.spi.ObjectNotFoundException;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Objects in arrays on the Java heap, gone with {@link #close}. Safe for use by many threads, none of which waits for another.
 *
 * <p>Bounded: an object counts with its bytes and {@value #OVERHEAD_BYTES} more, which is about what name, map and headers
 * take; what would exceed the capacity is refused.
 */
final class MemoryBackend implements ExtentBackend {
    static final int OVERHEAD_BYTES = 256;
    static final int OBJECT_BYTES_MAX = 1 << 30;

    private static final class Stored {
        final byte[] bytes;
        final long modifiedMillis;

        Stored(byte[] bytes, long modifiedMillis) {
            this.bytes = bytes;
            this.modifiedMillis = modifiedMillis;
        }

        long cost() {
            return (long) bytes.length + OVERHEAD_BYTES;
        }
    }

    private final String description;
    private final Clock clock;
    private final long capacityBytes;
    private final boolean readOnly;
    private final CallGate gate;
    private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong usedBytes = new AtomicLong();

    MemoryBackend(String label, long capacityBytes, Clock clock, boolean readOnly) {
        this.description = "memory backend " + label;
        this.capacityBytes = capacityBytes;
        this.clock = clock;
        this.readOnly = readOnly;
        this.gate = new CallGate(description);
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        checkPut(name, bytes);
        gate.enter();
        try {
            // The old object counts until the new one is there, as it may yet be wanted.
            Stored replaced = objects.put(name, reserve(name, bytes));
            if (replaced != null) {
                usedBytes.addAndGet(-replaced.cost());
            }
        } finally {
            gate.leave();
        }
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        checkPut(name, bytes);
        gate.enter();
        try {
            if (objects.containsKey(name)) {
                return false;
            }
            Stored stored = reserve(name, bytes);
            boolean absent = objects.putIfAbsent(name, stored) == null;
            if (!absent) {
                usedBytes.addAndGet(-stored.cost());
            }
            return absent;
        } finally {
            gate.leave();
        }
    }

    private void checkPut(String name, ByteBuffer bytes) {
        checkWritable();
        ObjectNames.check(name);
        if (bytes.remaining() > capabilities().maxObjectBytes()) {
            throw new IllegalArgumentException(
                    "an object has at most " + capabilities().maxObjectBytes() + " bytes, not " + bytes.remaining());
        }
    }

    private void checkWritable() {
        if (readOnly) {
            throw new UnsupportedOperationException(description + " is open for reading only");
        }
    }

    private Stored reserve(String name, ByteBuffer bytes) throws DiskFullException {
        long cost = (long) bytes.remaining() + OVERHEAD_BYTES;
        long used;
        do {
            used = usedBytes.get();
            if (cost > capacityBytes - used) {
                throw new DiskFullException(description + " has " + (capacityBytes - used) + " of " + capacityBytes
                        + " bytes left, too few for " + name + " with " + cost);
            }
        } while (!usedBytes.compareAndSet(used, used + cost));
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return new Stored(copy, clock.currentTimeMillis());
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        ObjectNames.check(name);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset must not be negative: " + offset);
        }
        gate.enter();
        try {
            Stored stored = objects.get(name);
            if (stored == null) {
                throw new ObjectNotFoundException(description, name);
            }
            if (offset >= stored.bytes.length) {
                return 0;
            }
            int count = (int) Math.min(stored.bytes.length - offset, target.remaining());
            target.put(stored.bytes, (int) offset, count);
            return count;
        } finally {
            gate.leave();
        }
    }

    @Override
    public Optional<ObjectStat> stat(String name) {
        ObjectNames.check(name);
        gate.enter();
        try {
            return Optional.ofNullable(objects.get(name)).map(stored -> stat(name, stored));
        } finally {
            gate.leave();
        }
    }

    @Override
    public boolean delete(String name) {
        checkWritable();
        ObjectNames.check(name);
        gate.enter();
        try {
            Stored removed = objects.remove(name);
            if (removed != null) {
                usedBytes.addAndGet(-removed.cost());
            }
            return removed != null;
        } finally {
            gate.leave();
        }
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive, not " + limit);
        }
        gate.enter();
        try {
            List<ObjectStat> page = new ArrayList<>();
            for (Map.Entry<String, Stored> entry : objects.tailMap(ObjectNames.startAfter(prefix, after), false)
                    .entrySet()) {
                if (page.size() == limit || !entry.getKey().startsWith(prefix)) {
                    break;
                }
                page.add(stat(entry.getKey(), entry.getValue()));
            }
            return page;
        } finally {
            gate.leave();
        }
    }

    private static ObjectStat stat(String name, Stored stored) {
        return new ObjectStat(name, stored.bytes.length, stored.modifiedMillis);
    }

    /** Does nothing: nothing here survives a crash, as {@link #capabilities} tells. */
    @Override
    public void sync(Collection<String> names) {
        names.forEach(ObjectNames::check);
        gate.enter();
        gate.leave();
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(
                Math.min(OBJECT_BYTES_MAX, Math.max(0, capacityBytes - OVERHEAD_BYTES)),
                true,
                true,
                Long.MAX_VALUE,
                BackendCapabilities.DurabilityClass.VOLATILE,
                0);
    }

    @Override
    public void close() {
        if (gate.close()) {
            objects.clear();
        }
    }

    @Override
    public String toString() {
        return description;
    }
}
