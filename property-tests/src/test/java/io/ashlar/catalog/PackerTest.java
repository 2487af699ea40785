package io.ashlar.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.BackendException;
import io.ashlar.DamagedException;
import io.ashlar.Durability;
import io.ashlar.ExtentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Small extents on their way out of the journal. */
class PackerTest {
    private CatalogBench bench;
    private Packer packer;

    @BeforeEach
    void begin() throws IOException {
        bench = new CatalogBench();
        packer = bench.packer();
    }

    private int length(ExtentId id) throws IOException {
        Integer length = bench.access.read(id, bench.catalog::find, (reader, entry) -> {
            reader.verifyDeep(ByteBuffer.allocate(reader.presentBytes()));
            return reader.plainBytes();
        });
        return length == null ? -1 : length;
    }

    @Test
    void shouldPackWhatLiesBeforeASegment() throws IOException {
        List<ExtentId> members = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            members.add(bench.putInline(i, 100 + i, true));
        }
        assertThat(packer.beginFromJournal(1)).as("nothing lies before it").isFalse();
        assertThat(packer.isUnderWay()).isFalse();
        assertThat(packer.isDone()).isFalse();
        assertThatThrownBy(packer::finish).isInstanceOf(IllegalStateException.class);
        assertThat(packer.beginFromJournal(4)).isTrue();
        assertThat(packer.isUnderWay()).isTrue();
        assertThat(packer.isDone()).isFalse();
        bench.force();
        assertThat(packer.isDone()).isTrue();
        packer.finish();
        assertThat(packer.isUnderWay()).isFalse();
        assertThat(packer.isDone()).isFalse();
        for (int i = 0; i < 5; i++) {
            Class<?> home = bench.entry(members.get(i)).home().getClass();
            assertThat(home).isEqualTo(i < 3 ? Home.InPack.class : Home.InJournal.class);
            assertThat(length(members.get(i))).isEqualTo(100 + i);
        }
        bench.segments.keySet().removeIf(segment -> segment < 4);
        assertThat(length(members.get(0)))
                .as("the journal is not needed any more")
                .isEqualTo(100);
        ExtentId pack = ((Home.InPack) bench.entry(members.get(0)).home()).pack();
        assertThat(bench.entry(pack).count()).isEqualTo(3);
        assertThat(bench.catalog.liveness().standing(pack)).isEqualTo(new Liveness.Standing(0, false, false, 0));
        assertThat(bench.names.isUnderWay(bench.entry(pack).objectName(pack))).isFalse();
        assertThat(packer.beginFromJournal(4)).isFalse();
    }

    @Test
    void shouldKeepPacksOfTheSameMembersApart() throws IOException {
        ExtentId member = bench.putInline(1, 100, true);
        ExtentEntry before = bench.entry(member);
        packer.beginFromJournal(Long.MAX_VALUE);
        bench.force();
        packer.finish();
        ExtentId first = ((Home.InPack) bench.entry(member).home()).pack();
        // As after a crash that lost the record, and whose pack was packed again.
        Command.Put again = new Command.Put(
                member,
                before.kind(),
                before.domain(),
                before.plainBytes(),
                before.storedBytes(),
                before.life(),
                before.counter(),
                false,
                List.of(),
                image(member));
        bench.submit(again, Durability.SYNC, false).isDone();
        bench.force();
        assertThat(packer.beginFromJournal(Long.MAX_VALUE)).isTrue();
        bench.force();
        packer.finish();
        ExtentId second = ((Home.InPack) bench.entry(member).home()).pack();
        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second.discriminator()).isEqualTo(first.discriminator() + 1);
        assertThat(bench.catalog.liveness().standing(first).holders()).isZero();
        assertThat(length(member)).isEqualTo(100);
    }

    private ByteBuffer image(ExtentId id) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(bench.entry(id).storedBytes());
        bench.access.source(id, bench.entry(id)).read(0, image);
        return image.flip();
    }

    @Test
    void shouldGiveUpAPackThatIsNotRecorded() throws IOException {
        bench.putInline(1, 100, true);
        bench.refuses = true;
        packer.beginFromJournal(Long.MAX_VALUE);
        assertThat(bench.objects()).isEqualTo(1);
        assertThat(packer.isDone()).isTrue();
        assertThatThrownBy(packer::finish).isInstanceOf(BackendException.class);
        assertThat(bench.objects()).isZero();
        bench.refuses = false;
        bench.full = true;
        assertThatThrownBy(() -> packer.beginFromJournal(Long.MAX_VALUE)).isInstanceOf(BackendException.class);
        assertThat(bench.objects()).isZero();
        assertThat(packer.isUnderWay()).isFalse();
        bench.full = false;
        assertThat(packer.beginFromJournal(Long.MAX_VALUE))
                .as("nothing is held")
                .isTrue();
        bench.force();
        packer.finish();
        assertThat(bench.objects()).isEqualTo(1);
    }

    @Test
    void shouldKeepAPackWhoseRecordMayBeInAJournalThatFailed() throws IOException {
        bench.putInline(1, 100, true);
        bench.refuses = true;
        packer.beginFromJournal(Long.MAX_VALUE);
        bench.failed = true;
        assertThatThrownBy(packer::finish).isInstanceOf(BackendException.class);
        assertThat(bench.objects()).isEqualTo(1);
        String object = bench.backend.list("", "", 10).get(0).name();
        assertThat(bench.names.isUnderWay(object)).isFalse();
    }

    @Test
    void shouldCarryDamageOutOfTheJournalAsDamage() throws IOException {
        ExtentId good = bench.putInline(1, 100, true);
        ExtentId bad = bench.putInline(2, 100, true);
        ByteBuffer segment = bench.segments.get(2L);
        int last = segment.limit() - 1;
        segment.put(last, (byte) ~segment.get(last));
        ExtentId gone = bench.putInline(3, 100, true);
        bench.segments.remove(3L);
        assertThat(packer.beginFromJournal(Long.MAX_VALUE)).isTrue();
        bench.force();
        packer.finish();
        for (ExtentId id : List.of(good, bad, gone)) {
            assertThat(bench.entry(id).home()).isInstanceOf(Home.InPack.class);
        }
        assertThat(length(good)).isEqualTo(100);
        assertThatThrownBy(() -> length(bad)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> length(gone)).isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldLeaveDamageInItsPack() throws IOException {
        ExtentId good = bench.putInline(1, 2_000, true);
        ExtentId bad = bench.putInline(2, 2_000, true);
        packer.beginFromJournal(Long.MAX_VALUE);
        bench.force();
        packer.finish();
        ExtentId pack = ((Home.InPack) bench.entry(good).home()).pack();
        damage(pack, ((Home.InPack) bench.entry(bad).home()).offset() + 1_000);
        assertThat(packer.beginFromPack(pack)).isTrue();
        bench.force();
        packer.finish();
        ExtentId next = ((Home.InPack) bench.entry(good).home()).pack();
        assertThat(next).isNotEqualTo(pack);
        assertThat(length(good)).isEqualTo(2_000);
        assertThat(((Home.InPack) bench.entry(bad).home()).pack()).isEqualTo(pack);
        assertThatThrownBy(() -> length(bad)).isInstanceOf(DamagedException.class);
        assertThat(packer.beginFromPack(pack))
                .as("only what cannot be moved lives there")
                .isFalse();
        assertThat(packer.beginFromPack(good.nextDiscriminator()))
                .as("there is no such pack")
                .isFalse();
    }

    /** Flips a bit of a pack's content. */
    private void damage(ExtentId pack, int at) throws IOException {
        String object = bench.entry(pack).objectName(pack);
        ByteBuffer image = ByteBuffer.allocate(bench.entry(pack).storedBytes());
        bench.backend.read(object, 0, image);
        // Pages come last in an image, and this one has no holes.
        int place = image.position() - bench.entry(pack).plainBytes() + at;
        image.put(place, (byte) (image.get(place) ^ 1));
        bench.backend.delete(object);
        bench.backend.put(object, image.flip());
    }

    @Test
    void shouldFillPackAfterPack() throws IOException {
        List<ExtentId> members = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            members.add(bench.putInline(i, 60_000, true));
        }
        int packs = 0;
        while (packer.beginFromJournal(Long.MAX_VALUE)) {
            bench.force();
            packer.finish();
            packs++;
        }
        assertThat(packs).isEqualTo(2);
        assertThat(bench.objects()).isEqualTo(2);
        for (ExtentId id : members) {
            assertThat(length(id)).isEqualTo(60_000);
        }
    }
}
