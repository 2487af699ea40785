package io.ashlar.catalog.anchor;

import io.ashlar.DamagedException;
import io.ashlar.format.SuperblockLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the two copies of the superblock, {@code superblock-a} and {@code superblock-b}.
 *
 * <p>A new superblock goes to the slot that does not hold the newest one, and is forced before {@link #write} returns: whenever
 * a crash comes, the newest one is whole, or the write of its successor has not returned.
 *
 * <p><b>What follows for whoever writes checkpoints.</b> The newest copy may still be found damaged at some later open, and the
 * store then goes on from the older one. So everything that the older copy's manifest names, and the journal from where that
 * manifest says replay begins, must be retained as long as the older copy is: an object or segment that a checkpoint no longer
 * needs may be deleted only after <em>two</em> further superblocks have been written that do not need it either.
 *
 * <p>A store is created by writing copy a, with counter 1, to a temporary file that is then renamed: without any superblock
 * there is no store, whatever else lies in the directory. Copy b appears in the same way with the second superblock; later ones
 * are written in place.
 *
 * <p>For one thread at a time. Every method is a single step; only {@link #create} and {@link #write} change anything.
 */
public final class SuperblockStore {
    private static final String[] FILES = {"superblock-a", "superblock-b"};
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Disk disk;
    private final Path directory;
    private Superblock newest;
    private int newestSlot;

    /** Whether the other slot is a file that can be written in place. */
    private boolean otherInPlace;

    private @Nullable Throwable failure;

    /** Whether the other slot holds something that was passed over, and that a later opening might take for the newest. */
    private boolean otherPassedOver;

    private SuperblockStore(Disk disk, Path directory, Superblock newest, int newestSlot, boolean otherInPlace) {
        this.disk = disk;
        this.directory = directory;
        this.newest = newest;
        this.newestSlot = newestSlot;
        this.otherInPlace = otherInPlace;
    }

    /**
     * What there is at an open.
     *
     * @param newest the newest copy that is whole
     * @param older the other copy, if it is whole and older
     * @param problems what is wrong with either copy, a sentence each that begins with the file; empty if all is well
     * @param store goes on from here
     */
    public record Loaded(Superblock newest, @Nullable Superblock older, List<String> problems, SuperblockStore store) {

        /**
         * Goes on from the older copy, because what the newest one names is damaged. The next superblock takes the newest
         * one's place.
         *
         * @return the same without the newest copy; null if there is no other
         */
        public @Nullable Loaded fallBack() {
            return older == null ? null : new Loaded(older, null, problems, store.from(older));
        }
    }

    private SuperblockStore from(Superblock older) {
        SuperblockStore store = new SuperblockStore(disk, directory, older, 1 - newestSlot, true);
        store.otherPassedOver = true;
        return store;
    }

    /**
     * Tells whether there is a store, whole or not. Changes nothing.
     *
     * @param disk files
     * @param directory the store's directory
     * @return whether either copy of the superblock exists
     * @throws IOException if that cannot be found out
     */
    public static boolean exists(Disk disk, Path directory) throws IOException {
        return disk.exists(directory.resolve(FILES[0])) || disk.exists(directory.resolve(FILES[1]));
    }

    /**
     * Reads both copies. Changes nothing.
     *
     * @param disk files
     * @param directory the store's directory
     * @return what there is; null if neither copy exists, so that there is no store here, though a creation may have been
     *     interrupted
     * @throws DamagedException if neither copy is whole, or the two contradict each other
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote a copy
     * @throws IOException if the directory cannot be read at all
     */
    public static @Nullable Loaded load(Disk disk, Path directory) throws IOException {
        Superblock[] copies = new Superblock[FILES.length];
        boolean[] exists = new boolean[FILES.length];
        boolean[] inPlace = new boolean[FILES.length];
        List<String> problems = new ArrayList<>();
        for (int slot = 0; slot < FILES.length; slot++) {
            Path file = directory.resolve(FILES[slot]);
            try {
                ByteBuffer bytes = read(disk, file);
                exists[slot] = true;
                inPlace[slot] = bytes.limit() == SuperblockLayout.BYTES;
                copies[slot] = SuperblockCodec.decode(bytes, file.toString());
            } catch (NoSuchFileException e) {
                exists[slot] = false;
            } catch (SuperblockCodec.BadCopyException e) {
                problems.add(file + " " + e.getMessage());
            } catch (IOException e) {
                exists[slot] = true;
                problems.add(file + " cannot be read: " + e);
            }
        }
        if (!exists[0] && !exists[1]) {
            return null;
        }
        Superblock a = copies[0];
        Superblock b = copies[1];
        if (a == null && b == null) {
            throw new DamagedException("the store in " + directory + " has no superblock left that is whole: "
                    + String.join("; ", problems) + ". Restore one of the files from a backup");
        }
        if (a != null && b != null) {
            checkConsistent(directory, a, b);
        }
        int newestSlot = a == null || (b != null && b.counter() > a.counter()) ? 1 : 0;
        Superblock newest = Objects.requireNonNull(copies[newestSlot]);
        Superblock other = copies[1 - newestSlot];
        if (other != null && other.counter() == newest.counter()) {
            problems.add(directory.resolve(FILES[1 - newestSlot]) + " is a copy of " + FILES[newestSlot]);
            other = null;
        }
        // Before the second superblock there is no other copy, and that is as it should be.
        if (!exists[1 - newestSlot] && newest.counter() > 1) {
            problems.add(directory.resolve(FILES[1 - newestSlot]) + " is missing");
        }
        SuperblockStore store = new SuperblockStore(disk, directory, newest, newestSlot, inPlace[1 - newestSlot]);
        store.otherPassedOver = exists[1 - newestSlot] && copies[1 - newestSlot] == null;
        return new Loaded(newest, other, List.copyOf(problems), store);
    }

    /**
     * Creates a store: from when this returns there is one, whatever happens.
     *
     * @param disk files
     * @param directory the store's directory; exists, and holds no store
     * @param first the first superblock, with counter 1
     * @return goes on from here
     * @throws IllegalArgumentException if the counter is another
     * @throws IOException if it could not be written; there may be a store or not
     */
    public static SuperblockStore create(Disk disk, Path directory, Superblock first) throws IOException {
        if (first.counter() != 1) {
            throw new IllegalArgumentException("the first superblock has counter 1, not " + first.counter());
        }
        for (String name : FILES) {
            if (disk.exists(directory.resolve(name))) {
                throw new FileAlreadyExistsException(directory.resolve(name).toString());
            }
        }
        SuperblockStore store = new SuperblockStore(disk, directory, first, 0, false);
        store.writeNewFile(directory.resolve(FILES[0]), first);
        return store;
    }

    /**
     * Gives the newest superblock.
     *
     * @return what was loaded, created or written last
     */
    public Superblock newest() {
        return newest;
    }

    /**
     * Makes durable what was loaded; to be called before anything is built on it. What a process finds need not be on the
     * disk: the one before may have died between a write and its force, or a rename and that of the directory, or its force
     * may have failed and left pages, or a name, that count as clean. So the newest copy is written once more, to a file of
     * its own that takes its name. On a full disk it is written in its place, by the same bytes.
     *
     * <p>A copy that was passed over, because it was damaged or could not be read just now, is replaced too: what only it
     * needs is about to be deleted, and it must never come back.
     *
     * @throws IOException if it could not be forced; nothing has changed
     */
    public void settle() throws IOException {
        rewrite(newestSlot);
        if (otherPassedOver) {
            rewrite(1 - newestSlot);
            otherInPlace = true;
            otherPassedOver = false;
        }
    }

    private void rewrite(int slot) throws IOException {
        Path file = directory.resolve(FILES[slot]);
        try {
            writeNewFile(file, newest);
            return;
        } catch (DiskFullException e) {
            disk.delete(temporary(file));
        }
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.writeFully(SuperblockCodec.encode(newest), 0);
            open.force();
        }
        disk.forceDirectory(directory);
    }

    /**
     * Writes the next superblock. It is durable when this returns. If this throws, it may be there or not, and this object
     * refuses to write again: only opening the store afresh can tell.
     *
     * @param next the next superblock, of the same store, with the next counter
     * @throws IllegalArgumentException if it is not the next one
     * @throws IOException if it could not be written or forced
     * @throws IllegalStateException if a write failed before; that is the cause
     */
    public void write(Superblock next) throws IOException {
        if (failure != null) {
            throw new IllegalStateException("an earlier superblock could not be written", failure);
        }
        if (next.counter() != newest.counter() + 1 || !next.isOfSameStore(newest)) {
            throw new IllegalArgumentException("superblock " + next.counter() + " of store " + next.storeId()
                    + " cannot follow superblock " + newest.counter() + " of store " + newest.storeId());
        }
        int slot = 1 - newestSlot;
        Path file = directory.resolve(FILES[slot]);
        try {
            if (otherInPlace) {
                try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
                    open.writeFully(SuperblockCodec.encode(next), 0);
                    open.force();
                }
            } else {
                writeNewFile(file, next);
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
        newest = next;
        newestSlot = slot;
        // The slot that the next one goes to held the newest one until now.
        otherInPlace = true;
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }

    private void writeNewFile(Path file, Superblock block) throws IOException {
        Path temporary = temporary(file);
        disk.delete(temporary);
        try (DiskFile open = disk.open(temporary, Disk.Mode.CREATE)) {
            open.writeFully(SuperblockCodec.encode(block), 0);
            open.force();
        }
        disk.rename(temporary, file);
        disk.forceDirectory(directory);
    }

    private static void checkConsistent(Path directory, Superblock a, Superblock b) {
        if (!a.isOfSameStore(b)) {
            throw new DamagedException(
                    "in " + directory + ", " + FILES[0] + " belongs to store " + a.storeId() + " and " + FILES[1]
                            + " to store " + b.storeId() + ": move the one away that does not belong here");
        }
        if (a.counter() == b.counter() && !a.equals(b)) {
            throw new DamagedException("in " + directory + ", " + FILES[0] + " and " + FILES[1]
                    + " are different superblocks with the same counter " + a.counter()
                    + ": one of them comes from a copy of the store; move that one away");
        }
    }

    private static ByteBuffer read(Disk disk, Path file) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            // One byte more, so that a file that is too long shows.
            ByteBuffer bytes = ByteBuffer.allocate(SuperblockLayout.BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
            open.read(bytes, 0);
            return bytes.flip();
        }
    }
}
