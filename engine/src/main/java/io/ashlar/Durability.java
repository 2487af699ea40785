package io.ashlar;

/** When a write counts as done. Whatever is chosen, a crash keeps a prefix of the history of writes, never a selection. */
public enum Durability {
    /** The call returns when the write is durable. The default. */
    SYNC,
    /** The call returns a ticket, which completes when the write is durable. */
    GROUPED,
    /**
     * The write counts as done when it is visible to readers; it becomes durable with the next force, which is at most the
     * setting {@code bufferedForceMillis} away. A crash of the process or the machine may take it back, together with
     * everything after it.
     */
    BUFFERED
}
