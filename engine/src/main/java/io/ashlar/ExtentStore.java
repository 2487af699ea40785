package io.ashlar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Content-addressed, deduplicated, reference-counted extents of up to 2 MiB, and objects of any size made of them.
 *
 * <p><b>References.</b> An extent lives while something refers to it: each put or retain is one reference, which a release
 * gives back; a name is one; an object refers to its parts. What nothing refers to is garbage, and the collector deletes it
 * after a while. The counts are exact and durable, also over a crash.
 *
 * <p><b>Durability.</b> Methods without a {@link Durability} are {@link Durability#SYNC}: what they did is durable when they
 * return. The others return a future; see {@link Durability} for when it completes. Dependents of a future run on an engine
 * thread unless they are given an executor ({@code thenApplyAsync}): they must be quick and must not wait for the store.
 *
 * <p><b>Threads.</b> Every method may be called by many threads at once. An interrupt neither ends a call nor harms the
 * store.
 *
 * <p><b>Errors</b> common to all: {@link StoreClosedException}; to writes: {@link StoreFailedException}, {@link
 * StoreFullException}, {@link BackPressureException}, {@link BackendException}; to reads: {@link DamagedException}, {@link
 * BackendException}.
 */
public interface ExtentStore {

    /**
     * Stores an extent, or finds it stored already, and takes a reference to it.
     *
     * @param bytes 0 to 2 MiB, from position to limit; the position is unchanged
     * @return its id
     * @throws IllegalArgumentException if there are more than 2 MiB
     */
    ExtentId put(ByteBuffer bytes);

    /**
     * Stores an extent like {@link #put(ByteBuffer)}.
     *
     * @param bytes 0 to 2 MiB
     * @return its id
     * @throws IllegalArgumentException if there are more than 2 MiB
     */
    default ExtentId put(byte[] bytes) {
        return put(ByteBuffer.wrap(bytes));
    }

    /**
     * Stores an extent like {@link #put(ByteBuffer)}, without waiting longer than for room to begin.
     *
     * @param bytes 0 to 2 MiB, from position to limit; copied before the call returns, unless the durability is {@link
     *     Durability#SYNC}
     * @param durability when the future completes
     * @return its id, once it is stored as asked
     * @throws IllegalArgumentException if there are more than 2 MiB
     */
    CompletableFuture<ExtentId> put(ByteBuffer bytes, Durability durability);

    /**
     * Stores a sparse extent and takes a reference to it.
     *
     * @param content which pages there are, and their bytes
     * @return its id; the same pages in other places are another extent
     */
    ExtentId put(SparseExtent content);

    /**
     * Stores a stream of any length as an object, and takes a reference to it. The stream is read to its end, never held in
     * memory, and not closed.
     *
     * @param stream the bytes
     * @return the id of the object's root
     * @throws IOException if the stream fails; nothing stays referenced
     */
    ExtentId put(InputStream stream) throws IOException;

    /**
     * Reads a whole extent.
     *
     * @param id which one
     * @return its bytes, verified
     * @throws ExtentNotFoundException if there is no such extent
     */
    byte[] get(ExtentId id);

    /**
     * Reads a range of an extent until {@code target} is full or the extent ends. Absent pages of a sparse extent read as
     * zeros.
     *
     * @param id which one
     * @param offset where to begin, in bytes; at or past the end reads nothing
     * @param target where to; its position advances by what was read
     * @return how many bytes were read, all of them verified
     * @throws ExtentNotFoundException if there is no such extent
     */
    int get(ExtentId id, long offset, ByteBuffer target);

    /**
     * Reads a sparse extent together with its bitmap. A dense one has all its pages present.
     *
     * @param id which one
     * @return its pages, verified
     * @throws ExtentNotFoundException if there is no such extent
     */
    SparseExtent getSparse(ExtentId id);

    /**
     * Tells whether an extent is there and referred to.
     *
     * @param id which one
     * @return whether it could be read
     */
    default boolean exists(ExtentId id) {
        return stat(id).isPresent();
    }

    /**
     * Looks an extent up without reading it.
     *
     * @param id which one
     * @return what the catalog knows, if there is such an extent and something refers to it
     */
    Optional<ExtentInfo> stat(ExtentId id);

    /**
     * Takes one more reference to an extent or object.
     *
     * @param id which one
     * @throws ExtentNotFoundException if nothing refers to it any more
     */
    void retain(ExtentId id);

    /**
     * Takes one more reference to an extent or object.
     *
     * @param id which one
     * @param durability when the future completes
     * @return completes when that is done; with {@link ExtentNotFoundException} if nothing refers to it any more
     */
    CompletableFuture<Void> retain(ExtentId id, Durability durability);

    /**
     * Gives back one reference that a put or a retain took.
     *
     * @param id which one
     * @throws ExtentNotFoundException if no such reference is left; nothing has changed
     */
    void release(ExtentId id);

    /**
     * Gives back one reference that a put or a retain took.
     *
     * @param id which one
     * @param durability when the future completes
     * @return completes when that is done; with {@link ExtentNotFoundException} if no such reference is left
     */
    CompletableFuture<Void> release(ExtentId id, Durability durability);

    /**
     * Lets a name refer to an extent or object, instead of what it referred to before.
     *
     * @param name 1 to 256 bytes of UTF-8 without control characters
     * @param id what it refers to
     * @throws ExtentNotFoundException if nothing refers to it any more
     * @throws IllegalArgumentException if the name is out of bounds
     */
    void bind(String name, ExtentId id);

    /**
     * Removes a name and the reference that it held.
     *
     * @param name the name
     * @throws NameNotFoundException if there is no such name; nothing has changed
     */
    void unbind(String name);

    /**
     * Looks a name up.
     *
     * @param name the name
     * @return what it refers to, if there is such a name
     */
    Optional<ExtentId> resolve(String name);

    /**
     * Lists the names, a page at a time, in the order of their UTF-8 bytes.
     *
     * @param after only names greater than this one; the empty string for all
     * @param limit how many at most; 1 to 10,000
     * @return the page; fewer than {@code limit} at the end
     */
    List<NamedExtent> names(String after, int limit);

    /**
     * Begins an object of any size. Nothing refers to it until it is finished.
     *
     * @return a writer for one thread
     */
    ObjectWriter newObject();

    /**
     * Opens an object, or an extent as an object of one part. Holds a pin until it is closed.
     *
     * @param root the id of its root
     * @return a reader for one thread
     * @throws ExtentNotFoundException if there is no such object
     */
    ObjectReader openObject(ExtentId root);

    /**
     * Takes a pin: what is there now stays readable through it, also if it is released meanwhile, until the pin is closed
     * or older than the setting {@code pinMaxMillis}.
     *
     * @return the pin
     */
    Pin pin();

    /**
     * A name and what it refers to.
     *
     * @param name the name
     * @param id what it refers to
     */
    record NamedExtent(String name, ExtentId id) {}

    /** Keeps extents readable that lose their last reference meanwhile. Safe for use by many threads. */
    interface Pin extends AutoCloseable {

        /**
         * Reads a range like {@link ExtentStore#get(ExtentId, long, ByteBuffer)}, of any extent that was there when the pin
         * was taken.
         *
         * @param id which one
         * @param offset where to begin, in bytes
         * @param target where to; its position advances by what was read
         * @return how many bytes were read
         * @throws ExtentNotFoundException if there was no such extent
         * @throws PinExpiredException if the pin was held too long, or closed
         */
        int get(ExtentId id, long offset, ByteBuffer target);

        /** Lets go. Closing again does nothing. */
        @Override
        void close();
    }
}
