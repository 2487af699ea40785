package io.ashlar.runtime;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.spi.DiskFullException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The machine's disks, through NIO. Keeps no state of its own but the locks of the process; safe for use by many threads.
 *
 * <p><b>How an interrupt closes nothing.</b>
 *
 * <ol>
 *   <li>A {@code FileChannel} closes itself when the thread in it is interrupted, and takes down whatever other threads are
 *       doing on it. Opening it anew is no remedy: the path may meanwhile name another file (the engine renames files that
 *       it holds open) or none. Nor may a force be repeated on a new descriptor: Linux tells a failed write-back once to
 *       every descriptor that was open at the time; the closed channel may have been told and have dropped the news in
 *       favour of its {@code ClosedByInterruptException}.
 *   <li>An {@link AsynchronousFileChannel} is not an interruptible channel. Its size, truncation and force run on the calling
 *       thread; its reads and writes run on an executor, and ours ({@link CallerRuns}) is the calling thread. So every
 *       operation is one system call ({@code pread}, {@code pwrite}, {@code fdatasync}) made by the caller on the one
 *       descriptor that the file has from opening to closing, at the cost of two small allocations. Measured against
 *       {@code FileChannel} on 4 KiB in the page cache the difference is within a few percent.
 *   <li>On Windows a completion port serves such channels and needs real threads: there the JDK's default group has them,
 *       and the caller waits for the result. An interrupt then ends only the wait, which {@link SystemDiskFile#result}
 *       takes up again.
 * </ol>
 *
 * <p><b>What a force tells.</b> As the descriptor lives as long as the file is open here, every error of writing back what was
 * written through it is reported by a later force of it, at least once. What one force has reported, the next one may not:
 * hence a failed force is final (see {@link Disk}).
 *
 * <p><b>Forcing a directory</b> opens a descriptor for the purpose. That is sound, although it was not open when the entries
 * changed: entries are metadata, which the file systems in question write through their own journal or log, and a failure
 * there shuts the whole file system down for writing instead of being told once.
 *
 * <p>Symbolic links are followed.
 */
public final class SystemDisk implements Disk {
    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final @Nullable ExecutorService EXECUTOR = WINDOWS ? null : new CallerRuns();

    /** Connects to the file systems of this machine. */
    public SystemDisk() {}

    @Override
    public DiskFile open(Path path, Mode mode) throws IOException {
        Set<OpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        };
        if (mode == Mode.READ && Files.isDirectory(path)) {
            // Unix would open it, and fail only on reading.
            throw new FileSystemException(path.toString(), null, "is a directory, not a file");
        }
        return new SystemDiskFile(path, openChannel(path, options));
    }

    static AsynchronousFileChannel openChannel(Path path, Set<OpenOption> options) throws IOException {
        try {
            return AsynchronousFileChannel.open(path, options, EXECUTOR);
        } catch (IOException e) {
            throw asDiskFull(path, e);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw asDiskFull(to, e);
        }
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return Files.deleteIfExists(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        try {
            // Not Files.exists, which takes whatever it cannot find out for a no.
            Files.readAttributes(path, BasicFileAttributes.class);
            return true;
        } catch (FileSystemException e) {
            if (isMissing(path, e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Tells whether a lookup failed because nothing is there. Beneath a file nothing can be, which older JDKs report as an error
     * of no particular type and newer ones as a missing file.
     */
    static boolean isMissing(Path path, FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return true;
        }
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return !Files.isDirectory(above);
            }
        }
        return false;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Works downwards, and creates a directory only after the entry of the one above it is durable. So of those that it
     * finds, only the lowest can have an entry that is not durable yet (another thread has just created it, or a process
     * that died): that one's is forced as well.
     */
    @Override
    public void createDirectories(Path directory) throws IOException {
        Path existing = directory.toAbsolutePath();
        Deque<Path> missing = new ArrayDeque<>();
        while (!exists(existing)) {
            missing.push(existing);
            Path parent = existing.getParent();
            if (parent == null) {
                throw new NoSuchFileException(existing.toString());
            }
            existing = parent;
        }
        if (!Files.isDirectory(existing)) {
            throw new NotDirectoryException(existing.toString());
        }
        Path above = existing.getParent();
        if (above != null) {
            try {
                forceDirectory(above);
            } catch (AccessDeniedException e) {
                // We may not even look into it, so it was not one of our processes that made an entry there.
                assert !Files.isReadable(above);
            }
        }
        for (Path next : missing) {
            try {
                Files.createDirectory(next);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(next)) {
                    throw e;
                }
            } catch (IOException e) {
                throw asDiskFull(next, e);
            }
            Path parent = next.getParent();
            if (parent != null) {
                forceDirectory(parent);
            }
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw Files.notExists(directory)
                    ? new NoSuchFileException(directory.toString())
                    : new NotDirectoryException(directory.toString());
        }
        if (WINDOWS) {
            return; // directories cannot be opened there; NTFS journals their entries in order
        }
        try (AsynchronousFileChannel channel = openChannel(directory, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        } catch (IOException e) {
            throw asDiskFull(directory, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>File systems give out entries in no useful order, so every page reads the whole directory, keeps the {@code limit}
     * smallest names and asks for the attributes of only these: time in proportion to the directory, memory to the page.
     */
    @Override
    public List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        return SystemDirectoryPages.list(directory, after, limit);
    }

    @Override
    public Optional<DirectoryEntry> stat(Path path) throws IOException {
        Path directory = path.getParent();
        Path name = path.getFileName();
        if (directory == null || name == null) {
            throw new IllegalArgumentException(path + " has no parent directory");
        }
        return Optional.ofNullable(SystemDirectoryPages.entry(directory, name.toString()));
    }

    @Override
    public DiskLock lock(Path path, String holder) throws IOException {
        return SystemLock.take(path, holder);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        Path existing = path.toAbsolutePath();
        while (!exists(existing)) {
            Path parent = existing.getParent();
            if (parent == null) {
                throw new NoSuchFileException(path.toString());
            }
            existing = parent;
        }
        return Files.getFileStore(existing).getUsableSpace();
    }

    private static IOException asDiskFull(Path path, IOException e) {
        return SystemNoSpace.isCauseOf(e) ? new DiskFullException("no space for " + path, e) : e;
    }
}
