package io.ashlar.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Holds immutable objects under names: an extent, or a shard of one, is an object. The engine keeps everything but its
 * journal and its anchors in backends.
 *
 * <p><b>Names</b> are 1 to 200 characters out of {@code a-z 0-9 - _ .}, beginning with a letter or digit; what makes one backend
 * of several puts {@code !} and up to 9 letters and digits behind them, for the parts that it divides objects into. Whoever
 * divides refuses names that have a part already. The engine never uses a name for different bytes, so putting a name again may
 * keep either copy. How names map to files or keys is the backend's own affair.
 *
 * <p><b>Atomicity.</b> An object that is found has all the bytes of one put: no reader and no crash ever sees a part of it
 * under its name. An object put but not yet synced may be gone after a crash.
 *
 * <p><b>Visibility.</b> Once a put has returned, reads, {@link #stat} and {@link #list} of the same backend instance find
 * the object, until a delete has returned.
 *
 * <p><b>Durability.</b> An object survives a crash from the moment {@link #sync} of its name has returned. If sync fails,
 * nothing may be assumed about the named objects: the engine puts them afresh, under other names. Deletes need not be
 * durable: an object that comes back is found as an orphan.
 *
 * <p><b>Threads.</b> Every method may be called by many threads at once. Interrupting a thread in any of them closes nothing
 * and fails nothing; the flag is still set on return.
 *
 * <p><b>Errors.</b> A missing object is an {@link ObjectNotFoundException}, lack of room a {@link DiskFullException}, a name
 * or size out of bounds an {@link IllegalArgumentException} before anything happened, a closed backend an {@link
 * IllegalStateException}; everything else an {@link IOException}, after which the call may be tried again, {@link #sync}
 * excepted.
 *
 * <p><b>Not promised:</b> that bytes come back as they were put. Disks rot and networks lie; the caller verifies every byte.
 */
public interface ExtentBackend extends AutoCloseable {

    /**
     * Stores an object, replacing one of the same name. It need not be durable yet.
     *
     * @param name its name
     * @param bytes its content; read from position to limit, the buffer's position is unchanged
     * @throws DiskFullException if there is no room; no object of the name appears that was not there before
     * @throws IOException if it cannot be stored; likewise
     */
    void put(String name, ByteBuffer bytes) throws IOException;

    /**
     * Stores an object unless there is one of that name. Of many callers at once, one wins.
     *
     * @param name its name
     * @param bytes its content; read from position to limit, the buffer's position is unchanged
     * @return whether this call stored it
     * @throws DiskFullException if there is no room
     * @throws IOException if it cannot be stored
     */
    boolean putIfAbsent(String name, ByteBuffer bytes) throws IOException;

    /**
     * Reads a range of an object until {@code target} is full or the object ends.
     *
     * @param name its name
     * @param offset where to begin, in bytes; at or past the end reads nothing
     * @param target where to; its position advances by what was read
     * @return how many bytes were read
     * @throws ObjectNotFoundException if there is no such object
     * @throws IOException if it cannot be read
     */
    int read(String name, long offset, ByteBuffer target) throws IOException;

    /**
     * Reads like {@link #read} without blocking the caller. The default runs the blocking read on {@code executor}.
     *
     * @param name its name
     * @param offset where to begin, in bytes
     * @param target where to; not to be touched until the future is complete
     * @param executor runs what must block, and the future's dependents
     * @return how many bytes were read, or what {@link #read} would have thrown
     */
    default CompletableFuture<Integer> readAsync(String name, long offset, ByteBuffer target, Executor executor) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                result.complete(read(name, offset, target));
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * Looks an object up.
     *
     * @param name its name
     * @return its size and age, if there is one
     * @throws IOException if that cannot be found out
     */
    Optional<ObjectStat> stat(String name) throws IOException;

    /**
     * Deletes an object. Deleting what is not there is no error.
     *
     * @param name its name
     * @return whether it was there
     * @throws IOException if it cannot be deleted; it may be gone all the same
     */
    boolean delete(String name) throws IOException;

    /**
     * Lists objects, a page at a time, in the order of their names.
     *
     * @param prefix what the names begin with; may be empty
     * @param after only names greater than this one; the empty string for all
     * @param limit how many at most; positive. A backend may return fewer, but an empty page only at the end
     * @return the page; objects put or deleted meanwhile may be in it or not
     * @throws IOException if listing failed
     */
    List<ObjectStat> list(String prefix, String after, int limit) throws IOException;

    /**
     * Makes objects durable that were put before. Names that are durable already, or not there, are passed over.
     *
     * @param names which ones
     * @throws IOException if one of them could not be made durable; nothing may be assumed of any of them
     */
    void sync(Collection<String> names) throws IOException;

    /**
     * Tells how much more may be put. An estimate, which others on the same disk change as well. The default cannot tell.
     *
     * @return bytes that are free; empty if there is no telling, or no end to it
     * @throws IOException if that cannot be found out
     */
    default OptionalLong usableBytes() throws IOException {
        return OptionalLong.empty();
    }

    /**
     * Tells what this backend can do. Constant while it is open.
     *
     * @return the capabilities
     */
    BackendCapabilities capabilities();

    /**
     * Waits for calls under way and lets go of every resource. What was not synced may be lost. Closing again does nothing.
     *
     * @throws IOException if a resource could not be let go of
     */
    @Override
    void close() throws IOException;
}
