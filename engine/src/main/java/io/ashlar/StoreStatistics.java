package io.ashlar;

/**
 * Figures of a store at one moment.
 *
 * @param extents how many extents there are, garbage and packs included
 * @param plainBytes their logical bytes
 * @param storedBytes the bytes that they take where they are stored, packs counted and not what is in them
 * @param referencedBytes logical bytes counted once for every reference: what would be stored without deduplication
 * @param garbageExtents extents that nothing refers to
 * @param garbageBytes their stored bytes, the dead part of packs included
 * @param names how many names there are
 * @param packs how many packs of small extents there are
 * @param inlineExtents how many extents are still in the journal
 * @param catalogBytes what the catalog takes where it is stored
 * @param catalogTables how many sorted tables it consists of
 * @param journalBytes what the journal takes at present
 * @param journalMaxBytes what it may take
 * @param durableSequence the last journal record that is durable
 * @param appliedSequence the last journal record that is applied
 * @param pins how many pins are held
 * @param backendWritableBytes how much more the local disk takes
 */
public record StoreStatistics(
        long extents,
        long plainBytes,
        long storedBytes,
        long referencedBytes,
        long garbageExtents,
        long garbageBytes,
        long names,
        long packs,
        long inlineExtents,
        long catalogBytes,
        long catalogTables,
        long journalBytes,
        long journalMaxBytes,
        long durableSequence,
        long appliedSequence,
        int pins,
        long backendWritableBytes) {

    /**
     * How many times over the live bytes are referred to.
     *
     * @return referenced bytes by live bytes; 1 for an empty store
     */
    public double dedupRatio() {
        long live = plainBytes - garbageBytes;
        return live <= 0 || referencedBytes == 0 ? 1 : (double) referencedBytes / live;
    }
}
