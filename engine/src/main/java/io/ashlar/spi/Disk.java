package io.ashlar.spi;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The seam for local files. Everything that the engine and its local backends keep on a disk goes through here, so that a
 * simulated disk can lose, tear and reorder whatever was not forced.
 *
 * <p>What an implementation promises, and what it does not:
 *
 * <ul>
 *   <li>A write is durable only after {@link DiskFile#force} of its file has returned. Until then a crash may keep it, lose
 *       it or tear it at any byte, independently of other writes.
 *   <li>The creation, renaming and deletion of a directory entry are durable only after {@link #forceDirectory} of the
 *       directory (both directories, for a rename between two) has returned. Until then a crash may keep or undo each of
 *       them independently. A rename replaces its target atomically: after a crash one or the other is there, whole.
 *   <li>A failed force says nothing about what reached the disk, and forcing again proves nothing: the caller must treat
 *       what it wrote since the last good force as lost.
 *   <li>Interrupting a thread that is in any of these methods, or arrives there interrupted, closes nothing and fails
 *       nothing; the interrupt flag is still set when the method returns.
 * </ul>
 *
 * <p>Safe for use by many threads. A missing file is a {@link java.nio.file.NoSuchFileException}, an existing one where none
 * may be a {@link java.nio.file.FileAlreadyExistsException}, a full disk a {@link DiskFullException}.
 */
public interface Disk {

    /** How {@link #open} treats the file. */
    enum Mode {
        /** An existing file, for reading only. */
        READ,
        /** An existing file, for reading and writing. */
        WRITE,
        /** A new file, for reading and writing; it must not exist. */
        CREATE
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @param mode what for
     * @return the open file
     * @throws IOException if it cannot be opened
     */
    DiskFile open(Path path, Mode mode) throws IOException;

    /**
     * Renames a file, replacing the target if there is one.
     *
     * @param from an existing file
     * @param to its new path, on the same file system
     * @throws IOException if it cannot be renamed
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Deletes a file or an empty directory.
     *
     * @param path what to delete
     * @return whether it was there
     * @throws IOException if it cannot be deleted
     */
    boolean delete(Path path) throws IOException;

    /**
     * Tells whether a file or directory is there.
     *
     * @param path where
     * @return whether something is there
     * @throws IOException if that cannot be found out
     */
    boolean exists(Path path) throws IOException;

    /**
     * Creates a directory and those above it that are missing. Their entries are durable when it returns.
     *
     * @param directory the directory; may exist
     * @throws IOException if it cannot be created
     */
    void createDirectories(Path directory) throws IOException;

    /**
     * Makes the entries of a directory durable.
     *
     * @param directory the directory
     * @throws IOException if the force failed; no change that was made before is to be taken for durable then, whoever made it
     *     and whatever later forces say
     */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Lists a directory, a page at a time, in the order of the names (by UTF-16 code unit).
     *
     * @param directory the directory
     * @param after only names greater than this one; the empty string for all
     * @param limit how many at most; positive
     * @return the entries; fewer than {@code limit} if and only if these are the last
     * @throws IOException if it cannot be listed
     */
    List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException;

    /**
     * Looks a file or directory up. The default finds it in the listing of its directory, which may take long.
     *
     * @param path where; with a parent
     * @return its entry, if something is there
     * @throws IOException if that cannot be found out
     */
    default Optional<DirectoryEntry> stat(Path path) throws IOException {
        Path directory = path.getParent();
        Path fileName = path.getFileName();
        if (directory == null || fileName == null) {
            throw new IllegalArgumentException(path + " has no parent directory");
        }
        String name = fileName.toString();
        // Every string between this and the name is the name with its last character lowered by one, and more after it.
        String after = name.substring(0, name.length() - 1) + (char) (name.charAt(name.length() - 1) - 1);
        try {
            List<DirectoryEntry> page = list(directory, after, 16);
            while (!page.isEmpty()) {
                for (DirectoryEntry entry : page) {
                    int order = entry.name().compareTo(name);
                    if (order >= 0) {
                        return order == 0 ? Optional.of(entry) : Optional.empty();
                    }
                    after = entry.name();
                }
                page = list(directory, after, 16);
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes an exclusive lock that other processes, and other callers in this one, respect; it vanishes with the process.
     *
     * @param path the lock file, created if missing
     * @param holder one line about the holder, which a refused opener gets to read
     * @return the lock
     * @throws LockHeldException if somebody else holds it
     * @throws IOException if locking failed
     */
    DiskLock lock(Path path, String holder) throws IOException;

    /**
     * Tells how much more may be written.
     *
     * @param path any path on the file system in question
     * @return bytes that are free for this process
     * @throws IOException if that cannot be found out
     */
    long usableBytes(Path path) throws IOException;

    /**
     * An entry of a directory.
     *
     * @param name the file's name within its directory
     * @param directory whether it is a directory itself
     * @param sizeBytes the size of a file; zero for a directory
     * @param modifiedMillis when it was last changed, in milliseconds since the epoch of 1970
     */
    record DirectoryEntry(String name, boolean directory, long sizeBytes, long modifiedMillis) {}

    /** A lock that is held until it is closed. */
    interface DiskLock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
