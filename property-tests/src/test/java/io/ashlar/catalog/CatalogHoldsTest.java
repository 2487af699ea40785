package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.catalog.Liveness.Verdict.Fate;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who finds an extent, who may let it die, and who has to wait. */
class CatalogHoldsTest {
    private CatalogBench bench;
    private Catalog catalog;

    @BeforeEach
    void begin() throws IOException {
        bench = new CatalogBench();
        catalog = bench.catalog;
    }

    @Test
    void shouldBeBusyWhileItIsStored() throws IOException {
        ExtentId id = bench.putObject(1, 10, true).nextDiscriminator();
        assertThat(catalog.isBusy(id)).isFalse();
        assertThat(catalog.admit(id, 0)).isEqualTo(Catalog.Admission.NEW);
        assertThat(catalog.isBusy(id)).isTrue();
        assertThat(catalog.liveness().standing(id)).isEqualTo(new Liveness.Standing(1, true, false, 0));
        assertThat(catalog.admit(id, 0)).isEqualTo(Catalog.Admission.BUSY);
        assertThat(catalog.hold(id)).as("there is no entry yet").isFalse();
        catalog.endStoring(id);
        catalog.unhold(id);
        assertThat(catalog.isBusy(id)).isFalse();
        assertThat(catalog.liveness().standing(id)).isEqualTo(new Liveness.Standing(0, false, false, 0));
    }

    @Test
    void shouldHoldWhatIsReferredToOrHeld() throws IOException {
        ExtentId used = bench.putObject(1, 10, true);
        ExtentId free = bench.putObject(2, 10, false);
        assertThat(catalog.hold(used)).isTrue();
        assertThat(catalog.hold(free)).as("nothing refers to it").isFalse();
        assertThat(catalog.findLive(free)).isNull();
        assertThat(catalog.findLive(used)).isNotNull();
        assertThat(catalog.admit(free, 0)).isEqualTo(Catalog.Admission.HIT);
        assertThat(catalog.findLive(free)).isNotNull();
        assertThat(catalog.hold(free)).as("somebody holds it").isTrue();
        assertThat(catalog.liveness().standing(free).holders()).isEqualTo(2);
        assertThat(catalog.liveness().mark(free, 0)).as("held").isFalse();
        catalog.unhold(free);
        catalog.unhold(free);
        assertThat(catalog.liveness().mark(free, 0)).isTrue();
        assertThat(catalog.liveness().standing(free).markEpoch()).isPositive();
        assertThat(catalog.liveness().mark(free, 0)).as("marked already").isTrue();
        assertThat(catalog.liveness().mark(used, 0)).isFalse();
        assertThat(catalog.liveness().mark(used.nextDiscriminator(), 0))
                .as("not there")
                .isFalse();
        catalog.unhold(used);
    }

    @Test
    void shouldCondemnOnlyWhatIsMarkedFreeAndRipe() throws IOException {
        ExtentId id = bench.putObject(1, 10, false);
        assertThat(fate(id, 100)).as("not marked").isEqualTo(Fate.SPARED);
        catalog.liveness().mark(id, 100);
        assertThat(fate(id, 149)).as("within the grace of 50").isEqualTo(Fate.LATER);
        Liveness.Verdict verdict = catalog.liveness().condemn(id, 150, 50);
        assertThat(verdict.fate()).isEqualTo(Fate.DIES);
        assertThat(verdict.entry()).isEqualTo(bench.entry(id));
        assertThat(catalog.liveness().standing(id).dying()).isTrue();
        assertThat(catalog.isBusy(id)).isTrue();
        assertThat(catalog.hold(id)).isFalse();
        assertThat(catalog.liveness().mark(id, 200)).as("dying").isFalse();
        assertThat(fate(id, 500)).as("dying already").isEqualTo(Fate.LATER);
        catalog.liveness().reprieve(id);
        assertThat(catalog.liveness().standing(id).dying()).isFalse();
        assertThat(fate(id, 500)).as("its mark is as old as it was").isEqualTo(Fate.DIES);
    }

    private Fate fate(ExtentId id, long now) throws IOException {
        return catalog.liveness().condemn(id, now, 50).fate();
    }

    @Test
    void shouldVoidTheMarkOfWhatIsGoneOrReferredTo() throws IOException {
        ExtentId id = bench.putObject(1, 10, false);
        catalog.liveness().mark(id, 0);
        assertThat(catalog.admit(id, 0)).isEqualTo(Catalog.Admission.HIT);
        assertThat(catalog.liveness().standing(id).markEpoch()).isZero();
        assertThat(fate(id, 1_000)).isEqualTo(Fate.SPARED);
        catalog.unhold(id);
        catalog.liveness().mark(id, 2_000);
        bench.submit(new Command.Bind("name", id), Durability.SYNC, false).isDone();
        assertThat(fate(id, 5_000)).isEqualTo(Fate.SPARED);
        bench.submit(new Command.Unbind("name"), Durability.SYNC, false).isDone();
        bench.force();
        assertThat(fate(id, 5_000)).as("it was spared, and its mark with it").isEqualTo(Fate.SPARED);
        assertThat(fate(id.nextDiscriminator(), 5_000)).as("not there").isEqualTo(Fate.SPARED);
    }

    @Test
    void shouldSetAStateApartOnlyWhenEverythingIsDurable() throws IOException {
        ExtentId id = bench.putObject(1, 10, true);
        bench.submit(new Command.Release(id, 1), Durability.SYNC, false).isDone();
        assertThatThrownBy(catalog::freeze).isInstanceOf(IllegalStateException.class);
        bench.force();
        Catalog.Frozen frozen = catalog.freeze();
        assertThat(frozen.figures().get(Counters.Figure.GARBAGE_EXTENTS)).isEqualTo(1);
        catalog.thaw();
        assertThat(catalog.changedEntries()).isPositive();
    }
}
