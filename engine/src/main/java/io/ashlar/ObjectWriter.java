package io.ashlar;

import java.nio.ByteBuffer;

/**
 * Writes an object of any size as a tree of extents. For one thread. What was written is garbage until {@link #finish}; a
 * crash before leaves nothing behind that the collector does not find.
 */
public interface ObjectWriter extends AutoCloseable {

    /**
     * Appends bytes. Whole extents of 2 MiB go on their way while more are written.
     *
     * @param bytes any number, from position to limit; the position advances to the limit
     * @throws StorageException as for {@link ExtentStore#put(ByteBuffer)}; the object cannot be finished any more
     * @throws IllegalStateException if it is finished or closed
     */
    void write(ByteBuffer bytes);

    /**
     * Ends the extent under construction here, so that what follows begins a new one. Equal content deduplicates where its
     * extents begin at equal places: cut where files or records begin.
     *
     * @throws StorageException as for {@link ExtentStore#put(ByteBuffer)}; the object cannot be finished any more
     * @throws IllegalStateException if it is finished or closed
     */
    void cut();

    /**
     * Tells how much was written.
     *
     * @return bytes so far
     */
    long position();

    /**
     * Completes the object and takes a reference to it, as a put does. Durable on return.
     *
     * @return the id of its root
     * @throws StorageException if that failed; nothing refers to the object
     * @throws IllegalStateException if it is finished or closed
     */
    ExtentId finish();

    /**
     * Completes the object and lets a name refer to it, in one step. Durable on return.
     *
     * @param name as for {@link ExtentStore#bind}
     * @return the id of its root
     * @throws StorageException if that failed; the name refers to what it did before
     * @throws IllegalStateException if it is finished or closed
     */
    ExtentId finish(String name);

    /** Abandons the object unless it is finished. Closing again does nothing. */
    @Override
    void close();
}
