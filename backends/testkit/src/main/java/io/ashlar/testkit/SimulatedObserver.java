package io.ashlar.testkit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Watches the operations of a {@link SimulatedDisk} that change or force something, on the thread that performs them. It may
 * fork the disk, take crash images of it, change its faults, or throw {@link SimulatedCrash}, which stops the disk; it must
 * not operate on the disk itself.
 */
public interface SimulatedObserver {

    /**
     * Called before anything has happened.
     *
     * @param operation what is about to be done
     */
    default void before(SimulatedOperation operation) {}

    /**
     * Called after the operation took effect or failed, before its caller learns of it.
     *
     * @param operation what was done
     * @param failure what it failed with; null if it succeeded
     */
    default void after(SimulatedOperation operation, @Nullable IOException failure) {}

    /**
     * Called before bytes of a file are read, which is no operation as it changes nothing.
     *
     * @param path the file
     */
    default void reading(String path) {}

    /**
     * Called for every fault that is injected.
     *
     * @param kind in which way it fails
     */
    default void injecting(SimulatedFaults.Kind kind) {}
}
