package io.ashlar.testkit;

import io.ashlar.spi.Clock;
import io.ashlar.spi.DiskFullException;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of all files of a simulated disk: how many there may be, how they are read, written, forced and damaged. */
final class SimulatedSpace {
    final Clock clock;
    final int sectorBytes;
    final SimulatedRandom random;
    final SimulatedFaults faults;
    final SimulatedNamespace namespace;
    final SimulatedGate gate = new SimulatedGate();

    long capacityBytes = Long.MAX_VALUE;
    private long usedBytes;

    /** What the next force of a file leaves, if it is to fail. */
    @Nullable
    SimulatedScript failure;

    SimulatedSpace(
            Clock clock,
            int sectorBytes,
            SimulatedRandom random,
            SimulatedFaults faults,
            SimulatedNamespace namespace) {
        this.clock = clock;
        this.sectorBytes = sectorBytes;
        this.random = random;
        this.faults = faults;
        this.namespace = namespace;
        namespace.forEachFile((path, inode) -> usedBytes += inode.sizeBytes());
    }

    long usedBytes() {
        return usedBytes;
    }

    long freeBytes() {
        return Math.max(0, capacityBytes - usedBytes);
    }

    /** Decides whether one operation fails in one way. */
    boolean strikes(Kind kind) {
        boolean strikes = faults.strikes(kind, random);
        if (strikes) {
            gate.observer.injecting(kind);
        }
        return strikes;
    }

    int read(SimulatedInode inode, String path, ByteBuffer target, long position) throws IOException {
        gate.observer.reading(path);
        if (strikes(Kind.READ_FAILURE)) {
            throw new IOException("simulated failure to read " + path + " at " + position);
        }
        return inode.read(target, position);
    }

    int write(SimulatedInode inode, String path, ByteBuffer source, long position) throws IOException {
        int offered = source.remaining();
        return gate.perform(SimulatedOperation.Kind.WRITE, path, "", position, offered, () -> {
            if (position > SimulatedDisk.FILE_BYTES_MAX - offered) {
                throw new IOException(
                        "a simulated file holds at most " + SimulatedDisk.FILE_BYTES_MAX + " bytes: " + path);
            }
            long room = inode.sizeBytes() - position + freeBytes();
            int fitting = (int) Math.min(offered, Math.max(0, room));
            boolean fails = strikes(Kind.WRITE_FAILURE);
            boolean full = fitting == 0 || (!fails && strikes(Kind.DISK_FULL));
            if (fails || full) {
                put(inode, source.duplicate(), position, random.nextInt(fitting + 1));
                throw full
                        ? new DiskFullException("no room for " + offered + " bytes at " + position + " of " + path)
                        : new IOException("simulated failure to write " + path + " at " + position);
            }
            boolean isShort = fitting > 1 && strikes(Kind.SHORT_WRITE);
            int taken = isShort ? 1 + random.nextInt(fitting - 1) : fitting;
            put(inode, source, position, taken);
            return taken;
        });
    }

    private void put(SimulatedInode inode, ByteBuffer source, long position, int length) {
        byte[] bytes = new byte[length];
        source.get(bytes);
        long before = inode.sizeBytes();
        inode.write(position, bytes, clock.currentTimeMillis());
        usedBytes += inode.sizeBytes() - before;
    }

    void truncate(SimulatedInode inode, String path, long sizeBytes) throws IOException {
        gate.perform(SimulatedOperation.Kind.TRUNCATE, path, "", sizeBytes, 0, () -> {
            cut(inode, sizeBytes);
            return true;
        });
    }

    private void cut(SimulatedInode inode, long sizeBytes) {
        usedBytes -= inode.sizeBytes() - sizeBytes;
        inode.truncate(sizeBytes, clock.currentTimeMillis());
    }

    /**
     * Gives a lock file its line, within an operation and whatever the capacity. It is durable at once, for nobody may rest
     * anything on it, and a held lock must not make a disk look unforced.
     */
    void replace(SimulatedInode inode, byte[] contents) {
        cut(inode, 0);
        put(inode, ByteBuffer.wrap(contents), 0, contents.length);
        inode.force();
    }

    void force(SimulatedInode inode, String path) throws IOException {
        gate.perform(SimulatedOperation.Kind.FORCE, path, () -> {
            SimulatedScript script = failure;
            if (script != null || strikes(Kind.FORCE_FAILURE)) {
                failure = null;
                String name = String.valueOf(Path.of(path).getFileName());
                inode.failForce(
                        name,
                        script == null
                                ? new SimulatedDraw(random, sectorBytes, false)
                                : new SimulatedPlay(script, sectorBytes));
                throw new IOException("simulated failure to force " + path);
            }
            if (inode.hasUnforced() && strikes(Kind.MISDIRECTED_WRITE)) {
                misdirect(inode.forceMisdirected(random));
            } else {
                inode.force();
            }
            return true;
        });
    }

    private void misdirect(byte[] bytes) {
        Victim victim = victim(random, "");
        if (victim != null) {
            long sectors = (victim.inode.durableBytes() + sectorBytes - 1) / sectorBytes;
            long position = random.nextLong(sectors) * sectorBytes;
            int length = (int) Math.min(bytes.length, victim.inode.durableBytes() - position);
            victim.inode.scribble(position, bytes, length);
        }
    }

    /** Gives back the space of a file that neither a name nor a handle holds. */
    void released(SimulatedInode inode) {
        if (!inode.linked && inode.handles == 0) {
            usedBytes -= inode.sizeBytes();
        }
    }

    void evict() {
        namespace.forEachFile((path, inode) -> {
            long before = inode.sizeBytes();
            inode.evict();
            usedBytes += inode.sizeBytes() - before;
        });
    }

    /** Flips one bit somewhere; returns the path of the file, or nothing if there is no byte to flip. */
    String rot(SimulatedRandom fate, String prefix) {
        Victim victim = victim(fate, prefix);
        if (victim == null) {
            return "";
        }
        victim.inode.flip(fate.nextLong(victim.inode.durableBytes()), 1 << fate.nextInt(Byte.SIZE));
        return victim.path;
    }

    private record Victim(String path, SimulatedInode inode) {}

    /** Some file of which the platter holds bytes, and whose path begins so; null if there is none. */
    private @Nullable Victim victim(SimulatedRandom fate, String prefix) {
        List<Victim> candidates = new ArrayList<>();
        namespace.forEachFile((path, inode) -> {
            if (inode.durableBytes() > 0 && path.startsWith(prefix)) {
                candidates.add(new Victim(path, inode));
            }
        });
        return candidates.isEmpty() ? null : candidates.get(fate.nextInt(candidates.size()));
    }
}
