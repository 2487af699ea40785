package io.ashlar.drive;

import io.ashlar.spi.BackendCapabilities;
import io.ashlar.spi.ExtentBackend;
import io.ashlar.spi.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A drive of which some calls, or all, give no answer as long as its gate is shut. */
record GatedBackend(ExtentBackend backend, Gate gate) implements ExtentBackend {
    static final Set<String> EVERYTHING = Set.of("put", "read", "stat", "delete", "list", "sync");

    /** What calls wait for. */
    static final class Gate {
        /** How many calls wait at any gate. */
        private final AtomicInteger waiting;

        private volatile Set<String> shutFor = Set.of();
        private volatile long freeBytes = Long.MAX_VALUE;
        private volatile CountDownLatch open = new CountDownLatch(0);

        Gate(AtomicInteger waiting) {
            this.waiting = waiting;
        }

        void shut(Set<String> calls) {
            open = new CountDownLatch(1);
            shutFor = calls;
        }

        void open() {
            shutFor = Set.of();
            open.countDown();
        }

        /** Sets how much room the drive says that it has. */
        void freeBytes(long bytes) {
            freeBytes = bytes;
        }

        private void pass(String call) throws IOException {
            if (!shutFor.contains(call)) {
                return;
            }
            waiting.incrementAndGet();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                waiting.decrementAndGet();
            }
        }
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        gate.pass("read");
        return backend.read(name, offset, target);
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        gate.pass("put");
        backend.put(name, bytes);
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException {
        gate.pass("put");
        return backend.putIfAbsent(name, bytes);
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        gate.pass("stat");
        return backend.stat(name);
    }

    @Override
    public boolean delete(String name) throws IOException {
        gate.pass("delete");
        return backend.delete(name);
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        gate.pass("list");
        return backend.list(prefix, after, limit);
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        gate.pass("sync");
        backend.sync(names);
    }

    @Override
    public OptionalLong usableBytes() {
        return OptionalLong.of(gate.freeBytes);
    }

    @Override
    public BackendCapabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public void close() throws IOException {
        backend.close();
    }
}
