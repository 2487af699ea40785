package io.ashlar.testkit;

/**
 * Says what a power loss or a failed force leaves of what was not forced, where {@link SimulatedDisk} would draw it: for
 * tests that go through all possibilities. Names that were not forced are kept.
 */
@FunctionalInterface
public interface SimulatedScript {

    /** What becomes of a piece of a write. */
    enum Fate {
        /** The new bytes are on the platter. */
        KEPT,
        /** The old ones are. */
        LOST,
        /** The first half is new, the second old. Whoever tests with it sees to it that the halves differ. */
        TORN
    }

    /**
     * Decides about a piece of a write; asked in the order in which they were written.
     *
     * @param file the file's name, without its directory; at a failed force, the one it was opened by
     * @param position where the piece begins, in bytes
     * @param length how long it is, in bytes; it lies within one sector
     * @return what becomes of it
     */
    Fate of(String file, long position, int length);
}
