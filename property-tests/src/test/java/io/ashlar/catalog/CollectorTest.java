package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.BackendException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.testkit.FaultyBackend.Fault;
import io.ashlar.testkit.FaultyBackend.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The collector, step by step. */
class CollectorTest {
    private CatalogBench bench;
    private Collector collector;

    @BeforeEach
    void begin() throws IOException {
        bench = new CatalogBench();
        collector = bench.collector;
    }

    @Test
    void shouldMarkSweepAndErase() throws IOException {
        ExtentId id = bench.putObject(1, 3_000, false);
        long stored = bench.entry(id).storedBytes();
        String object = bench.entry(id).objectName(id);
        assertThat(collector.estimate()).isEqualTo(new Collector.Estimate(1, stored, 0));
        assertThat(collector.isWaiting()).isFalse();
        assertThat(collector.isReady()).isFalse();
        assertThat(collector.step()).as("marks").isTrue();
        assertThat(collector.heldExtents()).isEqualTo(1);
        assertThat(collector.step()).as("within the grace").isFalse();
        bench.clock.advanceNanos(9_999_999);
        assertThat(collector.step()).as("within the grace").isFalse();
        assertThat(collector.heldExtents()).isEqualTo(1);
        bench.clock.advanceNanos(1);
        assertThat(collector.step()).as("sweeps").isTrue();
        assertThat(bench.told).containsExactly("condemned " + id);
        assertThat(collector.heldExtents()).isZero();
        assertThat(collector.isWaiting()).isTrue();
        assertThat(collector.isReady()).isFalse();
        assertThat(collector.step()).as("waits").isFalse();
        assertThat(collector.sweptExtents()).isZero();
        bench.force();
        assertThat(collector.isReady()).isTrue();
        assertThat(collector.eraseDead()).isTrue();
        assertThat(bench.told).endsWith("erased " + object);
        assertThat(bench.objects()).isZero();
        assertThat(collector.eraseDead()).isFalse();
        assertThat(collector.step()).as("ends the sweep").isTrue();
        assertThat(collector.isWaiting()).isFalse();
        assertThat(collector.sweptExtents()).isEqualTo(1);
        assertThat(collector.sweptBytes()).isEqualTo(stored);
        assertThat(bench.catalog.find(id)).isNull();
        assertThat(bench.catalog.admit(id, 0)).isEqualTo(Catalog.Admission.NEW);
        assertThat(collector.step()).isFalse();
    }

    @Test
    void shouldGoOnWhereAnObjectCannotBeDeleted() throws IOException {
        ExtentId first = bench.putObject(1, 2_000, false);
        bench.putObject(2, 2_000, false);
        bench.backend.failNext(Operation.DELETE, Fault.FAIL);
        bench.collect();
        assertThat(bench.objects()).as("one became an orphan").isEqualTo(1);
        assertThat(bench.catalog.find(first)).isNull();
        assertThat(bench.catalog.erasable(10)).isEmpty();
        assertThat(bench.told).filteredOn(line -> line.startsWith("not erased")).hasSize(1);
        assertThat(collector.sweptExtents()).isEqualTo(2);
    }

    @Test
    void shouldSpareWhatIsReferredToAgain() throws IOException {
        ExtentId id = bench.putObject(1, 2_000, false);
        assertThat(collector.mark()).isTrue();
        CompletableFuture<Catalog.Outcome> unused = bench.submit(new Command.Bind("again", id), Durability.SYNC, false);
        bench.force();
        bench.clock.advanceMillis(10);
        assertThat(collector.step()).isFalse();
        assertThat(collector.heldExtents()).isZero();
        bench.collect();
        assertThat(bench.catalog.find(id)).isNotNull();
        unused = bench.submit(new Command.Unbind("again"), Durability.SYNC, true);
        bench.force();
        assertThat(collector.mark()).as("it is marked afresh").isTrue();
        assertThat(collector.step()).as("and has all of the grace again").isFalse();
        bench.collect();
        assertThat(bench.catalog.find(id)).isNull();
    }

