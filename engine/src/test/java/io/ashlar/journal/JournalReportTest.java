package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.HIGH;
import static io.ashlar.journal.JournalHarness.LOW;
import static io.ashlar.journal.JournalHarness.append;
import static io.ashlar.journal.JournalHarness.newJournal;
import static io.ashlar.journal.JournalHarness.payload;
import static io.ashlar.journal.JournalHarness.recover;
import static io.ashlar.journal.JournalHarness.replay;
import static io.ashlar.journal.JournalHarness.salvage;
import static io.ashlar.journal.JournalHarness.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.DamagedException;
import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.journal.JournalHarness.Opened;
import io.ashlar.journal.JournalHarness.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What recovery says that it found, and what it does with histories that no engine writes. */
class JournalReportTest {
    private final FakeDisk disk = new FakeDisk();

    private List<Written> appendMany(Journal journal, int count, int bytes) throws IOException {
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(append(journal, 1, payload(i, bytes)));
        }
        return all;
    }

    private void changeHeader(long number, UnaryOperator<SegmentHeader> change) {
        byte[] bytes = disk.bytes(segment(number));
        SegmentHeader header = SegmentHeader.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        change.apply(header).encode().get(bytes, 0, SegmentLayout.HEADER_BYTES);
    }

    private static SegmentHeader with(SegmentHeader h, long firstSequence, long continuedBytes) {
        return new SegmentHeader(
                h.segmentBytes(),
                h.storeIdHigh(),
                h.storeIdLow(),
                h.segment(),
                h.life(),
                firstSequence,
                continuedBytes,
                h.previousSegment(),
                h.previousEnd());
    }

    @Test
    void shouldCountWhatItReplayed() throws IOException {
        Journal journal = newJournal(disk);
        appendMany(journal, 10, 1000);
        append(journal, 2, payload(1, 9000));
        journal.force();
        JournalReport report = replay(disk).report();
        assertThat(report.segmentsRead()).isEqualTo(journal.replayPoint().segment());
        assertThat(report.recordsReplayed()).isEqualTo(11);
        assertThat(report.bytesReplayed()).isEqualTo(19_000);
        assertThat(report.lastSequence()).isEqualTo(11);
        assertThat(report.tornBytes()).isZero();
        assertThat(report.warnings()).isEmpty();
    }

    @Test
    void shouldTellWhatATornRecordMayHaveTaken() throws IOException {
        Journal journal = newJournal(disk);
        Written first = append(journal, 1, payload(1, 100));
        journal.force();
        Written torn = append(journal, 1, payload(2, 100));
        journal.write();
        int header = (int) torn.position().offset() - FrameLayout.HEADER_BYTES;
        int rest = (int) JournalHarness.TINY.segmentBytes() - header;
        // Of the header the length still says what there was, if it makes sense and the number is the next.
        checkTorn(first, header + FrameLayout.HEADER_BYTES, 0, FrameLayout.frameBytes(100));
        checkTorn(first, header + FrameLayout.SEQUENCE_OFFSET, 3, 0);
        checkTorn(first, header + FrameLayout.PAYLOAD_BYTES_OFFSET, 90, FrameLayout.frameBytes(90));
        checkTorn(first, header + FrameLayout.PAYLOAD_BYTES_OFFSET, 0, FrameLayout.HEADER_BYTES);
        checkTorn(first, header + FrameLayout.PAYLOAD_BYTES_OFFSET, Integer.MAX_VALUE, rest);
        checkTorn(first, header + FrameLayout.PAYLOAD_BYTES_OFFSET, -1, 0);
    }

    private void checkTorn(Written kept, int at, int value, long tornBytes) throws IOException {
        FakeDisk copy = disk.copy();
        ByteBuffer.wrap(copy.bytes(segment(1))).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        Opened opened = replay(copy);
        assertThat(opened.entries()).containsExactly(kept);
        assertThat(opened.report().tornBytes()).isEqualTo(tornBytes);
    }

    @Test
    void shouldCountTheFirstPartsOfARecordWhoseLastIsMissing() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, 1000));
        append(journal, 2, payload(2, 9000));
        journal.write();
        long parts = 9000 - (journal.replayPoint().offset() - SegmentLayout.HEADER_BYTES - FrameLayout.HEADER_BYTES);
        byte[] last = disk.bytes(segment(journal.replayPoint().segment()));
        Arrays.fill(last, SegmentLayout.HEADER_BYTES, last.length, (byte) 0);
        JournalReport report = replay(disk).report();
        assertThat(report.lastSequence()).isEqualTo(1);
        // Filled up to the alignment, the last part is longer than what it holds.
        assertThat(report.tornBytes()).isBetween(parts, parts + FrameLayout.ALIGNMENT_BYTES);
    }

    @Test
    void shouldRefuseToReplayFromWhereNoRecordBegins() throws IOException {
        Journal journal = newJournal(disk);
        appendMany(journal, 3, 1000);
        append(journal, 2, payload(2, 9000));
        journal.force();
        List<ReplayPoint> points = List.of(
                new ReplayPoint(1, 4096, 2),
                new ReplayPoint(2, 4096, 3),
                new ReplayPoint(2, 4096, 4),
                new ReplayPoint(2, 4096, 5),
                new ReplayPoint(2, 4112, 3),
                new ReplayPoint(1, 8193, 4),
                new ReplayPoint(9, 4096, 5));
        for (ReplayPoint point : points) {
            assertThatThrownBy(() -> recover(disk, point, false, false))
                    .as("%s", point)
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("replay");
        }
    }

    @Test
    void shouldRefuseToReplayFromBehindTheEndOfASegment() throws IOException {
        Journal journal = newJournal(disk);
        appendMany(journal, 1, 1000);
        long end = journal.replayPoint().offset();
        journal.roll(false);
        Written last = append(journal, 1, payload(2, 100));
        journal.force();
        assertThat(recover(disk, new ReplayPoint(1, end, 2), false, false).entries())
                .containsExactly(last);
        assertThatThrownBy(() -> recover(disk, new ReplayPoint(1, end + 16, 2), false, false))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("behind the end");
    }

    @Test
    void shouldRefuseASegmentThatDoesNotContinueWhatIsBeforeIt() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 12, 1000);
        journal.close();
        long number = 3;
        long first = all.stream()
                .filter(entry -> entry.position().segment() == number)
                .findFirst()
                .orElseThrow()
                .sequence();
        for (long[] other : new long[][] {{first + 2, 0}, {first - 1, 0}, {first, 16}}) {
            changeHeader(number, header -> with(header, other[0], other[1]));
            assertThatThrownBy(() -> replay(disk))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("begins with record " + other[0] + " where record " + first + " is due");
            Opened opened = salvage(disk.copy());
            assertThat(opened.entries()).isEqualTo(all.subList(0, (int) first - 1));
            assertThat(opened.report().lostFrom()).isEqualTo(first);
            assertThat(opened.report().lostTo()).isEqualTo(Math.max(first, other[0] - 1));
            assertThat(opened.report().warnings()).hasSize(1);
        }
    }

    @Test
    void shouldSayWhichRecordsDamageInTheMiddleCosts() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 12, 1000);
        journal.close();
        Written hit = all.get(4);
        disk.bytes(segment(hit.position().segment()))[(int) hit.position().offset()] ^= 1;
        long before = all.stream()
                .filter(entry ->
                        entry.position().segment() < journal.replayPoint().segment())
                .count();
        JournalReport report = salvage(disk).report();
        assertThat(report.lostFrom()).isEqualTo(5);
        assertThat(report.lostTo()).isEqualTo(before);
        assertThat(report.warnings().get(0))
                .contains("at offset " + (hit.position().offset() - FrameLayout.HEADER_BYTES) + ":")
                .contains("records 5 to " + before + " at least");
    }

    @Test
    void shouldKeepDamagedSegmentsThatNobodyNeedsUntilTheyAreTruncated() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 18, 1000);
        journal.close();
        long oldest = 4;
        int index = 0;
        while (all.get(index).position().segment() < oldest) {
            index++;
        }
        disk.bytes(segment(2))[SegmentLayout.CHECKSUM_OFFSET] ^= 1;
        ReplayPoint from = new ReplayPoint(oldest, SegmentLayout.HEADER_BYTES, index + 1L);
        Opened opened = recover(disk, from, false, true);
        assertThat(opened.entries()).isEqualTo(all.subList(index, all.size()));
        assertThat(opened.report().warnings())
                .singleElement()
                .asString()
                .contains(segment(2).toString())
                .contains("older than anything needed");
        assertThat(opened.report().lossy()).isFalse();
        for (long number = 1; number <= 6; number++) {
            assertThat(disk.exists(segment(number))).isTrue();
        }
        // Still read from, if it can be.
        ByteBuffer target = ByteBuffer.allocate(1000);
        opened.journal().read(all.get(0).position(), target);
        assertThat(target.array()).isEqualTo(all.get(0).payload());
        opened.journal().truncate(2);
        assertThat(disk.paths()).contains(segment(2), segment(3)).doesNotContain(segment(1));
        opened.journal().truncate(oldest);
        assertThat(disk.paths()).contains(segment(4)).doesNotContain(segment(2), segment(3));
        assertThatThrownBy(() -> opened.journal().read(all.get(0).position(), ByteBuffer.allocate(1)))
                .hasMessageContaining("truncated");
    }

    @Test
    void shouldHoldRecordsOfAnySizeInSegmentsLargerThanAnyBuffer() throws IOException {
        JournalSettings settings = new JournalSettings(4 << 20, 64 << 20, 6 << 20, 1);
        SplittableRandom random = new SplittableRandom(1);
        for (boolean forced : new boolean[] {true, false}) {
            FakeDisk fresh = new FakeDisk();
            Journal journal = Journal.create(fresh, DIRECTORY, settings, HIGH, LOW);
            List<Written> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                all.add(append(journal, i, payload(i, random.nextInt(1 << random.nextInt(1, 20)))));
                if (random.nextInt(8) == 0) {
                    journal.write();
                }
            }
            // A frame that begins where the engine's buffer of 1 MiB has room for half a header.
            journal.write();
            all.add(append(journal, 7, payload(7, (1 << 20) - 16 - FrameLayout.HEADER_BYTES)));
            all.add(append(journal, 7, payload(8, 1000)));
            if (forced) {
                journal.force();
            } else {
                journal.write();
            }
            Opened opened = recoverLarge(fresh, settings);
            assertThat(opened.entries()).isEqualTo(all);
            assertThat(opened.report().tornBytes()).isZero();
            long ends = all.get(all.size() - 1).position().offset();
            assertThat(opened.journal()
                            .verify(
                                    bytes -> assertThat(bytes).isNotNegative(),
                                    damage -> assertThat(damage).isNull()))
                    .isGreaterThan(ends);
            for (Written entry : all) {
                ByteBuffer target = ByteBuffer.allocate(entry.payload().length);
                opened.journal().read(entry.position(), target);
                assertThat(target.array()).isEqualTo(entry.payload());
            }
            // What recovery has seen stays, even if nothing had been forced before.
            fresh.crash(new Random(1));
            assertThat(recoverLarge(fresh, settings).entries()).isEqualTo(all);
        }
    }

    private static Opened recoverLarge(FakeDisk disk, JournalSettings settings) throws IOException {
        List<Written> entries = new ArrayList<>();
        try (JournalRecovery recovery =
                new JournalRecovery(disk, DIRECTORY, settings, HIGH, LOW, ReplayPoint.BEGINNING, false)) {
            JournalReport report = recovery.replay((sequence, type, payload, position) -> {
                byte[] bytes = new byte[payload.remaining()];
                payload.get(bytes);
                entries.add(new Written(sequence, type, bytes, position));
            });
            Journal journal = recovery.startLife();
            for (var path : disk.paths()) {
                assertThat(disk.bytes(path)).hasSize((int) settings.segmentBytes());
            }
            return new Opened(journal, entries, report);
        }
    }

    @Test
    void shouldSeeItsFilesHoweverManyOthersThereAre() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = appendMany(journal, 20, 1000);
        journal.close();
        for (int i = 1; i <= 1100; i++) {
            disk.put(new SegmentFiles(disk, DIRECTORY).spare(i), new byte[1]);
            disk.put(DIRECTORY.resolve("%05d.txt".formatted(i)), new byte[1]);
        }
        disk.put(segment(0), new byte[1]);
        disk.put(new SegmentFiles(disk, DIRECTORY).spare(0), new byte[1]);
        assertThat(recover(disk).entries()).isEqualTo(all);
        assertThat(disk.paths())
                .contains(segment(0), new SegmentFiles(disk, DIRECTORY).spare(0))
                .filteredOn(path -> path.toString().endsWith(".tmp"))
                .hasSize(1);
    }

    @Test
    void shouldLeaveNothingOpenWhenALifeCannotStart() throws IOException {
        Journal journal = newJournal(disk);
        appendMany(journal, 3, 100);
        journal.write();
        for (String call : List.of("create", "write", "force", "rename", "forceDirectory", "delete", "read")) {
            for (int after = 0; after < 4; after++) {
                FakeDisk copy = disk.copy();
                copy.put(new SegmentFiles(copy, DIRECTORY).spare(9), new byte[7]);
                copy.failing = call;
                copy.failingAfter = after;
                try {
                    recover(copy).journal().close();
                } catch (IOException e) {
                    assertThat(e).hasStackTraceContaining("injected: " + call);
                }
                assertThat(copy.openFiles).as("%s after %s", call, after).isZero();
                copy.failing = "";
                assertThat(recover(copy).entries()).hasSize(3);
            }
        }
    }
}
