package io.ashlar.drive;

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
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A drive in memory that tells what was made durable from what was not, and asks before it changes anything. For one thread. */
final class ModelDrive implements ExtentBackend {
    /** What is about to happen to a shard. */
    enum Operation {
        PUT,
        SYNC,
        DELETE
    }

    /** What becomes of it. */
    enum Fate {
        DONE,
        FAILS,
        /** It is done, and fails all the same. */
        DONE_AND_FAILS
    }

    /** Decides, and looks what came of it. */
    interface Watcher {
        Fate before(ModelDrive drive, Operation operation, String shard);

        void after(ModelDrive drive, Operation operation, String shard, Fate fate);
    }

    final int number;
    final TreeMap<String, byte[]> durable = new TreeMap<>();
    final TreeMap<String, byte[]> loose = new TreeMap<>();
    boolean down;
    private final Watcher watcher;

    ModelDrive(int number, Watcher watcher) {
        this.number = number;
        this.watcher = watcher;
    }

    private void requireUp() throws IOException {
        if (down) {
            throw new IOException("drive " + number + " does not answer");
        }
    }

    /** Something that changes the drive. */
    private interface Change {
        void run() throws IOException;
    }

    private void change(Operation operation, String name, Change change) throws IOException {
        if (!ShardNames.isShard(name)) {
            requireUp();
            change.run();
            return;
        }
        Fate fate = watcher.before(this, operation, name);
        requireUp();
        if (fate != Fate.FAILS) {
            change.run();
        }
        watcher.after(this, operation, name, fate);
        if (fate != Fate.DONE) {
            throw new IOException("drive " + number + " fails");
        }
    }

    @Override
    public void put(String name, ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        change(Operation.PUT, name, () -> loose.put(name, copy));
    }

    @Override
    public boolean putIfAbsent(String name, ByteBuffer bytes) {
        throw new UnsupportedOperationException("nobody asks");
    }

    private byte @Nullable [] bytes(String name) {
        byte[] bytes = loose.get(name);
        return bytes == null ? durable.get(name) : bytes;
    }

    @Override
    public int read(String name, long offset, ByteBuffer target) throws IOException {
        requireUp();
        byte[] bytes = bytes(name);
        if (bytes == null) {
            throw new ObjectNotFoundException("drive " + number, name);
        }
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) Math.min(offset, bytes.length), length);
        return length;
    }

    @Override
    public Optional<ObjectStat> stat(String name) throws IOException {
        requireUp();
        byte[] bytes = bytes(name);
        return bytes == null ? Optional.empty() : Optional.of(new ObjectStat(name, bytes.length, 0));
    }

    @Override
    public boolean delete(String name) throws IOException {
        boolean[] found = new boolean[1];
        change(Operation.DELETE, name, () -> {
            found[0] = loose.remove(name) != null;
            found[0] |= durable.remove(name) != null;
        });
        return found[0];
    }

    @Override
    public List<ObjectStat> list(String prefix, String after, int limit) throws IOException {
        requireUp();
        TreeMap<String, byte[]> all = new TreeMap<>(durable);
        all.putAll(loose);
        List<ObjectStat> page = new ArrayList<>();
        for (Map.Entry<String, byte[]> object : all.tailMap(after, false).entrySet()) {
            if (object.getKey().startsWith(prefix) && page.size() < limit) {
                page.add(new ObjectStat(object.getKey(), object.getValue().length, 0));
            }
        }
        return page;
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        for (String name : names) {
            change(Operation.SYNC, name, () -> {
                byte[] bytes = loose.remove(name);
                if (bytes != null) {
                    durable.put(name, bytes);
                } else if (!durable.containsKey(name)) {
                    throw new IOException("drive " + number + " has lost " + name);
                }
            });
        }
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(
                1 << 20, true, false, Long.MAX_VALUE, BackendCapabilities.DurabilityClass.VOLATILE, 0);
    }

    @Override
    public void close() {
        // Nothing to let go of.
    }
}
