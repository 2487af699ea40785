package io.ashlar.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.format.TableLayout;
import org.junit.jupiter.api.Test;

class NodePageTest {
    private static final byte[] KEY = {5};

    /** A page with one entry, which begins at {@code at} with these bytes. */
    private static NodePage page(int at, int... entry) {
        byte[] bytes = new byte[4096];
        bytes[0] = (byte) TableLayout.KIND_ENTRIES;
        bytes[2] = 1;
        bytes[4] = 1;
        LittleEndian.putU16(bytes, 4094, at);
        for (int i = 0; i < entry.length; i++) {
            bytes[at + i] = (byte) entry[i];
        }
        return new NodePage("o", 3, bytes, 0, TableLayout.KIND_ENTRIES);
    }

    private static void assertDamaged(NodePage page, String what) {
        assertThatThrownBy(() -> page.get(KEY))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("o, page 3")
                .hasMessageContaining(what);
        assertThatThrownBy(page::first).isInstanceOf(DamagedException.class).hasMessageContaining(what);
    }

    @Test
    void shouldReadAnEntryThatEndsWhereTheRestartsBegin() {
        assertThat(page(4089, 0, 1, 2, 5, 77).get(KEY).value()).containsExactly(77);
    }

    @Test
    void shouldReportEntriesThatReachIntoTheRestarts() {
        assertDamaged(page(4089, 0, 1, 3, 5, 77), "out of bounds");
        assertDamaged(page(4089, 0, 3, 2, 5), "out of bounds");
        assertDamaged(page(4092, 0, 1), "runs past");
        assertDamaged(page(4093, 0x80), "runs past");
    }

    @Test
    void shouldReportRestartsInTheHeaderOrThatAreNotWhole() {
        assertDamaged(page(7, 0, 1, 0, 5), "restart 0 is at 7");
        assertDamaged(page(8, 1, 1, 0, 5), "not whole");
    }

    @Test
    void shouldReportNumbersThatAreNotInTheirShortestForm() {
        assertDamaged(page(8, 0x80, 0, 1, 0, 5), "shortest form");
        assertDamaged(page(8, 0, 0x80, 0x80, 1, 5), "shortest form");
    }

    @Test
    void shouldReportKeysAndValuesThatAreTooLongOrEmpty() {
        assertDamaged(page(8, 0, 0, 0), "out of bounds");
        assertDamaged(page(8, 0, 0x80 | 45, 2, 0), "out of bounds");
        assertDamaged(page(8, 0, 1, 0x80 | 2, 28, 5), "out of bounds");
    }
}
