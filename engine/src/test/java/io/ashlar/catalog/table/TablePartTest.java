package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.ExtentId;
import org.junit.jupiter.api.Test;

class TablePartTest {
    private static final StoredObject OBJECT =
            new StoredObject("t-1", ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0), 4096);
    private static final int PAGES = 512;

    private static TablePart part(
            int entryPages, int indexPages, int filterBlocks, int entries, int tombstones, int first, int last) {
        return new TablePart(OBJECT, entryPages, indexPages, filterBlocks, entries, tombstones, key(first), key(last));
    }

    /** A number as a key; nothing for a negative one. */
    private static byte[] key(int number) {
        return number < 0 ? new byte[0] : new byte[] {(byte) (number >>> 8), (byte) number};
    }

    @Test
    void shouldTakeWhatAnExtentCanHold() {
        assertThat(part(1, 1, 1, 1, 0, 7, 7).pageCount()).isEqualTo(4);
        assertThat(part(1, 1, 1, 1, 1, 7, 7).tombstones()).isEqualTo(1);
        assertThat(part(3, 3, 65, 3, 3, 7, 8).pageCount()).isEqualTo(3 + 3 + 2 + 1);
        assertThat(part(PAGES - 3, 1, 64, 5000, 0, 7, 8).pageCount()).isEqualTo(PAGES);
    }

    @Test
    void shouldRefuseWhatNoExtentCanHold() {
        int[][] impossible = {
            {0, 0, 1, 1, 0, 7, 7},
            {-1, 1, 1, 1, 0, 7, 7},
            {1, 0, 1, 1, 0, 7, 7},
            {1, 2, 1, 1, 0, 7, 7},
            {1, 1, 0, 1, 0, 7, 7},
            {1, 1, PAGES * 64 + 1, 1, 0, 7, 7},
            {PAGES, 1, 1, PAGES, 0, 7, 8},
            {PAGES - 2, 1, 1, PAGES, 0, 7, 8},
            {PAGES - 3, 1, 65, 5000, 0, 7, 8},
            {2, 1, 1, 1, 0, 7, 7},
            {1, 1, 1, 0, 0, 7, 7},
            {1, 1, 1, 2, -1, 7, 8},
            {1, 1, 1, 2, 3, 7, 8},
            {1, 1, 1, 2, 0, -1, 8},
            {1, 1, 1, 1, 0, -1, -1},
            {1, 1, 1, 1, 0, 7, 8},
            {1, 1, 1, 2, 0, 7, 7},
            {1, 1, 1, 2, 0, 8, 7},
            {1, 1, 1, 2, 0, 300, 200},
        };
        for (int[] p : impossible) {
            assertThatIllegalArgumentException()
                    .as("%s", p)
                    .isThrownBy(() -> part(p[0], p[1], p[2], p[3], p[4], p[5], p[6]));
        }
    }

    @Test
    void shouldEqualOnlyWhatIsTheSame() {
        TablePart part = part(3, 1, 1, 9, 2, 7, 8);
        assertThat(part).isEqualTo(part(3, 1, 1, 9, 2, 7, 8)).hasSameHashCodeAs(part(3, 1, 1, 9, 2, 7, 8));
        assertThat(part)
                .isNotEqualTo(part(4, 1, 1, 9, 2, 7, 8))
                .isNotEqualTo(part(3, 2, 1, 9, 2, 7, 8))
                .isNotEqualTo(part(3, 1, 2, 9, 2, 7, 8))
                .isNotEqualTo(part(3, 1, 1, 8, 2, 7, 8))
                .isNotEqualTo(part(3, 1, 1, 9, 3, 7, 8))
                .isNotEqualTo(part(3, 1, 1, 9, 2, 6, 8))
                .isNotEqualTo(part(3, 1, 1, 9, 2, 7, 9));
        assertThat(part).hasToString("t-1 (9 entries)");
    }
}
