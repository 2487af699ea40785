package io.ashlar;

/**
 * What a run of the collector did, or would do.
 *
 * @param dryRun whether nothing was deleted
 * @param sweptExtents extents without references that were let die
 * @param sweptBytes their stored bytes
 * @param orphans objects of the backend that no record names, deleted
 * @param orphanBytes their bytes
 * @param youngOrphans objects that no record names, but too young to be sure
 * @param heldExtents extents without references that a pin, a put in flight or the grace period still holds
 * @param packsRewritten packs whose living part was moved together
 * @param journalSegmentsFreed segments of the journal that are free again
 */
public record CollectReport(
        boolean dryRun,
        long sweptExtents,
        long sweptBytes,
        long orphans,
        long orphanBytes,
        long youngOrphans,
        long heldExtents,
        long packsRewritten,
        long journalSegmentsFreed) {}
