package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.ExtentPageSource;
import io.ashlar.catalog.table.MemoryStore;
import io.ashlar.catalog.table.PageCache;
import io.ashlar.catalog.table.TableReader;
import io.ashlar.catalog.table.TableStack;
import io.ashlar.extent.ExtentKind;
import io.ashlar.journal.JournalPosition;
import io.ashlar.spi.Probe;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the collector may take, seen by those who read meanwhile. */
class CatalogMarkTest {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);

    private final Pins pins = new Pins(1_000_000_000_000L, Probe.NONE);
    private final Catalog catalog = new Catalog(
            new TableReader(new ExtentPageSource(new MemoryStore()), new PageCache(1 << 16)),
            TableStack.EMPTY,
            new long[0],
            pins,
            Probe.NONE);

    /** An extent that is stored and has no reference. */
    private void putGarbage() throws IOException {
        Command put = new Command.Put(ID, ExtentKind.DATA, 0, 10, 100, 1, 1, false, List.of(), null);
        catalog.apply(1, put.type(), put.encode(), JournalPosition.NONE);
        catalog.durable(1);
    }

    private Liveness.Verdict.Fate condemn() throws IOException {
        return catalog.liveness().condemn(ID, 0, 0).fate();
    }

    @Test
    void shouldLetGarbageDieThatNobodyReads() throws IOException {
        putGarbage();
        assertThat(catalog.liveness().mark(ID, 0)).isTrue();
        assertThat(condemn()).isEqualTo(Liveness.Verdict.Fate.DIES);
        assertThat(catalog.admit(ID, 0)).isEqualTo(Catalog.Admission.BUSY);
    }

    @Test
    void shouldWaitForAReaderThatWasThereWhenItWasMarked() throws IOException {
        putGarbage();
        Pins.Pin pin = pins.pin(0);
        catalog.liveness().mark(ID, 0);
        assertThat(condemn()).isEqualTo(Liveness.Verdict.Fate.LATER);
        pin.close();
        assertThat(condemn()).isEqualTo(Liveness.Verdict.Fate.DIES);
    }

    /** A put that finds garbage makes it alive for readers as well, even if it fails in the end. */
    @Test
    void shouldWaitForAReaderWhoFoundItWhileAPutHeldIt() throws IOException {
        putGarbage();
        catalog.liveness().mark(ID, 0);
        assertThat(catalog.admit(ID, 0)).isEqualTo(Catalog.Admission.HIT);
        assertThat(catalog.liveness().mark(ID, 0)).as("marked while it is held").isFalse();
        Pins.Pin pin = pins.pin(0);
        assertThat(catalog.findLive(ID)).isNotNull();
        catalog.unhold(ID);
        assertThat(condemn()).as("its mark is void").isEqualTo(Liveness.Verdict.Fate.SPARED);
        catalog.liveness().mark(ID, 0);
        assertThat(condemn()).isEqualTo(Liveness.Verdict.Fate.LATER);
        pin.close();
        assertThat(condemn()).isEqualTo(Liveness.Verdict.Fate.DIES);
    }
}
