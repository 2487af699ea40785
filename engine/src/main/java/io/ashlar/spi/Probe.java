package io.ashlar.spi;

import io.ashlar.ExtentId;
import java.nio.ByteBuffer;

/**
 * Watches the engine's abstract actions from inside their critical sections, in the order in which they happen.
 *
 * <p>A recording of them is checked as a behaviour of the formal specification. Methods are called with locks held, by any
 * thread: they must be quick, must not throw and must not call the engine. The default methods do nothing.
 */
public interface Probe {

    /** Watches nothing. */
    Probe NONE = new Probe() {};

    /**
     * A store was recovered, or made anew; whatever was applied before this was found in the journal.
     *
     * @param sequence the last record that was found
     */
    default void recovered(long sequence) {}

    /**
     * A put reserved an extent: new, or an existing one by deduplication.
     *
     * @param id the extent
     * @param hit whether it was stored already
     */
    default void reserved(ExtentId id, boolean hit) {}

    /**
     * A retain or bind reserved an extent that something refers to.
     *
     * @param id the extent
     */
    default void held(ExtentId id) {}

    /**
     * A reservation ended, by its record having been applied or by the put having been abandoned.
     *
     * @param id the extent
     */
    default void unreserved(ExtentId id) {}

    /**
     * The bytes of an extent are about to be stored.
     *
     * @param objectName the physical name
     */
    default void storing(String objectName) {}

    /**
     * The bytes of an extent are durable.
     *
     * @param objectName the physical name
     */
    default void hardened(String objectName) {}

    /**
     * The bytes of an extent that no record names were given up.
     *
     * @param objectName the physical name
     * @param deleted whether they are gone; otherwise they stay as an orphan
     */
    default void discarded(String objectName, boolean deleted) {}

    /**
     * A journal record was applied to the state, and had an effect.
     *
     * @param sequence the record's sequence number
     * @param type the record's type number
     * @param payload the record's payload, from position to limit, neither of which may be changed; the caller's
     */
    default void applied(long sequence, int type, ByteBuffer payload) {}

    /**
     * Everything up to a sequence number became durable, and was counted so.
     *
     * @param sequence the last durable record
     */
    default void durable(long sequence) {}

    /**
     * An extent has a count after what the next call of {@link #applied} or {@link #durable} tells of.
     *
     * @param id the extent
     * @param count how many references it has; 0 also if it is gone
     */
    default void counted(ExtentId id, long count) {}

    /**
     * A reader came.
     *
     * @param epoch the epoch that it came in
     */
    default void pinned(long epoch) {}

    /**
     * A reader left, or had stayed for too long.
     *
     * @param epoch the epoch that it came in
     */
    default void unpinned(long epoch) {}

    /**
     * The collector marked an extent with a count of zero.
     *
     * @param id the extent
     * @param epoch the last epoch of readers that it waits for
     */
    default void marked(ExtentId id, long epoch) {}

    /**
     * The collector found a marked extent free and let it die; no put may find it any more.
     *
     * @param id the extent
     */
    default void condemned(ExtentId id) {}

    /**
     * An extent that was let die lives on, since its sweep could not be committed.
     *
     * @param id the extent
     */
    default void reprieved(ExtentId id) {}

    /**
     * The bytes of a dead extent were deleted.
     *
     * @param objectName the physical name
     * @param deleted whether they are gone; otherwise they stay as an orphan
     */
    default void erased(String objectName, boolean deleted) {}

    /**
     * Bytes that nothing names were found and deleted.
     *
     * @param objectName the physical name
     */
    default void orphaned(String objectName) {}
}
