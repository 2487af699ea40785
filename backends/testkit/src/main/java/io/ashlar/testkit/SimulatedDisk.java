package io.ashlar.testkit;

import io.ashlar.spi.Clock;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import io.ashlar.spi.LockHeldException;
import io.ashlar.testkit.SimulatedFaults.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A file system in memory that keeps two images: what processes see, and what the platter holds. {@link #afterCrash} says
 * what a power loss would leave at this moment, any number of times and each time differently; {@link #processKilled} what
 * the death of the process alone would.
 *
 * <ol>
 *   <li>Writes and cuts of a file reach the platter with {@link DiskFile#force}. Until then a crash keeps, loses or tears
 *       each sector of each write by itself, in any order. Bytes that were forced and not overwritten since, or overwritten
 *       by the same bytes, never change.
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

    private final SimulatedSpace space;
    private final SimulatedNamespace namespace;
    private final SimulatedGate gate;
    private final Map<List<String>, String> locks = new HashMap<>();

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
        this(new SimulatedSpace(
                clock,
                checkSector(sectorBytes),
                new SimulatedRandom(seed),
                new SimulatedFaults(),
                new SimulatedNamespace()));
    }

    private SimulatedDisk(SimulatedSpace space) {
        this.space = space;
        this.namespace = space.namespace;
        this.gate = space.gate;
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
        SimulatedNamespace left = namespace.crashed(new SimulatedDraw(drawn, space.sectorBytes, true));
        return image(drawn, left);
    }

    /**
     * Tells what the platter holds after a power loss at this moment that leaves what a script says; otherwise as {@link
     * #afterCrash(SplittableRandom)}.
     *
     * @param script decides about each piece of what was not forced
     * @return the disk that the next process finds
     */
    public SimulatedDisk afterCrash(SimulatedScript script) {
        return image(space.random.copy(), namespace.crashed(new SimulatedPlay(script, space.sectorBytes)));
    }

    /**
     * Lets the next force of a file fail, whatever the faults' rates, and leave what a script says.
     *
     * @param script decides about each piece of what was not forced
     */
    public void failNextForce(SimulatedScript script) {
        space.failure = script;
    }

    /** Takes back what {@link #failNextForce} ordered, if no force came. */
    public void clearForceFailure() {
        space.failure = null;
    }

    /**
     * Tells what is there after the death of the process alone: everything that was written, forced or not, and no locks.
     * This disk is left as it is, alive or dead.
     *
     * @return the disk that the next process finds
     */
    public SimulatedDisk processKilled() {
        return image(space.random.copy(), namespace.fork());
    }

    /**
     * Makes a twin that goes on from here by itself: with the same contents, locks and faults, drawing the same failures;
     * nobody observes it, and no crash is set. Open files stay with the original.
     *
     * @return the twin; alive
     */
    public SimulatedDisk fork() {
        SimulatedDisk twin = image(space.random.copy(), namespace.fork());
        twin.locks.putAll(locks);
        twin.gate.operations = gate.operations;
        return twin;
    }

    private SimulatedDisk image(SimulatedRandom drawn, SimulatedNamespace left) {
        SimulatedSpace image = new SimulatedSpace(space.clock, space.sectorBytes, drawn, space.faults.copy(), left);
        image.capacityBytes = space.capacityBytes;
        return new SimulatedDisk(image);
    }

    /**
     * The faults of this disk, to be set and changed.
     *
     * @return the faults themselves
     */
    public SimulatedFaults faults() {
        return space.faults;
    }

    /**
     * Limits what all files together may hold.
     *
     * @param bytes how much; may be less than there is, which then only hinders growth
     */
    public void capacityBytes(long bytes) {
        space.capacityBytes = bytes;
    }

    /**
     * Tells what all files together hold, holes and deleted but open files included.
     *
     * @return bytes
     */
    public long usedBytes() {
        return space.usedBytes();
    }

    /**
     * Lets somebody watch; replaces who watched before.
     *
     * @param watching called around each operation
     */
    public void observe(SimulatedObserver watching) {
        gate.observer = watching;
    }

    /**
     * Counts the operations that changed or forced something, or were to: the ordinal of the newest.
     *
     * @return how many so far
     */
    public long operations() {
        return gate.operations;
    }

    /**
     * Stops the machine before an operation has any effect.
     *
     * @param ordinal which one
     */
    public void crashBefore(long ordinal) {
        gate.crashBefore = ordinal;
    }

    /**
     * Stops the machine after an operation took effect or failed, before its caller learns of it.
     *
     * @param ordinal which one
     */
    public void crashAfter(long ordinal) {
        gate.crashAfter = ordinal;
    }

    /** Stops the machine now. Whoever goes on using this disk, except for closing files, gets {@link SimulatedCrash}. */
    public void crash() {
        gate.dead = true;
    }

    /**
     * Tells whether the machine has stopped.
     *
     * @return whether this disk is dead
     */
    public boolean isDead() {
        return gate.dead;
    }

    /**
     * Counts what was asked of this disk after its death. An engine that has seen {@link SimulatedCrash} should unwind
     * without asking for more.
     *
     * @return how many calls were refused
     */
    public long refusals() {
        return gate.refusals;
    }

    /**
     * Hashes what processes see: the names and contents of all files, but not when they changed, nor whether it was forced. Two
     * images of the same fingerprint are the same to whoever opens them, but for an accident of one in 2^64.
     *
     * @return the hash; cheap where little has changed since it was asked for
     */
    public long fingerprint() {
        return namespace.fingerprint();
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
        space.evict();
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
        return rot(fate, "");
    }

    /**
     * Flips one bit somewhere on the platter, in one of the files whose paths begin in some way.
     *
     * @param fate decides where; draws one number
     * @param prefix what the path begins with; empty for all files
     * @return the file that rotted; empty if the platter holds no bytes of any such file
     */
    public String rot(SplittableRandom fate, String prefix) {
        return space.rot(new SimulatedRandom(fate.nextLong()), prefix);
    }

    // What an engine does with it.

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        gate.checkAlive(path.toString());
        if (mode == Mode.CREATE) {
            return gate.perform(SimulatedOperation.Kind.CREATE, path.toString(), () -> {
                if (namespace.find(path) == null && strikes(Kind.DISK_FULL)) {
                    throw new DiskFullException("no room to create " + path);
                }
                SimulatedInode inode = new SimulatedInode(space.clock.currentTimeMillis());
                namespace.create(path, inode);
                return new SimulatedFile(space, inode, path.toString(), true);
            });
        }
        return new SimulatedFile(space, file(path), path.toString(), mode == Mode.WRITE);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        gate.perform(SimulatedOperation.Kind.RENAME, from.toString(), to.toString(), 0, 0, () -> {
            if (namespace.find(from) != null && strikes(Kind.RENAME_FAILURE)) {
                throw new FileSystemException(from.toString(), to.toString(), "simulated failure to rename");
            }
            namespace.rename(from, to).ifPresent(space::released);
            return true;
        });
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return gate.perform(SimulatedOperation.Kind.DELETE, path.toString(), () -> {
            if (namespace.find(path) == null) {
                return false;
            }
            if (strikes(Kind.DELETE_FAILURE)) {
                throw new FileSystemException(path.toString(), null, "simulated failure to delete");
            }
            namespace.delete(path).ifPresent(space::released);
            return true;
        });
    }

    @Override
    public boolean exists(Path path) {
        gate.checkAlive(path.toString());
        return namespace.find(path) != null;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        gate.perform(SimulatedOperation.Kind.CREATE_DIRECTORIES, directory.toString(), () -> {
            boolean fails = strikes(Kind.DIRECTORY_FORCE_FAILURE);
            if (!fails || space.random.nextBoolean()) {
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
        gate.perform(SimulatedOperation.Kind.FORCE_DIRECTORY, directory.toString(), () -> {
            SimulatedDirectory forced = namespace.directory(directory);
            if (strikes(Kind.DIRECTORY_FORCE_FAILURE)) {
                namespace.failForce(forced, space.random);
                throw new FileSystemException(directory.toString(), null, "simulated failure to force");
            }
            namespace.force(forced);
            return true;
        });
    }

    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        gate.checkAlive(directory.toString());
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
                            : new DirectoryEntry(entry.getKey(), true, 0, space.clock.currentTimeMillis()));
        }
        return page;
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        List<String> key = SimulatedNamespace.names(path);
        return gate.perform(SimulatedOperation.Kind.LOCK, path.toString(), () -> {
            String holding = locks.get(key);
            if (holding != null) {
                throw new LockHeldException(path.toString(), holding);
            }
            if (namespace.find(path) == null) {
                namespace.create(path, new SimulatedInode(space.clock.currentTimeMillis()));
            }
            space.replace(file(path), holder.getBytes(StandardCharsets.UTF_8));
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
        gate.checkAlive(path.toString());
        return space.freeBytes();
    }

    private boolean strikes(Kind kind) {
        return space.strikes(kind);
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
}
