package io.ashlar.catalog;

import io.ashlar.Durability;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the journal for those who keep the catalog in order: the collector, the packer and the checkpointer submit
 * ordinary commands, like everybody else. Safe for use by many threads.
 */
public interface CommandPort {

    /**
     * Submits a command. With SYNC the calling thread may do the commit itself, so that this takes as long as a force; whoever
     * must not wait asks for GROUPED.
     *
     * @param command what is to change
     * @param durability when the future completes
     * @param reserved whether it may use what is held in reserve for the engine itself: a release or a sweep that makes room
     *     goes through although the store is full
     * @return how it went, or a {@link io.ashlar.StorageException}; completes on the committing
     *     thread, which must not be made to wait for another commit
     * @throws io.ashlar.StorageException if it was not even taken
     */
    CompletableFuture<Catalog.Outcome> submit(Command command, Durability durability, boolean reserved);

    /**
     * Runs something on the committing thread between two records, when everything before is applied and durable.
     *
     * @param control what to run; must be quick
     * @return completes when it has run, or with what it threw
     * @throws io.ashlar.StorageException if it was not even taken
     */
    CompletableFuture<Void> control(Control control);

    /**
     * Tells whether the journal has failed: what was submitted then may or may not be in it.
     *
     * @return whether it has
     */
    boolean hasFailed();

    /** Something that runs between two records. */
    @FunctionalInterface
    interface Control {
        /**
         * Runs.
         *
         * @throws IOException if it could not do its work
         */
        void run() throws IOException;
    }
}
