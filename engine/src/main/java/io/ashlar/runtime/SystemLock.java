package io.ashlar.runtime;

import io.ashlar.spi.Disk.DiskLock;
import io.ashlar.spi.LockHeldException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock file, held through a lock of the operating system.
 *
 * <p>On Unix such a lock belongs to the process, and closing <em>any</em> descriptor of the file gives it up. Therefore a
 * second opener in this process is turned away by a table, without the file being touched; and where the table cannot know
 * (another class loader holds the lock with a table of its own), the descriptor that met the lock is kept open, for the next
 * attempt on that file, instead of being closed.
 */
final class SystemLock implements DiskLock {
    private static final int HOLDER_BYTES_MAX = 512;

    /** By file identity rather than path, of which a file can have several. Guarded by the class. */
    private static final Map<Object, SystemLock> HELD = new HashMap<>();

    /** Descriptors that must not be closed, see above; one a file. Guarded by the class. */
    private static final Map<Object, AsynchronousFileChannel> KEPT_OPEN = new HashMap<>();

    private final Object key;
    private final String holder;
    private @Nullable AsynchronousFileChannel channel;

    private SystemLock(Object key, String holder, AsynchronousFileChannel channel) {
        this.key = key;
        this.holder = firstLine(holder);
        this.channel = channel;
    }

    static DiskLock take(Path path, String holder) throws IOException {
        synchronized (SystemLock.class) {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                // As it should be, every time but the first.
                assert Files.exists(path);
            }
            Object key = key(path);
            SystemLock present = HELD.get(key);
            if (present != null) {
                throw new LockHeldException(path.toString(), present.holder);
            }
            AsynchronousFileChannel kept = KEPT_OPEN.remove(key);
            AsynchronousFileChannel channel = kept != null
                    ? kept
                    : SystemDisk.openChannel(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
            return take(path, key, holder, channel);
        }
    }

    private static DiskLock take(Path path, Object key, String holder, AsynchronousFileChannel channel)
            throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            KEPT_OPEN.put(key, channel);
            throw new LockHeldException(path.toString(), readHolder(channel));
        } catch (IOException e) {
            throw closing(channel, e);
        }
        if (lock == null) {
            String other;
            try {
                other = readHolder(channel);
            } catch (IOException e) {
                throw closing(channel, e);
            }
            throw closing(channel, new LockHeldException(path.toString(), other));
        }
        try {
            writeHolder(channel, holder);
        } catch (IOException e) {
            throw closing(channel, e);
        }
        SystemLock taken = new SystemLock(key, holder, channel);
        HELD.put(key, taken);
        return taken;
    }

    @Override
    public void close() throws IOException {
        synchronized (SystemLock.class) {
            if (channel != null) {
                AsynchronousFileChannel closing = channel;
                channel = null;
                HELD.remove(key, this);
                closing.close(); // gives up the lock; the file stays, as deleting it could pull it from under the next
            }
        }
    }

    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key != null ? key : path.toRealPath();
    }

    /** Not forced: it informs people about living processes, and none outlives a crash. */
    private static void writeHolder(AsynchronousFileChannel channel, String holder) throws IOException {
        byte[] line = (firstLine(holder) + "\n").getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        new SystemDiskFile(Path.of("lock"), channel).writeFully(ByteBuffer.wrap(line), 0);
    }

    /** Reads what the holder wrote: nothing yet, perhaps, or half of it. */
    private static String readHolder(AsynchronousFileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HOLDER_BYTES_MAX);
        int count = Math.max(0, SystemDiskFile.result(channel.read(bytes, 0)));
        return firstLine(new String(bytes.array(), 0, count, StandardCharsets.UTF_8));
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }

    private static IOException closing(AsynchronousFileChannel channel, IOException reason) {
        try {
            channel.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        return reason;
    }
}