    @Test
    void shouldReprieveTheCondemnedIfTheirRecordFails() throws IOException {
        ExtentId id = bench.putObject(1, 2_000, false);
        collector.mark();
        bench.clock.advanceMillis(10);
        bench.refuses = true;
        assertThat(collector.step()).isTrue();
        assertThat(collector.isReady()).isTrue();
        assertThatThrownBy(collector::step).isInstanceOf(BackendException.class).hasMessageContaining("refuses");
        assertThat(bench.told).containsExactly("condemned " + id, "reprieved " + id);
        assertThat(bench.catalog.admit(id, 0)).isEqualTo(Catalog.Admission.HIT);
        bench.catalog.unhold(id);
        assertThat(collector.sweptExtents()).isZero();
        assertThat(collector.isWaiting()).isFalse();
        bench.refuses = false;
        collector.mark();
        bench.collect();
        assertThat(bench.catalog.find(id)).isNull();
    }

    @Test
    void shouldReprieveTheCondemnedIfTheirRecordIsNotTaken() throws IOException {
        ExtentId id = bench.putObject(1, 2_000, false);
        collector.mark();
        bench.clock.advanceMillis(10);
        bench.full = true;
        assertThatThrownBy(collector::step).isInstanceOf(BackendException.class).hasMessageContaining("full");
        assertThat(bench.told).containsExactly("condemned " + id, "reprieved " + id);
        bench.full = false;
        bench.collect();
        assertThat(bench.catalog.find(id)).isNull();
    }

