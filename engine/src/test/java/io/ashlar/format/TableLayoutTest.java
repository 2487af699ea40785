package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;

class TableLayoutTest {
    private static final int BLOCK_BITS = TableLayout.FILTER_BLOCK_BYTES * 8;

    @Test
    void shouldSizeFiltersWithNothingToSpare() {
        for (int entries = 1; entries <= 20_000; entries++) {
            int blocks = TableLayout.filterBlocks(entries);
            int bits = entries * TableLayout.FILTER_BITS_PER_KEY;
            assertThat(bits).isGreaterThan((blocks - 1) * BLOCK_BITS).isLessThanOrEqualTo(blocks * BLOCK_BITS);

            int pages = TableLayout.filterPages(blocks);
            assertThat(blocks)
                    .isGreaterThan((pages - 1) * TableLayout.FILTER_BLOCKS_PER_PAGE)
                    .isLessThanOrEqualTo(pages * TableLayout.FILTER_BLOCKS_PER_PAGE);
        }
    }

    @Test
    void shouldSizeFiltersOfMoreBitsThanAnIntCounts() {
        assertThat(TableLayout.filterBlocks(Integer.MAX_VALUE)).isEqualTo(41_943_040);
    }

    @Test
    void shouldTakeKeysAndValuesWithinTheirBoundsOnly() {
        for (int length : new int[] {1, 2, TableLayout.MAX_KEY_BYTES}) {
            assertThatNoException().isThrownBy(() -> TableLayout.checkKeyBytes(length));
        }
        for (int length : new int[] {-1, 0, TableLayout.MAX_KEY_BYTES + 1}) {
            assertThatIllegalArgumentException().isThrownBy(() -> TableLayout.checkKeyBytes(length));
        }
        assertThatNoException().isThrownBy(() -> TableLayout.checkValueBytes(0));
        assertThatNoException().isThrownBy(() -> TableLayout.checkValueBytes(TableLayout.MAX_VALUE_BYTES));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableLayout.checkValueBytes(TableLayout.MAX_VALUE_BYTES + 1));
    }
}
