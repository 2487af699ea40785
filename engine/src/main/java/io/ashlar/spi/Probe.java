package io.ashlar.spi;

import io.ashlar.ExtentId;

/**
 * Watches the engine's abstract actions from inside their critical sections, in the order in which they happen.
 *
 * <p>A recording of them is checked as a behaviour of the formal specification. Methods are called with locks held: they
 * must be quick, must not throw and must not call the engine. The default methods do nothing.
 */
public interface Probe {

    /** Watches nothing. */
    Probe NONE = new Probe() {};

    /**
     * A put reserved an extent: new, or an existing one by deduplication.
     *
     * @param id the extent
     * @param hit whether it was stored already
     */
    default void reserved(ExtentId id, boolean hit) {}

    /**
     * A reservation ended, by its record having been applied or by the put having been abandoned.
     *
     * @param id the extent
     */
    default void unreserved(ExtentId id) {}

    /**
     * A journal record was applied to the state.
     *
     * @param sequence the record's sequence number
     * @param type the record's type number
     */
    default void applied(long sequence, int type) {}

    /**
     * Everything up to a sequence number became durable.
     *
     * @param sequence the last durable record
     */
    default void durable(long sequence) {}

    /**
     * The collector marked an extent with a count of zero.
     *
     * @param id the extent
     */
    default void marked(ExtentId id) {}

    /**
     * The collector found a marked extent free and let it die; no put may find it any more.
     *
     * @param id the extent
     */
    default void condemned(ExtentId id) {}

    /**
     * The bytes of a dead extent were deleted.
     *
     * @param objectName the physical name
     */
    default void erased(String objectName) {}
}
