package io.ashlar.drive;

/** How a drive does, and what the store wants of it, in one word. */
enum DriveState {
    /** Takes shards and gives them back. */
    ONLINE,
    /** Has failed or been slow lately: takes no shards as long as others do, and is asked last. */
    SUSPECT,
    /** Does not answer, or is not the drive that belongs there. Asked now and then whether it is back. */
    OFFLINE,
    /** Takes no shards any more; those that it holds are read, and moved away. */
    DRAINING,
    /** Holds nothing that is needed. */
    REMOVED
}
