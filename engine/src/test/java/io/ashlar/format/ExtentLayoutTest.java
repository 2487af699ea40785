package io.ashlar.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExtentLayoutTest {

    @Test
    void shouldTakePowersOfTwoWithinTheBoundsForPagesOnly() {
        for (int log2 = 9; log2 <= 16; log2++) {
            assertThat(ExtentLayout.pageSizeLog2(1 << log2)).isEqualTo(log2);
        }
        for (int pageBytes : new int[] {Integer.MIN_VALUE, -512, 0, 1, 256, 513, 768, 65_535, 131_072, 1 << 30}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ExtentLayout.pageSizeLog2(pageBytes));
        }
    }

    @Test
    void shouldTakeContentOfUpToTwoMebibytes() {
        for (int plainBytes : new int[] {0, 1, 2 << 20}) {
            assertThat(ExtentLayout.checkPlainBytes(plainBytes)).isEqualTo(plainBytes);
        }
        for (int plainBytes : new int[] {Integer.MIN_VALUE, -1, (2 << 20) + 1, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ExtentLayout.checkPlainBytes(plainBytes));
        }
    }

    @Test
    void shouldCountThePagesThatContentReachesInto() {
        for (int log2 = 9; log2 <= 16; log2++) {
            int pageBytes = 1 << log2;
            assertThat(ExtentLayout.pageSlots(0, log2)).isZero();
            for (int pages = 1; pages <= 4; pages++) {
                assertThat(ExtentLayout.pageSlots((pages - 1) * pageBytes + 1, log2))
                        .isEqualTo(pages);
                assertThat(ExtentLayout.pageSlots(pages * pageBytes, log2)).isEqualTo(pages);
            }
        }
    }
}
