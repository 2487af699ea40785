package io.ashlar.testkit;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.LockHeldException;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that keeps two images: what processes see, and what the platter holds. {@link #afterCrash} says
 * what a power loss would leave at this moment, any number of times and each time differently; {@link #processKilled} what
 * the death of the process alone would.
 *
 * <ol>
 *   <li>Writes and cuts of a file reach the platter with {@link DiskFile#force}. Until then a crash keeps, loses or tears
 *       each sector of each write by itself, in any order. Bytes that were forced and not overwritten since never change.
 *   <li>Creations, renames and deletions reach it with {@link #forceDirectory}. Until then a crash keeps or undoes each of
 *       them, of those on the same name a beginning. A rename is kept or undone as a whole; one between two directories is
 *       open until both are forced. A file whose deletion is undone is there again, as forced.
 *   <li>A failed force is that of ext4: some of the pages reach the platter, all of them count as clean, readers go on
 *       seeing the new bytes, and forcing again succeeds and writes none of them. See {@link #evictPageCache}.
 *   <li>Holes count in the capacity like any other bytes. The space of a deleted file is free when its last handle is closed.
 * </ol>
 *
 * <p>The same seed and the same calls give the same disk. Where a relative path begins does not depend on the process: at
 * the root. For one thread; but images share nothing that changes, so that each may be used by a thread of its own.
 */
public final class SimulatedDisk implements Disk {
    /** The sector size of most drives, in bytes. */
    public static final int SECTOR_BYTES_DEFAULT = 512;

    /** The largest file that can be simulated, in bytes. */
    public static final long FILE_BYTES_MAX = 1L << 30;

    private static final int SECTOR_BYTES_MAX = 1 << 16;

    private final Clock clock;
    private final int sectorBytes;
    private final SimulatedRandom random;
    private final SimulatedFaults faults;
    private final SimulatedNamespace namespace;
    private final Map<List<String>, String> locks = new HashMap<>();

    private long capacityBytes = Long.MAX_VALUE;
    private long usedBytes;
    private SimulatedObserver observer = new SimulatedObserver() {};
    private long operations;
    private long crashBefore = -1;
    private long crashAfter = -1;
    private boolean dead;
    private long refusals;

    /**
     * Makes an empty disk with sectors of the usual size.
     *
     * @param seed decides about faults
     * @param clock stamps files
     */
    public SimulatedDisk(long seed, Clock clock) {
        this(seed, clock, SECTOR_BYTES_DEFAULT);
    }

    /**
     * Makes an empty disk.
     *
     * @param seed decides about faults
     * @param clock stamps files
     * @param sectorBytes what a crash keeps, loses or tears at once, in bytes; small sectors tear small records
     * @throws IllegalArgumentException if the size is not between 1 and 65,536
     */
    public SimulatedDisk(long seed, Clock clock, int sectorBytes) {
        this(
                clock,
                checkSector(sectorBytes),
                new SimulatedRandom(seed),
                new SimulatedFaults(),
                new SimulatedNamespace());
    }

    private SimulatedDisk(
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

    private static int checkSector(int sectorBytes) {
        if (sectorBytes < 1 || sectorBytes > SECTOR_BYTES_MAX) {
            throw new IllegalArgumentException("sector of " + sectorBytes + " bytes");
        }
        return sectorBytes;
    }

    // What a simulation does with it.

    /**
     * Draws what the platter holds after a power loss at this moment: a disk without open files and locks, its faults as
     * they are set here, its operations counted anew, nobody observing. This disk is left as it is, alive or dead.
     *
     * @param fate decides; draws one number
     * @return the disk that the next process finds
     */
    public SimulatedDisk afterCrash(SplittableRandom fate) {
        SimulatedRandom drawn = new SimulatedRandom(fate.nextLong());
        SimulatedNamespace left = namespace.crashed(new SimulatedFate(drawn, sectorBytes, true));
        return image(drawn, left);
    }

    /**
     * Tells what is there after the death of the process alone: everything that was written, forced or not, and no locks.
     * This disk is left as it is, alive or dead.
     *
     * @return the disk that the next process finds
     */
    public SimulatedDisk processKilled() {
        return image(random.copy(), namespace.fork());
    }

    /**
     * Makes a twin that goes on from here by itself: with the same contents, locks and faults, drawing the same failures;
     * nobody observes it, and no crash is set. Open files stay with the original.
     *
     * @return the twin; alive
     */
    public SimulatedDisk fork() {
        SimulatedDisk twin = image(random.copy(), namespace.fork());
        twin.locks.putAll(locks);
        twin.operations = operations;
        return twin;
    }

    private SimulatedDisk image(SimulatedRandom drawn, SimulatedNamespace left) {
        SimulatedDisk image = new SimulatedDisk(clock, sectorBytes, drawn, faults.copy(), left);
        image.capacityBytes = capacityBytes;
        return image;
    }

    /**
     * The faults of this disk, to be set and changed.
     *
     * @return the faults themselves
     */
    public SimulatedFaults faults() {
        return faults;
    }

    /**
     * Limits what all files together may hold.
     *
     * @param bytes how much; may be less than there is, which then only hinders growth
     */
    public void capacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    /**
     * Tells what all files together hold, holes and deleted but open files included.
     *
     * @return bytes
     */
    public long usedBytes() {
        return usedBytes;
    }

    /**
     * Lets somebody watch; replaces who watched before.
     *
     * @param watching called around each operation
     */
    public void observe(SimulatedObserver watching) {
        observer = watching;
    }

    /**
     * Counts the operations that changed or forced something, or were to: the ordinal of the newest.
     *
     * @return how many so far
     */
    public long operations() {
        return operations;
    }

    /**
     * Stops the machine before an operation has any effect.
     *
     * @param ordinal which one
     */
    public void crashBefore(long ordinal) {
        crashBefore = ordinal;
    }

    /**
     * Stops the machine after an operation took effect or failed, before its caller learns of it.
     *
     * @param ordinal which one
     */
    public void crashAfter(long ordinal) {
        crashAfter = ordinal;
    }

    /** Stops the machine now. Whoever goes on using this disk, except for closing files, gets {@link SimulatedCrash}. */
    public void crash() {
        dead = true;
    }

    /**
     * Tells whether the machine has stopped.
     *
     * @return whether this disk is dead
     */
    public boolean isDead() {
        return dead;
    }

    /**
     * Counts what was asked of this disk after its death. An engine that has seen {@link SimulatedCrash} should unwind
     * without asking for more.
     *
     * @return how many calls were refused
     */
    public long refusals() {
        return refusals;
    }

    /**
     * Tells whether a crash could lose anything.
     *
     * @return whether there are changes to files or directories that were not forced
     */
    public boolean hasUnforced() {
        boolean[] found = {namespace.hasUnforced()};
        namespace.forEachFile((path, inode) -> found[0] |= inode.hasUnforced());
        return found[0];
    }

    /** Drops clean pages from the page cache, so that readers see what the platter holds below what is still dirty. */
    public void evictPageCache() {
        namespace.forEachFile((path, inode) -> {
            long before = inode.sizeBytes();
            inode.evict();
            usedBytes += inode.sizeBytes() - before;
        });
    }

    /**
     * Flips one bit on the platter, which readers see unless it was overwritten and not forced yet.
     *
     * @param path the file
     * @param offset the byte
     * @param bit which of its bits, from 0 to 7
     * @throws IOException if there is no such file
     * @throws IllegalArgumentException if the platter holds no such byte of it, or a byte no such bit
     */
    public void flipBit(Path path, long offset, int bit) throws IOException {
        SimulatedInode inode = file(path);
        if (offset < 0 || offset >= inode.durableBytes() || bit < 0 || bit >= Byte.SIZE) {
            throw new IllegalArgumentException("bit " + bit + " of byte " + offset + " of " + path);
        }
        inode.flip(offset, 1 << bit);
    }

    /**
     * Flips one bit somewhere on the platter.
     *
     * @param fate decides where; draws one number
     * @return the file that rotted; empty if the platter holds no bytes of any file
     */
    public String rot(SplittableRandom fate) {
        SimulatedRandom drawn = new SimulatedRandom(fate.nextLong());
        Victim victim = victim(drawn);
        if (victim == null) {
            return "";
        }
        victim.inode.flip(drawn.nextLong(victim.inode.durableBytes()), 1 << drawn.nextInt(Byte.SIZE));
        return victim.path;
    }

    // What an engine does with it.

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        checkAlive(path.toString());
        if (mode == Mode.CREATE) {
            return perform(SimulatedOperation.Kind.CREATE, path.toString(), "", 0, 0, () -> {
                if (namespace.find(path) == null && faults.strikes(Kind.DISK_FULL, random)) {
                    throw new DiskFullException("no room to create " + path);
                }
                SimulatedInode inode = new SimulatedInode(clock.currentTimeMillis());
                namespace.create(path, inode);
                return new SimulatedFile(this, inode, path.toString(), true);
            });
        }
        return new SimulatedFile(this, file(path), path.toString(), mode == Mode.WRITE);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        perform(SimulatedOperation.Kind.RENAME, from.toString(), to.toString(), 0, 0, () -> {
            if (namespace.find(from) != null && faults.strikes(Kind.RENAME_FAILURE, random)) {
                throw new FileSystemException(from.toString(), to.toString(), "simulated failure to rename");
            }
            namespace.rename(from, to).ifPresent(this::released);
            return true;
        });
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return perform(SimulatedOperation.Kind.DELETE, path.toString(), "", 0, 0, () -> {
            if (namespace.find(path) == null) {
                return false;
            }
            if (faults.strikes(Kind.DELETE_FAILURE, random)) {
                throw new FileSystemException(path.toString(), null, "simulated failure to delete");
            }
            namespace.delete(path).ifPresent(this::released);
            return true;
        });
    }

    @Override
    public boolean exists(Path path) {
        checkAlive(path.toString());
        return namespace.find(path) != null;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        perform(SimulatedOperation.Kind.CREATE_DIRECTORIES, directory.toString(), "", 0, 0, () -> {
            boolean fails = faults.strikes(Kind.DIRECTORY_FORCE_FAILURE, random);
            if (!fails || random.nextBoolean()) {
                namespace.createDirectories(directory);
            }
            if (fails) {
                throw new FileSystemException(directory.toString(), null, "simulated failure to force");
            }
            return true;
        });
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        perform(SimulatedOperation.Kind.FORCE_DIRECTORY, directory.toString(), "", 0, 0, () -> {
            SimulatedDirectory forced = namespace.directory(directory);
            if (faults.strikes(Kind.DIRECTORY_FORCE_FAILURE, random)) {
                namespace.failForce(forced, random);
                throw new FileSystemException(directory.toString(), null, "simulated failure to force");
            }
            namespace.force(forced);
            return true;
        });
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        checkAlive(directory.toString());
        if (limit < 1) {
            throw new IllegalArgumentException("limit of " + limit);
        }
        List<DirectoryEntry> page = new ArrayList<>();
        for (Map.Entry<String, SimulatedNode> entry :
                namespace.directory(directory).live.tailMap(after, false).entrySet()) {
            if (page.size() == limit) {
                break;
            }
            page.add(
                    entry.getValue() instanceof SimulatedInode inode
                            ? new DirectoryEntry(entry.getKey(), false, inode.sizeBytes(), inode.modifiedMillis())
                            : new DirectoryEntry(entry.getKey(), true, 0, clock.currentTimeMillis()));
        }
        return page;
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        List<String> key = SimulatedNamespace.names(path);
        return perform(SimulatedOperation.Kind.LOCK, path.toString(), "", 0, 0, () -> {
            String holding = locks.get(key);
            if (holding != null) {
                throw new LockHeldException(path.toString(), holding);
            }
            if (namespace.find(path) == null) {
                namespace.create(path, new SimulatedInode(clock.currentTimeMillis()));
            }
            SimulatedInode inode = file(path);
            long before = inode.sizeBytes();
            inode.truncate(0, clock.currentTimeMillis());
            inode.write(0, holder.getBytes(StandardCharsets.UTF_8), clock.currentTimeMillis());
            usedBytes += inode.sizeBytes() - before;
            locks.put(key, holder);
            return new SimulatedLock(key);
        });
    }

    private final class SimulatedLock implements DiskLock {
        private final List<String> key;
        private boolean closed;

        SimulatedLock(List<String> key) {
            this.key = key;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                locks.remove(key);
            }
        }
    }

    @Override
    public long usableBytes(Path path) {
        checkAlive(path.toString());
        return Math.max(0, capacityBytes - usedBytes);
    }

    // What its open files do with it.

    int read(SimulatedInode inode, String path, ByteBuffer target, long position) throws IOException {
        if (faults.strikes(Kind.READ_FAILURE, random)) {
            throw new IOException("simulated failure to read " + path + " at " + position);
        }
        return inode.read(target, position);
    }

    int write(SimulatedInode inode, String path, ByteBuffer source, long position) throws IOException {
        int offered = source.remaining();
        return perform(SimulatedOperation.Kind.WRITE, path, "", position, offered, () -> {
            if (position > FILE_BYTES_MAX - offered) {
                throw new IOException("a simulated file holds at most " + FILE_BYTES_MAX + " bytes: " + path);
            }
            long room = inode.sizeBytes() - position + Math.max(0, capacityBytes - usedBytes);
            int fitting = (int) Math.min(offered, Math.max(0, room));
            boolean fails = faults.strikes(Kind.WRITE_FAILURE, random);
            boolean full = fitting == 0 || (!fails && faults.strikes(Kind.DISK_FULL, random));
            if (fails || full) {
                put(inode, source.duplicate(), position, random.nextInt(fitting + 1));
                throw full
                        ? new DiskFullException("no room for " + offered + " bytes at " + position + " of " + path)
                        : new IOException("simulated failure to write " + path + " at " + position);
            }
            boolean isShort = fitting > 1 && faults.strikes(Kind.SHORT_WRITE, random);
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
        perform(SimulatedOperation.Kind.TRUNCATE, path, "", sizeBytes, 0, () -> {
            usedBytes -= inode.sizeBytes() - sizeBytes;
            inode.truncate(sizeBytes, clock.currentTimeMillis());
            return true;
        });
    }

    void force(SimulatedInode inode, String path) throws IOException {
        perform(SimulatedOperation.Kind.FORCE, path, "", 0, 0, () -> {
            if (faults.strikes(Kind.FORCE_FAILURE, random)) {
                inode.failForce(new SimulatedFate(random, sectorBytes, false));
                throw new IOException("simulated failure to force " + path);
            }
            if (inode.hasUnforced() && faults.strikes(Kind.MISDIRECTED_WRITE, random)) {
                misdirect(inode.forceMisdirected(random));
            } else {
                inode.force();
            }
            return true;
        });
    }

    private void misdirect(byte[] bytes) {
        Victim victim = victim(random);
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

    void checkAlive(String path) {
        if (dead) {
            refusals++;
            throw new SimulatedCrash("the machine has stopped, and is asked for " + path);
        }
    }

    // Within.

    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T perform(
            SimulatedOperation.Kind kind, String path, String target, long offset, long length, Action<T> action)
            throws IOException {
        checkAlive(path);
        SimulatedOperation operation = new SimulatedOperation(kind, path, target, offset, length, ++operations);
        stopAt(crashBefore, operation);
        try {
            observer.before(operation);
            T result = settle(operation, action);
            stopAt(crashAfter, operation);
            return result;
        } catch (SimulatedCrash e) {
            dead = true;
            throw e;
        }
    }

    private <T> T settle(SimulatedOperation operation, Action<T> action) throws IOException {
        T result;
        try {
            result = action.run();
        } catch (IOException e) {
            observer.after(operation, e);
            stopAt(crashAfter, operation);
            throw e;
        }
        observer.after(operation, null);
        return result;
    }

    private void stopAt(long ordinal, SimulatedOperation operation) {
        if (operation.ordinal() == ordinal) {
            dead = true;
            throw new SimulatedCrash("at " + operation);
        }
    }

    private SimulatedInode file(Path path) throws FileSystemException {
        SimulatedNode node = namespace.find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (node instanceof SimulatedInode inode) {
            return inode;
        }
        throw new FileSystemException(path.toString(), null, "is a directory");
    }

    private record Victim(String path, SimulatedInode inode) {}

    /** Some file of which the platter holds bytes; null if there is none. */
    private @Nullable Victim victim(SimulatedRandom drawn) {
        List<Victim> candidates = new ArrayList<>();
        namespace.forEachFile((path, inode) -> {
            if (inode.durableBytes() > 0) {
                candidates.add(new Victim(path, inode));
            }
        });
        return candidates.isEmpty() ? null : candidates.get(drawn.nextInt(candidates.size()));
    }
}
