package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.HIGH;
import static io.ashlar.journal.JournalHarness.LOW;
import static io.ashlar.journal.JournalHarness.TINY;
import static io.ashlar.journal.JournalHarness.append;
import static io.ashlar.journal.JournalHarness.newJournal;
import static io.ashlar.journal.JournalHarness.payload;
import static io.ashlar.journal.JournalHarness.recover;
import static io.ashlar.journal.JournalHarness.replay;
import static io.ashlar.journal.JournalHarness.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.journal.JournalHarness.Opened;
import io.ashlar.journal.JournalHarness.Written;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final FakeDisk disk = new FakeDisk();

    private List<Written> appendMany(Journal journal, int count, int bytesMax) throws IOException {
        List<Written> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seed = journal.lastSequence() + 1;
            entries.add(append(journal, (int) (seed % 65536), payload(seed, (int) (seed * 7919 % bytesMax))));
        }
        return entries;
    }

    @Test
    void shouldGiveBackWhatWasAppendedOverManySegmentsAndLives() throws IOException {
        List<Written> all = new ArrayList<>();
        Journal journal = newJournal(disk);
        for (int life = 0; life < 5; life++) {
            all.addAll(appendMany(journal, 40, 1500));
            journal.force();
            assertThat(journal.durableSequence()).isEqualTo(all.size());
            if (life % 2 == 0) {
                journal.close();
            }
            Opened opened = recover(disk);
            assertThat(opened.entries()).isEqualTo(all);
            assertThat(opened.report().lastSequence()).isEqualTo(all.size());
            assertThat(opened.report().tornBytes()).isZero();
            assertThat(opened.report().lossy()).isFalse();
            journal = opened.journal();
            assertThat(journal.lastSequence()).isEqualTo(all.size());
            assertThat(journal.durableSequence()).isEqualTo(all.size());
        }
        for (Written entry : all) {
            ByteBuffer target = ByteBuffer.allocate(entry.payload().length);
            journal.read(entry.position(), target);
            assertThat(target.array()).isEqualTo(entry.payload());
        }
    }

    @Test
    void shouldSplitRecordsLargerThanASegment() throws IOException {
        disk.writeBytesMax = 777;
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        int[] sizes = {100_000, 0, 4031, 4032, 4033, 4063, 4064, 4065, 8192, 1, 12_345, 40, 99_999, 7};
        for (int size : sizes) {
            all.add(append(journal, 3, payload(size, size)));
        }
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
        assertThat(all.get(0).position()).isEqualTo(JournalPosition.NONE);
        Opened opened = recover(disk);
        assertThat(opened.entries()).isEqualTo(all);
        assertThat(verify(opened.journal())).isEmpty();
    }

    private static List<JournalDamage> verify(Journal journal) throws IOException {
        List<JournalDamage> damages = new ArrayList<>();
        journal.verify(bytes -> {}, damages::add);
        return damages;
    }

    @Test
    void shouldSplitOnlyRecordsLargerThanASegmentWhateverTheRest() throws IOException {
        for (int first = 0; first < 4100; first += 16) {
            FakeDisk fresh = new FakeDisk();
            Journal journal = newJournal(fresh);
            List<Written> all = List.of(
                    append(journal, 1, payload(1, first)),
                    append(journal, 2, payload(2, 3000)),
                    append(journal, 3, payload(3, 9000)));
            journal.force();
            assertThat(all.get(1).position()).isNotEqualTo(JournalPosition.NONE);
            assertThat(replay(fresh).entries()).isEqualTo(all);
        }
    }

    @Test
    void shouldReplayFromAnyPoint() throws IOException {
        Journal journal = newJournal(disk);
        List<ReplayPoint> points = new ArrayList<>();
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            points.add(journal.replayPoint());
            all.addAll(appendMany(journal, 1, i % 10 == 9 ? 20_000 : 1000));
            if (i % 13 == 0) {
                journal.roll(false);
            }
        }
        points.add(journal.replayPoint());
        journal.force();
        for (int i = 0; i < points.size(); i++) {
            assertThat(recover(disk.copy(), points.get(i), false, true).entries())
                    .isEqualTo(all.subList(i, all.size()));
        }
    }

    @Test
    void shouldReplayFromAPointInASegmentWithoutRecordsHoweverOftenItIsOpened() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 3, 100);
        journal.close();
        journal = recover(disk).journal();
        ReplayPoint point = journal.replayPoint();
        for (int i = 0; i < 10; i++) {
            journal.close();
            journal = recover(disk, point, false, true).journal();
        }
        assertThat(disk.paths()).hasSizeLessThan(6);
        Written next = append(journal, 1, payload(1, 1));
        journal.force();
        assertThat(next.sequence()).isEqualTo(4);
        assertThat(recover(disk, point, false, false).entries()).containsExactly(next);
        all.add(next);
        assertThat(replay(disk).entries()).isEqualTo(all);
    }

    @Test
    void shouldRefuseWritesAfterAFailedForceAndNeverForceAgain() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> durable = appendMany(journal, 3, 100);
        journal.force();
        append(journal, 1, payload(1, 100));
        disk.failing = "force";
        assertThatThrownBy(journal::force)
                .isInstanceOf(JournalFailedException.class)
                .hasRootCauseMessage("injected: force");
        int forces = disk.calls.get("force");
        int writes = disk.calls.get("write");
        disk.failing = "";
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> append(journal, 1, payload(1, 1))).isInstanceOf(JournalFailedException.class);
            assertThatThrownBy(journal::write).isInstanceOf(JournalFailedException.class);
            assertThatThrownBy(journal::force)
                    .isInstanceOf(JournalFailedException.class)
                    .hasRootCauseMessage("injected: force");
            assertThatThrownBy(() -> journal.roll(true)).isInstanceOf(JournalFailedException.class);
            assertThatThrownBy(() -> journal.truncate(1)).isInstanceOf(JournalFailedException.class);
        }
        assertThat(journal.durableSequence()).isEqualTo(3);
        journal.close();
        assertThat(disk.calls.get("force")).isEqualTo(forces);
        assertThat(disk.calls.get("write")).isEqualTo(writes);
        assertThat(recover(disk).entries()).startsWith(durable.toArray(new Written[0]));
    }

    @Test
    void shouldLatchOnEveryOtherFailureOfTheActiveSegment() throws IOException {
        for (String call : List.of("write", "rename", "forceDirectory", "force")) {
            FakeDisk fresh = new FakeDisk();
            Journal journal = newJournal(fresh);
            List<Written> durable = appendMany(journal, 3, 100);
            journal.force();
            while (journal.spares() < 4) {
                journal.prepareSpare();
            }
            append(journal, 1, payload(1, 100));
            fresh.failing = call;
            assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(JournalFailedException.class);
            assertThatThrownBy(() -> append(journal, 1, payload(1, 1))).isInstanceOf(JournalFailedException.class);
            fresh.failing = "";
            journal.close();
            assertThat(recover(fresh).entries()).startsWith(durable.toArray(new Written[0]));
        }
    }

    @Test
    void shouldTakeNothingAmissWhenTheDiskIsFull() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 3, 100);
        disk.freeBytes = 100;
        List<Written> fits = appendMany(journal, 2, 100);
        all.addAll(fits);
        byte[] large = payload(9, 4000);
        byte[] split = payload(9, 30_000);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append(journal, 1, large)).isInstanceOf(DiskFullException.class);
            assertThatThrownBy(() -> append(journal, 1, split)).isInstanceOf(DiskFullException.class);
            assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(DiskFullException.class);
            assertThatThrownBy(journal::prepareSpare).isInstanceOf(DiskFullException.class);
        }
        all.add(append(journal, 1, payload(1, 10)));
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
        disk.freeBytes = Long.MAX_VALUE;
        all.add(append(journal, 1, large));
        all.add(append(journal, 1, split));
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
    }

    @Test
    void shouldKeepTheLastSparesForReservedAppends() throws IOException {
        Journal journal = newJournal(disk);
        while (journal.prepareSpare()) {
            assertThat(journal.spares()).isLessThanOrEqualTo(4);
        }
        assertThat(journal.spares()).isEqualTo(4);
        disk.freeBytes = 0;
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(append(journal, 1, payload(i, 4000)));
        }
        assertThatThrownBy(() -> append(journal, 1, payload(1, 4000))).isInstanceOf(DiskFullException.class);
        assertThat(journal.spares()).isEqualTo(JournalSettings.RESERVED_SEGMENTS);
        byte[] reserved = payload(7, 4000);
        for (int i = 0; i < 2; i++) {
            long sequence = journal.append(7, ByteBuffer.wrap(reserved), true);
            all.add(new Written(sequence, 7, reserved, journal.positionOfLast()));
        }
        assertThatThrownBy(() -> journal.append(7, ByteBuffer.wrap(reserved), true))
                .isInstanceOf(DiskFullException.class);
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
        journal.truncate(journal.replayPoint().segment());
        assertThat(journal.spares()).isEqualTo(4);
        append(journal, 1, payload(1, 4000));
        journal.force();
    }

    @Test
    void shouldStayBelowItsLimitAndKeepAReserveOfIt() throws IOException {
        JournalSettings settings = new JournalSettings(8 << 10, 8 * (8 << 10), 4000, 4);
        Journal journal = Journal.create(disk, DIRECTORY, settings, HIGH, LOW);
        int users = 0;
        while (journal.roomFor(1000)) {
            append(journal, 1, payload(1, 1000));
            users++;
        }
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        append(journal, 1, payload(1, 1000));
                    }
                })
                .isInstanceOf(JournalFullException.class);
        assertThat(users).isGreaterThan(15);
        assertThat(journal.usedBytes()).isLessThanOrEqualTo(6 * (8 << 10));
        for (int i = 0; i < 6; i++) {
            journal.append(2, ByteBuffer.wrap(payload(1, 1000)), true);
        }
        assertThat(journal.usedBytes()).isGreaterThan(6 * (8 << 10));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        journal.append(2, ByteBuffer.wrap(payload(1, 1000)), true);
                    }
                })
                .isInstanceOf(JournalFullException.class);
        assertThat(journal.usedBytes()).isLessThanOrEqualTo(settings.maxBytes());
        journal.force();
        journal.truncate(journal.replayPoint().segment());
        assertThat(journal.roomFor(1000)).isTrue();
        append(journal, 1, payload(1, 1000));
    }

    @Test
    void shouldNeverAnswerRoomForMoreThanAppendTakes() throws IOException {
        JournalSettings settings = new JournalSettings(8 << 10, 14 * (8 << 10), 40_000, 4);
        for (int step : new int[] {1, 15, 16, 100, 1000, 4000, 4032, 5000, 9000, 20_000}) {
            Journal journal = Journal.create(new FakeDisk(), DIRECTORY, settings, HIGH, LOW);
            while (journal.roomFor(step)) {
                append(journal, 1, payload(1, step));
            }
        }
    }

    @Test
    void shouldForgetTruncatedSegmentsAndKeepTheRest() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 100, 1000);
        journal.force();
        ReplayPoint point = journal.replayPoint();
        long used = journal.usedBytes();
        Written old = all.get(0);
        Written kept = all.get(99);
        journal.read(old.position(), ByteBuffer.allocate(1));
        journal.truncate(kept.position().segment());
        assertThat(journal.usedBytes()).isLessThan(used);
        assertThat(journal.spares()).isEqualTo(4);
        assertThatThrownBy(() -> journal.read(old.position(), ByteBuffer.allocate(1)))
                .isInstanceOf(NoSuchFileException.class);
        ByteBuffer target = ByteBuffer.allocate(kept.payload().length);
        journal.read(kept.position(), target);
        assertThat(target.array()).isEqualTo(kept.payload());
        // More than there are spares, so that recycled files are overwritten, with the same records even.
        List<Written> later = appendMany(journal, 100, 1000);
        journal.force();
        assertThat(verify(journal)).isEmpty();
        assertThat(recover(disk, point, false, true).entries()).isEqualTo(later);
    }

    @Test
    void shouldNotReturnWhatWasReadWhileTheSegmentWasTruncated() throws IOException {
        Journal journal = newJournal(disk);
        Written old = append(journal, 1, payload(1, 100));
        journal.roll(false);
        disk.afterRead = () -> {
            try {
                journal.truncate(2);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        assertThatThrownBy(() -> journal.read(old.position(), ByteBuffer.allocate(100)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void shouldNeverTruncateTheActiveSegment() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 3, 100);
        journal.truncate(Long.MAX_VALUE);
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
    }

    @Test
    void shouldReportDamageOnline() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 40, 1500);
        journal.force();
        append(journal, 1, payload(1, 10));
        assertThat(verify(journal)).isEmpty();
        Written hit = all.get(17);
        disk.bytes(segment(hit.position().segment()))[(int) hit.position().offset()] ^= 4;
        disk.bytes(segment(1))[100] ^= 4;
        List<JournalDamage> damages = verify(journal);
        assertThat(damages).hasSize(2);
        assertThat(damages.get(0).segment()).isEqualTo(1);
        assertThat(damages.get(0).offset()).isZero();
        assertThat(damages.get(1).segment()).isEqualTo(hit.position().segment());
        assertThat(damages.get(1).offset()).isEqualTo(hit.position().offset() - 32);
        assertThat(damages.get(1).sequence()).isEqualTo(hit.sequence());
    }

    @Test
    void shouldRefuseToCreateOverAJournal() throws IOException {
        Journal journal = newJournal(disk);
        appendMany(journal, 1, 10);
        journal.force();
        assertThatThrownBy(() -> newJournal(disk)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(replay(disk).entries()).hasSize(1);
    }

    @Test
    void shouldCreateOverWhatACutCreationLeft() throws IOException {
        for (int cut = 0; ; cut++) {
            FakeDisk fresh = new FakeDisk();
            fresh.callsUntilCut = cut;
            boolean done = false;
            try {
                newJournal(fresh);
                done = true;
            } catch (FakeDisk.PowerCut e) {
                fresh.crash(new java.util.Random(cut));
            }
            fresh.callsUntilCut = -1;
            List<Written> entries = appendMany(Journal.create(fresh, DIRECTORY, TINY, HIGH, LOW + 1), 0, 1);
            assertThat(entries).isEmpty();
            if (done) {
                return;
            }
        }
    }

    @Test
    void shouldRefuseRecordsOutOfBounds() throws IOException {
        Journal journal = newJournal(disk);
        assertThatThrownBy(() -> append(journal, -1, payload(1, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> append(journal, 65536, payload(1, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> append(journal, 1, payload(1, 100_001))).isInstanceOf(IllegalArgumentException.class);
        append(journal, 65535, payload(1, 100_000));
        journal.close();
        assertThatThrownBy(() -> append(journal, 1, payload(1, 1))).isInstanceOf(IllegalStateException.class);
        assertThat(replay(disk).entries().get(0).type()).isEqualTo(65535);
    }
}
