package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MergePolicyTest {
    private static final long MIB = 1 << 20;
    private static final int PART_BYTES_MAX = 2 << 20;
    private static final long ALL_ALIVE = Long.MAX_VALUE;

    private int objects;

    /** A table of so many bytes and entries, in as many extents as that takes. */
    private TableDescriptor table(long storedBytes, int entries) {
        List<TablePart> parts = new ArrayList<>();
        for (long left = storedBytes; left > 0; left -= PART_BYTES_MAX) {
            byte[] key = {(byte) (parts.size() >>> 8), (byte) parts.size()};
            StoredObject object =
                    new StoredObject("t-" + objects++, ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0), (int)
                            Math.min(left, PART_BYTES_MAX));
            byte[] last = left > PART_BYTES_MAX || entries == 1 ? key : new byte[] {key[0], key[1], 1};
            parts.add(new TablePart(object, 1, 1, 1, left > PART_BYTES_MAX ? 1 : entries, 0, key, last));
        }
        return new TableDescriptor(parts);
    }

    private List<TableDescriptor> chosen(long... storedBytes) {
        List<TableDescriptor> tables = new ArrayList<>();
        for (long bytes : storedBytes) {
            tables.add(table(bytes, 1));
        }
        return MergePolicy.choose(new TableStack(tables), ALL_ALIVE);
    }

    @Test
    void shouldSortTablesIntoTiersOfPowersOfEight() {
        long bound = MergePolicy.SMALLEST_TIER_BYTES;
        assertThat(MergePolicy.tier(0)).isZero();
        for (int tier = 0; tier < 14; tier++, bound *= MergePolicy.TIER_FACTOR) {
            assertThat(MergePolicy.tier(bound - 1)).isEqualTo(tier);
            assertThat(MergePolicy.tier(bound)).isEqualTo(tier + 1);
        }
        assertThat(MergePolicy.tier(Long.MAX_VALUE)).isEqualTo(15);
    }

    @Test
    void shouldMergeOnceThereAreFourOfATier() {
        assertThat(chosen(1, 2, 3)).isNull();
        assertThat(chosen(1, 2, 3, 4)).hasSize(4);
        assertThat(chosen(1, 2, 3, 4, 5)).hasSize(5);
        assertThat(chosen(1, 2, 3, MIB, MIB, MIB)).isNull();
        assertThat(chosen(1, 2, 3, MIB, MIB, MIB, MIB))
                .extracting(TableDescriptor::storedBytes)
                .containsExactly(MIB, MIB, MIB, MIB);
        // What lies below a larger table counts as large.
        assertThat(chosen(1, MIB, 2, 3, 4, 8 * MIB))
                .extracting(TableDescriptor::storedBytes)
                .containsExactly(MIB, 2L, 3L, 4L);
    }

    @Test
    void shouldMergeTheFourNeighboursThatCostLeastWhenThereAreTooMany() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<TableDescriptor> tables = new ArrayList<>();
            for (long bound = MIB; bound <= 4096 * MIB; bound *= MergePolicy.TIER_FACTOR) {
                long from = bound == MIB ? 1 : bound / MergePolicy.TIER_FACTOR;
                // One less than are merged at once; not of the full size, or the test takes long.
                for (int i = 0; i < 3; i++) {
                    tables.add(table(random.nextLong(from, Math.min(bound, 2 * from + MIB)), 1));
                }
            }
            while (tables.size() > MergePolicy.MAX_TABLES + 1) {
                tables.remove(random.nextInt(tables.size()));
            }
            List<TableDescriptor> chosen = MergePolicy.choose(new TableStack(tables), ALL_ALIVE);
            assertThat(chosen).hasSize(MergePolicy.FAN_IN);
            assertThat(Collections.indexOfSubList(tables, chosen)).isNotNegative();
            for (int i = 0; i + MergePolicy.FAN_IN <= tables.size(); i++) {
                assertThat(cost(chosen)).isLessThanOrEqualTo(cost(tables.subList(i, i + MergePolicy.FAN_IN)));
            }
            tables.remove(random.nextInt(tables.size()));
            assertThat(MergePolicy.choose(new TableStack(tables), ALL_ALIVE)).isNull();
        }
    }

    /** What is written for each byte that is not of the largest. */
    private static double cost(List<TableDescriptor> tables) {
        long sum = tables.stream().mapToLong(TableDescriptor::storedBytes).sum();
        long largest =
                tables.stream().mapToLong(TableDescriptor::storedBytes).max().orElseThrow();
        return (double) sum / (sum - largest);
    }

    @Test
    void shouldMergeAllOnceMoreThanAQuarterIsDead() {
        // Below 10,000 it is not worth it.
        checkDead(0, 10_000);
        checkDead(30_000, 10_000);
        checkDead(40_000, 10_000);
        checkDead(100_000, 25_000);
        assertThat(MergePolicy.choose(new TableStack(List.of(table(1, 50_000))), 0))
                .as("one table has nobody to merge with")
                .isNull();
    }

    private void checkDead(int live, int deadMax) {
        TableStack most = new TableStack(List.of(table(1, 7), table(MIB, live + deadMax - 7)));
        assertThat(MergePolicy.choose(most, live)).isNull();
        TableStack more = new TableStack(List.of(table(1, 8), table(MIB, live + deadMax - 7)));
        assertThat(MergePolicy.choose(more, live)).isEqualTo(more.tables());
    }
}
