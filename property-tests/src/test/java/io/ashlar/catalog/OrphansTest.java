package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash has left behind, and nothing else. */
class OrphansTest {
    private CatalogBench bench;
    private final Set<String> inCheckpoint = new HashSet<>();
    private boolean journalFailed;

    @BeforeEach
    void begin() throws IOException {
        bench = new CatalogBench();
    }

    private Orphans orphans(boolean dryRun) {
        return new Orphans(
                bench.catalog,
                bench.backend,
                bench.names,
                inCheckpoint::contains,
                () -> journalFailed,
                bench.clock,
                bench.settings,
                dryRun,
                bench.probe);
    }

    private Orphans search(boolean dryRun) throws IOException {
        Orphans orphans = orphans(dryRun);
        int steps = 0;
        while (orphans.step()) {
            assertThat(++steps).isLessThan(100);
        }
        return orphans;
    }

    private String leave(ExtentKind kind, int number) throws IOException {
        byte[] digest = new byte[16];
        digest[0] = (byte) number;
        String name = ObjectName.of(kind, ExtentId.of(ExtentId.Hash.XXH3_128, digest, 0), 2, number);
        bench.backend.put(name, ByteBuffer.allocate(100 + number));
        return name;
    }

    @Test
    void shouldDeleteWhatNothingKnowsOf() throws IOException {
        ExtentId id = bench.putObject(1, 1_000, true);
        String data = leave(ExtentKind.DATA, 1);
        String table = leave(ExtentKind.TABLE, 2);
        String needed = leave(ExtentKind.MANIFEST, 3);
        inCheckpoint.add(needed);
        String underWay = leave(ExtentKind.PACK, 4);
        bench.names.begin(underWay);
        bench.backend.put("of-somebody-else", ByteBuffer.allocate(10));
        Orphans young = search(false);
        assertThat(young.found()).isZero();
        assertThat(young.young()).isEqualTo(2);
        bench.clock.advanceMillis(999);
        assertThat(search(false).young()).isEqualTo(2);
        bench.clock.advanceMillis(1);
        Orphans dry = search(true);
        assertThat(dry.found()).isEqualTo(2);
        assertThat(dry.foundBytes()).isEqualTo(101 + 102);
        assertThat(bench.objects()).isEqualTo(6);
        journalFailed = true;
        assertThat(search(false).found())
                .as("nobody may delete what a failed journal may name")
                .isZero();
        journalFailed = false;
        Orphans found = search(false);
        assertThat(found.found()).isEqualTo(2);
        assertThat(found.young()).isZero();
        assertThat(bench.told).containsExactlyInAnyOrder("orphan " + data, "orphan " + table);
        assertThat(bench.objects()).isEqualTo(4);
        assertThat(bench.backend.stat(bench.entry(id).objectName(id))).isPresent();
    }

    @Test
    void shouldLeaveToTheCollectorWhatIsDead() throws IOException {
        ExtentId id = bench.putObject(1, 1_000, false);
        String object = bench.entry(id).objectName(id);
        bench.collector.mark();
        bench.clock.advanceMillis(5_000);
        bench.collector.sweep();
        assertThat(bench.catalog.find(id)).isNull();
        assertThat(search(false).found()).as("its record is not durable").isZero();
        bench.force();
        assertThat(search(false).found()).as("it is about to be erased").isZero();
        assertThat(bench.backend.stat(object)).isPresent();
        bench.collect();
        assertThat(bench.backend.stat(object)).isEmpty();
    }

    @Test
    void shouldDeleteTheOlderOfTwoCopies() throws IOException {
        ExtentId id = bench.putObject(1, 1_000, true);
        ExtentEntry entry = bench.entry(id);
        for (ObjectName copy : new ObjectName[] {
            new ObjectName(entry.kind(), id, entry.life() - 1, entry.counter()),
            new ObjectName(entry.kind(), id, entry.life(), entry.counter() + 1)
        }) {
            bench.backend.put(copy.toString(), ByteBuffer.allocate(10));
        }
        ExtentId inline = bench.putInline(2, 100, true);
        bench.backend.put(bench.entry(inline).objectName(inline), ByteBuffer.allocate(10));
        bench.clock.advanceMillis(5_000);
        assertThat(search(false).found()).isEqualTo(3);
        assertThat(bench.objects()).isEqualTo(1);
    }

    @Test
    void shouldTakeOnlyWhatItSawTwice() throws IOException {
        bench.putObject(1, 1_000, true);
        Orphans orphans = orphans(false);
        assertThat(orphans.step()).as("a page").isTrue();
        assertThat(orphans.step()).as("the end of the first pass").isTrue();
        leave(ExtentKind.DATA, 9);
        bench.clock.advanceMillis(5_000);
        assertThat(orphans.step()).isTrue();
        assertThat(orphans.step()).as("the end of the second").isFalse();
        assertThat(orphans.found()).as("what came after the first pass").isZero();
        assertThat(search(false).found()).isEqualTo(1);
    }
}
