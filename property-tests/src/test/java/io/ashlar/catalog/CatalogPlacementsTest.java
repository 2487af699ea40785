package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.ExtentId;
import io.ashlar.drive.Placement;
import io.ashlar.drive.PlacementLog;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.testkit.SimulatedThreads;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Placements that the catalog remembers. */
class CatalogPlacementsTest {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);

    private CatalogBench bench;
    private CatalogPlacements placements;

    @BeforeEach
    void begin() throws IOException {
        bench = new CatalogBench();
        placements = new CatalogPlacements(bench.catalog, bench, new SimulatedThreads(bench.clock, () -> {}), 1_000);
    }

    private static String object(ExtentKind kind, int life, long counter) {
        return new ObjectName(kind, ID, life, counter).toString();
    }

    @Test
    void shouldRememberUntilToldOtherwise() throws IOException {
        String first = object(ExtentKind.DATA, 1, 7);
        String second = object(ExtentKind.PACK, 2, 1);
        assertThat(placements.find(first)).isNull();
        Placement placement = Placement.of(3, Placement.OWED, 1);
        placements.record(first, placement);
        placements.record(second, Placement.of(9));
        assertThat(placements.find(first)).isEqualTo(placement);
        assertThat(placements.find(object(ExtentKind.DATA, 1, 8))).isNull();
        assertThat(placements.list("", 10))
                .containsExactly(
                        new PlacementLog.Entry(first, placement), new PlacementLog.Entry(second, Placement.of(9)));
        assertThat(placements.list("", 1)).hasSize(1);
        assertThat(placements.list(first, 10))
                .extracting(PlacementLog.Entry::object)
                .containsExactly(second);
        assertThat(placements.list(second, 10)).isEmpty();
        assertThatThrownBy(() -> placements.list("of-somebody-else", 1)).isInstanceOf(IllegalArgumentException.class);
        placements.record(first, null);
        assertThat(placements.find(first)).isNull();
        assertThat(placements.list("", 10))
                .extracting(PlacementLog.Entry::object)
                .containsExactly(second);
    }

    @Test
    void shouldNotRememberWhatTheCatalogIsMadeOf() throws IOException {
        for (ExtentKind kind : List.of(ExtentKind.TABLE, ExtentKind.MANIFEST)) {
            String object = object(kind, 1, 1);
            assertThat(placements.remembers(object)).isFalse();
            placements.record(object, Placement.of(1, 2));
            assertThat(placements.find(object)).isNull();
        }
        assertThat(placements.remembers("of-somebody-else")).isFalse();
        assertThat(placements.find("of-somebody-else")).isNull();
        assertThat(placements.remembers(object(ExtentKind.DATA, 1, 1))).isTrue();
        assertThat(placements.list("", 10)).isEmpty();
    }

    @Test
    void shouldSayIfTheJournalIsNotDurable() throws IOException {
        bench.control = CatalogBench.ControlIs.DONE;
        placements.force();
        bench.control = CatalogBench.ControlIs.NEVER;
        assertThatThrownBy(placements::force).isInstanceOf(IOException.class).hasMessageContaining("1000 ms");
        bench.control = CatalogBench.ControlIs.FAILED;
        assertThatThrownBy(placements::force)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("could not be made durable");
    }
}
