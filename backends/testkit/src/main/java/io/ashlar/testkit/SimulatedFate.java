package io.ashlar.testkit;

import java.util.function.BooleanSupplier;

/**
 * Decides what a power loss or a failed force leaves of the changes that were not forced: drawn by {@link SimulatedDraw}, or
 * scripted by {@link SimulatedPlay}.
 */
interface SimulatedFate {
    /** Begins with the names; what it returns decides about each operation on them, in order. */
    BooleanSupplier names();

    /** Begins with a file that has so many bytes to lose. */
    void begin(String file, long pendingBytes);

    /** Whether the file is cut short where it was to be. */
    boolean keepsCut();

    /** Puts onto the image what became of one write. */
    void settle(SimulatedBytes image, long position, byte[] bytes);
}