    @Test
    void shouldCollectWhatANodeLeavesBehind() throws IOException {
        List<ExtentId> children = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            children.add(bench.putObject(i, 1_000 + i, false));
        }
        ExtentId shared = children.get(2);
        CompletableFuture<Catalog.Outcome> unused = bench.submit(new Command.Retain(shared, 1), Durability.SYNC, false);
        ExtentId node = bench.putNode(children, true);
        bench.collect();
        assertThat(bench.entry(node).count()).isEqualTo(1);
        assertThat(bench.entry(shared).count()).isEqualTo(2);
        bench.release(node);
        bench.collect();
        assertThat(bench.catalog.find(node)).isNull();
        bench.collect();
        assertThat(bench.catalog.find(children.get(0))).isNull();
        assertThat(bench.catalog.find(children.get(1))).isNull();
        assertThat(bench.entry(shared).count()).isEqualTo(1);
        assertThat(collector.sweptExtents()).isEqualTo(3);
    }

    @Test
    void shouldLeaveANodeAloneThatCannotBeRead() throws IOException {
        ExtentId child = bench.putObject(1, 1_000, false);
        ExtentId node = bench.putNode(List.of(child), false);
        bench.backend.delete(bench.entry(node).objectName(node));
        bench.collect();
        assertThat(bench.catalog.find(node))
                .as("without it no count below could be right")
                .isNotNull();
        assertThat(bench.entry(child).count()).isEqualTo(1);
        assertThat(collector.heldExtents()).isZero();
        assertThat(collector.mark()).as("not asked again").isFalse();
    }

    @Test
    void shouldMarkPageByPage() throws IOException {
        for (int i = 0; i < 300; i++) {
            bench.putInline(i, 20, false);
        }
        assertThat(collector.mark()).isTrue();
        assertThat(collector.heldExtents()).isEqualTo(256);
        assertThat(collector.mark()).isTrue();
        assertThat(collector.heldExtents()).isEqualTo(300);
        assertThat(collector.mark()).as("nothing new").isTrue();
        assertThat(collector.heldExtents()).isEqualTo(300);
        assertThat(collector.estimate().extents()).isEqualTo(300);
        bench.collect();
        assertThat(collector.sweptExtents()).isEqualTo(300);
        assertThat(collector.estimate()).isEqualTo(new Collector.Estimate(0, 0, 0));
    }

    @Test
    void shouldWaitForReadersButNotForTheirSuccessors() throws IOException {
        ExtentId id = bench.putObject(1, 2_000, false);
        Pins.Pin reader = bench.pins.pin(0);
        bench.collect();
        assertThat(bench.catalog.find(id)).isNotNull();
        Pins.Pin later = bench.pins.pin(0);
        reader.close();
        bench.collect();
        assertThat(bench.catalog.find(id)).isNull();
        later.close();
    }

    // ---- packs -----------------------------------------------------------------------------------------------------

    /** Four extents in a pack. */
    private List<ExtentId> pack(int... sizes) throws IOException {
        List<ExtentId> members = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            members.add(bench.putInline(100 + i, sizes[i], true));
        }
        Packer packer = bench.packer();
        assertThat(packer.beginFromJournal(Long.MAX_VALUE)).isTrue();
        bench.force();
        packer.finish();
        return members;
    }

    /** The first call may be at the end of the list. */
    private boolean beginsToClean() throws IOException {
        boolean begins = collector.clean();
        return begins || collector.clean();
    }

    private ExtentId packOf(ExtentId member) throws IOException {
        return ((Home.InPack) bench.entry(member).home()).pack();
    }

    @Test
    void shouldRewriteAPackThatIsMostlyDead() throws IOException {
        List<ExtentId> members = pack(300, 300, 300, 300);
        ExtentId first = packOf(members.get(0));
        assertThat(bench.objects()).isEqualTo(1);
        bench.release(members.get(0));
        bench.collect();
        assertThat(collector.packsRewritten()).as("three of four live").isZero();
        bench.release(members.get(1));
        bench.release(members.get(2));
        bench.clock.advanceMillis(10);
        while (collector.sweptExtents() < 3) {
            collector.step();
            bench.force();
            bench.clock.advanceMillis(10);
        }
        assertThat(collector.estimate().packs()).isEqualTo(1);
        assertThat(beginsToClean()).isTrue();
        assertThat(collector.isWaiting()).isTrue();
        assertThat(collector.isReady()).isFalse();
        assertThat(collector.clean()).as("waits").isFalse();
        bench.force();
        assertThat(collector.isReady()).isTrue();
        assertThat(collector.clean()).as("ends").isTrue();
        assertThat(collector.packsRewritten()).isEqualTo(1);
        ExtentId second = packOf(members.get(3));
        assertThat(second).isNotEqualTo(first);
        bench.collect();
        assertThat(bench.catalog.find(first)).isNull();
        assertThat(bench.objects()).isEqualTo(1);
        Integer length = bench.access.read(members.get(3), bench.catalog::find, (reader, entry) -> reader.plainBytes());
        assertThat(length).isEqualTo(300);
        assertThat(collector.clean()).as("nothing is left to clean").isFalse();
    }

    @Test
    void shouldLeaveAPackAloneThatCannotBeRead() throws IOException {
        List<ExtentId> members = pack(300, 300, 300, 300);
        ExtentId pack = packOf(members.get(0));
        bench.release(members.get(0));
        bench.release(members.get(1));
        bench.release(members.get(2));
        bench.backend.delete(bench.entry(pack).objectName(pack));
        bench.collect();
        assertThat(collector.packsRewritten()).isZero();
        assertThat(collector.isWaiting()).isFalse();
        bench.collect();
        assertThat(bench.catalog.find(pack)).isNotNull();
    }

    @Test
    void shouldKeepAPackWhoseRewriteFails() throws IOException {
        List<ExtentId> members = pack(300, 300, 300, 300);
        ExtentId pack = packOf(members.get(3));
        for (int i = 0; i < 3; i++) {
            bench.release(members.get(i));
        }
        bench.clock.advanceMillis(10);
        while (collector.sweptExtents() < 3) {
            collector.step();
            bench.force();
            bench.clock.advanceMillis(10);
        }
        int before = bench.objects();
        bench.refuses = true;
        assertThat(beginsToClean()).isTrue();
        assertThatThrownBy(collector::clean).isInstanceOf(BackendException.class);
        assertThat(bench.objects()).as("the new pack is given up").isEqualTo(before);
        assertThat(collector.packsRewritten()).isZero();
        assertThat(packOf(members.get(3))).isEqualTo(pack);
        bench.refuses = false;
        bench.collect();
        assertThat(collector.packsRewritten()).isEqualTo(1);
    }
}
