package io.ashlar.catalog.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which tables to merge.
 *
 * <p>1. Tables belong to tiers by size, each {@value #TIER_FACTOR} times as large as the one before; all below {@link
 * #SMALLEST_TIER_BYTES} are in the first. A table counts as of at least the tier of every newer one, so that tiers are
 * contiguous in the stack whatever deletions do to sizes.
 *
 * <p>2. When {@value #FAN_IN} tables share a tier, all of that tier are merged; the newest such tier first. Four tables of a tier
 * together are at least half as large as the smallest of the next tier, so that an entry takes part in at most two merges a tier:
 * write amplification is at most 2 log<sub>8</sub> (n / s) + 1 for n bytes in all and s bytes in a new table, and
 * there are at most three tables a tier. The first tier has no smallest size, so that tiny tables are merged into a small one
 * again and again: that is at most 4 MiB for three new tables.
 *
 * <p>3. Should there still be more than {@value #MAX_TABLES} tables (from about 4 GiB on, a hundred million entries), the four
 * neighbours that are most alike are merged: those where the bytes to be written are least for each byte that moves into
 * larger company.
 *
 * <p>4. If the tables hold more than {@value #DEAD_PERCENT_MAX} percent more entries than there are live keys, all are merged: the
 * price, one rewriting of everything, is spread over the changes of a fifth of it, and the catalog never takes much more space
 * than it needs. Small catalogs are left alone.
 */
public final class MergePolicy {
    /** So many tables of one tier are merged. */
    public static final int FAN_IN = 4;
    /** No stack has more tables once all merges due are done. */
    public static final int MAX_TABLES = 12;
    /** Tables below this size, in bytes, are all alike. */
    public static final long SMALLEST_TIER_BYTES = 1 << 20;
    /** How much larger tables of the next tier are. */
    public static final int TIER_FACTOR = 8;

    /** So many entries that newer ones hide, or that hide nothing any more, may there be for a hundred live ones. */
    public static final int DEAD_PERCENT_MAX = 25;

    private static final long DEAD_ENTRIES_MIN = 10_000;

    private MergePolicy() {}

    /**
     * Chooses tables to merge.
     *
     * @param stack the tables
     * @param liveEntries how many keys there are
     * @return neighbours, the newest first; null if no merge is due
     */
    public static @Nullable List<TableDescriptor> choose(TableStack stack, long liveEntries) {
        List<TableDescriptor> tables = stack.tables();
        int size = tables.size();
        int from = 0;
        int tier = 0;
        for (int i = 0; i <= size; i++) {
            int next = i == size
                    ? Integer.MAX_VALUE
                    : Math.max(tier, tier(tables.get(i).storedBytes()));
            if (next != tier) {
                if (i - from >= FAN_IN) {
                    return tables.subList(from, i);
                }
                from = i;
                tier = next;
            }
        }
        if (size > 1 && dead(tables, liveEntries) > Math.max(DEAD_ENTRIES_MIN, liveEntries / 100 * DEAD_PERCENT_MAX)) {
            return tables;
        }
        return size > MAX_TABLES ? mostAlike(tables) : null;
    }

    private static long dead(List<TableDescriptor> tables, long liveEntries) {
        long entries = 0;
        for (TableDescriptor table : tables) {
            entries += table.entries();
        }
        return entries - liveEntries;
    }

    static int tier(long storedBytes) {
        int tier = 0;
        for (long bound = SMALLEST_TIER_BYTES; storedBytes >= bound; bound *= TIER_FACTOR) {
            tier++;
            if (bound > Long.MAX_VALUE / TIER_FACTOR) {
                break;
            }
        }
        return tier;
    }

    private static List<TableDescriptor> mostAlike(List<TableDescriptor> tables) {
        int best = 0;
        double bestCost = Double.MAX_VALUE;
        for (int i = 0; i + FAN_IN <= tables.size(); i++) {
            long sum = 0;
            long largest = 0;
            for (TableDescriptor table : tables.subList(i, i + FAN_IN)) {
                sum += table.storedBytes();
                largest = Math.max(largest, table.storedBytes());
            }
            double cost = (double) sum / Math.max(1, sum - largest);
            if (cost < bestCost) {
                bestCost = cost;
                best = i;
            }
        }
        return tables.subList(best, best + FAN_IN);
    }
}
