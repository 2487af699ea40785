package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.HIGH;
import static io.ashlar.journal.JournalHarness.LOW;
import static io.ashlar.journal.JournalHarness.append;
import static io.ashlar.journal.JournalHarness.newJournal;
import static io.ashlar.journal.JournalHarness.payload;
import static io.ashlar.journal.JournalHarness.recover;
import static io.ashlar.journal.JournalHarness.replay;
import static io.ashlar.journal.JournalHarness.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.format.SegmentLayout;
import io.ashlar.journal.JournalHarness.Opened;
import io.ashlar.journal.JournalHarness.Written;
import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a journal takes: files, bytes, handles, and what it does when there is no more. */
class JournalSpaceTest {
    private static final int SEGMENT = 8 << 10;
    /** The longest payload that is alone in a segment, and the longest part of one that is not. */
    private static final int WHOLE = SEGMENT - SegmentLayout.HEADER_BYTES - 64;

    private final FakeDisk disk = new FakeDisk();

    private static long segments(FakeDisk disk) {
        return disk.paths().stream().filter(p -> p.toString().endsWith(".seg")).count();
    }

    private static void checkUsed(FakeDisk disk, Journal journal) {
        assertThat(journal.usedBytes())
                .isEqualTo(
                        (segments(disk) - 1) * SEGMENT + journal.replayPoint().offset());
    }

    /** Each life takes a segment for itself: without a reserve of its own, the tenth could not write what makes room. */
    @Test
    void shouldHaveAReserveInEachLifeHoweverFullTheJournal() throws IOException {
        JournalSettings settings = new JournalSettings(SEGMENT, 9L * SEGMENT, WHOLE, 4);
        Journal journal = Journal.create(disk, DIRECTORY, settings, HIGH, LOW);
        for (int life = 0; life < 10; life++) {
            while (journal.roomFor(WHOLE)) {
                journal.append(1, ByteBuffer.wrap(payload(1, WHOLE)), false);
            }
            Journal full = journal;
            ByteBuffer whole = ByteBuffer.wrap(payload(1, WHOLE));
            assertThatThrownBy(() -> full.append(1, whole, false)).isInstanceOf(JournalFullException.class);
            journal.append(1, ByteBuffer.wrap(payload(1, 4000)), true);
            journal.append(1, ByteBuffer.wrap(payload(1, WHOLE)), true);
            if (life > 0) {
                assertThatThrownBy(() -> full.append(1, whole, true)).isInstanceOf(JournalFullException.class);
            }
            journal.force();
            journal.close();
            try (JournalRecovery recovery =
                    new JournalRecovery(disk, DIRECTORY, settings, HIGH, LOW, pointOf(disk), false)) {
                recovery.replay((sequence, type, payload, position) -> {});
                journal = recovery.startLife();
            }
        }
        journal.truncate(journal.replayPoint().segment());
        assertThat(journal.roomFor(WHOLE)).isTrue();
        journal.close();
    }

    @Test
    void shouldCountWhatItTakesWhateverIsDoneAndNeverTakeMore() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FakeDisk fresh = new FakeDisk();
            long max = 9L * SEGMENT + random.nextInt(SEGMENT);
            JournalSettings settings = new JournalSettings(SEGMENT, max, 6 * WHOLE - 8000, 4);
            Journal journal = Journal.create(fresh, DIRECTORY, settings, HIGH, LOW);
            checkUsed(fresh, journal);
            long granted = journal.usedBytes() + 2 * SEGMENT;
            for (int i = 0; i < 60; i++) {
                boolean reserved = random.nextInt(4) == 0;
                boolean room = reserved;
                // A new life always gets its segment.
                long limit = Math.max(journal.usedBytes(), reserved ? Math.max(max, granted) : max - 2 * SEGMENT);
                try {
                    switch (random.nextInt(12)) {
                        case 0 -> journal.roll(reserved);
                        case 1 ->
                            journal.truncate(
                                    1 + random.nextLong(journal.replayPoint().segment()));
                        case 2 -> {
                            journal.close();
                            try (JournalRecovery recovery =
                                    new JournalRecovery(fresh, DIRECTORY, settings, HIGH, LOW, pointOf(fresh), false)) {
                                recovery.replay((sequence, type, payload, position) -> {});
                                journal = recovery.startLife();
                            }
                            limit = journal.usedBytes();
                            granted = limit + 2 * SEGMENT;
                        }
                        default -> {
                            int length = random.nextInt(random.nextInt(1, 16_000));
                            room = reserved || journal.roomFor(length);
                            journal.append(1, ByteBuffer.wrap(payload(i, length)), reserved);
                            assertThat(room).isTrue();
                        }
                    }
                    assertThat(journal.usedBytes()).isLessThanOrEqualTo(limit);
                } catch (JournalFullException e) {
                    assertThat(room).isEqualTo(reserved);
                    assertThat(e).hasMessageContaining(" " + journal.usedBytes() + " bytes");
                }
                checkUsed(fresh, journal);
                assertThat(journal.spares()).isLessThanOrEqualTo(4);
            }
            journal.close();
            assertThat(fresh.openFiles).isZero();
        }
    }

    /** The oldest segment that is there. */
    private static ReplayPoint pointOf(FakeDisk disk) throws IOException {
        SegmentFiles files = new SegmentFiles(disk, DIRECTORY);
        ByteBuffer header = Buffers.allocate(SegmentLayout.HEADER_BYTES);
        for (long number : files.list().segments()) {
            assertThat(files.readHeader(number, header)).isTrue();
            SegmentHeader decoded = SegmentHeader.decode(header);
            if (decoded.continuedBytes() == 0) {
                return new ReplayPoint(number, SegmentLayout.HEADER_BYTES, decoded.firstSequence());
            }
        }
        throw new AssertionError("no segment begins with a record");
    }

    @Test
    void shouldRefuseToGrowWithinASegmentToo() throws IOException {
        JournalSettings settings = new JournalSettings(SEGMENT, 5 * SEGMENT + 5000, 1000, 0);
        Journal journal = Journal.create(disk, DIRECTORY, settings, HIGH, LOW);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 40; i++) {
                        append(journal, 1, payload(i, 400));
                    }
                })
                .isInstanceOf(JournalFullException.class);
        assertThat(journal.usedBytes()).isBetween(3L * SEGMENT + 5000 - 432, 3L * SEGMENT + 5000);
        assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(JournalFullException.class);
        journal.roll(true);
        assertThat(journal.usedBytes()).isEqualTo(4 * SEGMENT + SegmentLayout.HEADER_BYTES);
    }

    @Test
    void shouldFillSegmentsToTheLastByteAndSplitOnlyWhatIsLonger() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        all.add(append(journal, 1, payload(1, WHOLE)));
        all.add(append(journal, 1, payload(2, 1000)));
        all.add(append(journal, 1, payload(3, WHOLE)));
        all.add(append(journal, 1, payload(4, 2000)));
        all.add(append(journal, 1, payload(5, WHOLE - 2000 - 32)));
        all.add(append(journal, 1, payload(6, WHOLE + 1)));
        assertThat(all).extracting(entry -> entry.position().segment()).containsExactly(1L, 2L, 3L, 4L, 4L, 0L);
        assertThat(journal.replayPoint().segment()).isEqualTo(6);
        journal.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
    }

    @Test
    void shouldTakeNoMoreSegmentsForASplitRecordThanItNeeds() throws IOException {
        for (int before : new int[] {0, 1000, 3900, WHOLE - 64, WHOLE}) {
            for (int parts = 1; parts <= 3; parts++) {
                for (int more = -2; more <= 2; more++) {
                    FakeDisk fresh = new FakeDisk();
                    Journal journal = newJournal(fresh);
                    Written first = append(journal, 1, payload(1, before));
                    long rest = SEGMENT - journal.replayPoint().offset() - 32;
                    boolean here = rest >= 64;
                    int length = parts * WHOLE + (here ? (int) rest - 32 : 0) + more;
                    if (length <= WHOLE) {
                        continue;
                    }
                    Written second = append(journal, 2, payload(2, length));
                    assertThat(journal.replayPoint().segment()).isEqualTo(1 + parts + (more > 0 ? 1 : 0));
                    journal.force();
                    assertThat(replay(fresh).entries()).containsExactly(first, second);
                }
            }
        }
    }

    @Test
    void shouldNotRollAnEmptySegment() throws IOException {
        Journal journal = newJournal(disk);
        journal.roll(false);
        assertThat(segments(disk)).isEqualTo(1);
        append(journal, 1, payload(1, 1));
        journal.roll(false);
        journal.roll(false);
        assertThat(segments(disk)).isEqualTo(2);
    }

    @Test
    void shouldCountAsDurableWhatIsInASegmentThatWasLeft() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, 1));
        append(journal, 1, payload(1, 1));
        assertThat(journal.durableSequence()).isZero();
        journal.roll(false);
        assertThat(journal.durableSequence()).isEqualTo(2);
        assertThat(journal.life()).isEqualTo(1);
        assertThat(recover(disk).journal().life()).isEqualTo(2);
    }

    @Test
    void shouldKeepExactlyTheSegmentsFromTheOneNamed() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(append(journal, 1, payload(i, WHOLE)));
        }
        journal.force();
        for (Written entry : all) {
            journal.read(entry.position(), ByteBuffer.allocate(WHOLE));
        }
        int open = disk.openFiles;
        journal.truncate(4);
        assertThat(disk.openFiles).isEqualTo(open - 3);
        for (Written entry : all) {
            long number = entry.position().segment();
            assertThat(disk.exists(segment(number))).isEqualTo(number >= 4);
        }
        ByteBuffer target = ByteBuffer.allocate(WHOLE);
        journal.read(all.get(3).position(), target);
        assertThat(target.array()).isEqualTo(all.get(3).payload());
        assertThat(journal.verify(bytes -> {}, damage -> assertThat(damage).isNull()))
                .isEqualTo(2 * (SEGMENT - 32) + journal.replayPoint().offset());
        journal.close();
        journal.close();
        assertThat(disk.openFiles).isZero();
    }

    @Test
    void shouldKeepAsManyHandlesAsItMayHoweverMuchIsRead() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(append(journal, 1, payload(i, WHOLE)));
        }
        journal.force();
        int open = disk.openFiles;
        for (int round = 0; round < 3; round++) {
            for (Written entry : all) {
                ByteBuffer target = ByteBuffer.allocate(WHOLE);
                journal.read(entry.position(), target);
                assertThat(target.array()).isEqualTo(entry.payload());
                assertThat(disk.openFiles).isLessThanOrEqualTo(open + 16);
            }
        }
        assertThat(disk.openFiles).isEqualTo(open + 16);
        // The one that was just read is open still, the one before the last sixteen is not.
        journal.read(all.get(39).position(), ByteBuffer.allocate(1));
        journal.read(all.get(24).position(), ByteBuffer.allocate(1));
        assertThat(disk.openFiles).isEqualTo(open + 16);
        journal.close();
        assertThat(disk.openFiles).isZero();
        assertThatThrownBy(() -> journal.read(all.get(1).position(), ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldGoOnWhenTheDiskWasFullBeforeASegmentBegan() throws IOException {
        for (String call : List.of("write", "force", "rename")) {
            FakeDisk fresh = new FakeDisk();
            Journal journal = newJournal(fresh);
            while (journal.prepareSpare()) {
                assertThat(journal.spares()).isPositive();
            }
            Written first = append(journal, 1, payload(1, 100));
            journal.force();
            int open = fresh.openFiles;
            fresh.full = call;
            assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(DiskFullException.class);
            assertThat(journal.spares()).isEqualTo(4);
            assertThat(fresh.openFiles).isEqualTo(open);
            fresh.full = "";
            journal.roll(false);
            Written second = append(journal, 1, payload(2, 100));
            journal.force();
            assertThat(replay(fresh).entries()).containsExactly(first, second);
        }
    }

    @Test
    void shouldFailWhenTheDiskIsFullWithinARecordOrAfterASegmentHasItsName() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, WHOLE));
        disk.full = "forceDirectory";
        assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(JournalFailedException.class);
        disk.full = "";
        assertThatThrownBy(journal::force).isInstanceOf(JournalFailedException.class);

        FakeDisk other = new FakeDisk();
        Journal split = newJournal(other);
        while (split.prepareSpare()) {
            assertThat(split.spares()).isPositive();
        }
        append(split, 1, payload(1, 1000));
        split.force();
        other.full = "rename";
        assertThatThrownBy(() -> append(split, 1, payload(2, 9000))).isInstanceOf(JournalFailedException.class);
        other.full = "";
        assertThatThrownBy(split::force).isInstanceOf(JournalFailedException.class);
    }

    @Test
    void shouldFailForGoodWhenThePowerGoesOffWhileASegmentBegins() throws IOException {
        Journal journal = newJournal(disk);
        while (journal.prepareSpare()) {
            assertThat(journal.spares()).isPositive();
        }
        append(journal, 1, payload(1, 100));
        journal.force();
        disk.callsUntilCut = 0;
        assertThatThrownBy(() -> journal.roll(false)).isInstanceOf(FakeDisk.PowerCut.class);
        disk.callsUntilCut = -1;
        assertThatThrownBy(() -> append(journal, 1, payload(1, 1))).isInstanceOf(JournalFailedException.class);
    }

    @Test
    void shouldGiveBackTheSparesOfARecordForWhichThereAreTooFew() throws IOException {
        Journal journal = newJournal(disk);
        while (journal.prepareSpare()) {
            assertThat(journal.spares()).isPositive();
        }
        Written first = append(journal, 1, payload(1, 100));
        disk.full = "create";
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append(journal, 1, payload(2, 4 * WHOLE))).isInstanceOf(DiskFullException.class);
            assertThat(journal.spares()).isEqualTo(4);
        }
        disk.full = "";
        Written second = append(journal, 1, payload(2, 4 * WHOLE));
        journal.force();
        assertThat(replay(disk).entries()).containsExactly(first, second);
    }

    @Test
    void shouldMakeDurableThatSegmentsAreGoneOrFailForGood() throws IOException {
        Journal journal = newJournal(disk);
        for (int i = 0; i < 4; i++) {
            append(journal, 1, payload(i, WHOLE));
        }
        int forces = disk.calls.get("forceDirectory");
        journal.truncate(1);
        assertThat(disk.calls.get("forceDirectory")).isEqualTo(forces);
        journal.truncate(3);
        assertThat(disk.calls.get("forceDirectory")).isEqualTo(forces + 1);
        disk.failing = "forceDirectory";
        assertThatThrownBy(() -> journal.truncate(4)).isInstanceOf(JournalFailedException.class);
        disk.failing = "";
        assertThatThrownBy(journal::force).isInstanceOf(JournalFailedException.class);
        assertThat(journal.spares()).isEqualTo(2);
    }

    @Test
    void shouldFailForGoodWhateverBreaksAForceOff() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, 100));
        disk.callsUntilCut = 0;
        assertThatThrownBy(journal::force).isInstanceOf(FakeDisk.PowerCut.class);
        disk.callsUntilCut = -1;
        assertThatThrownBy(journal::force).isInstanceOf(JournalFailedException.class);
    }

    @Test
    void shouldNotReportWhatIsTruncatedWhileItIsChecked() throws IOException {
        Journal journal = newJournal(disk);
        for (int i = 0; i < 4; i++) {
            append(journal, 1, payload(i, WHOLE));
        }
        journal.force();
        disk.bytes(segment(1))[100] ^= 4;
        List<JournalDamage> damages = new ArrayList<>();
        List<Long> throttled = new ArrayList<>();
        long checked = journal.verify(
                bytes -> {
                    if (throttled.isEmpty()) {
                        truncate(journal, 2);
                    }
                    throttled.add(bytes);
                },
                damages::add);
        assertThat(damages).isEmpty();
        assertThat(throttled.stream().mapToLong(Long::longValue).sum()).isGreaterThanOrEqualTo(checked);
        assertThat(throttled)
                .filteredOn(bytes -> bytes == SegmentLayout.HEADER_BYTES)
                .hasSizeGreaterThan(3);

        disk.beforeOpen = () -> truncate(journal, 3);
        journal.verify(bytes -> {}, damages::add);
        assertThat(damages).isEmpty();
        disk.beforeOpen = () -> {};
        disk.failing = "read";
        assertThatThrownBy(() -> journal.verify(bytes -> {}, damages::add)).hasMessage("injected: read");
        disk.failing = "";
        disk.bytes(segment(4))[5000] ^= 4;
        journal.verify(bytes -> {}, damages::add);
        assertThat(damages).hasSize(1);
    }

    private static void truncate(Journal journal, long segment) {
        try {
            journal.truncate(segment);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldDeleteSparesOfAnotherSizeWhenItIsCreated() throws IOException {
        Path whole = new SegmentFiles(disk, DIRECTORY).spare(3);
        Path cut = new SegmentFiles(disk, DIRECTORY).spare(4);
        disk.put(whole, new byte[SEGMENT]);
        disk.put(cut, new byte[SEGMENT - 1]);
        Journal journal = newJournal(disk);
        assertThat(disk.paths()).containsExactly(segment(1));
        assertThat(journal.prepareSpare()).isTrue();
        assertThat(disk.exists(new SegmentFiles(disk, DIRECTORY).spare(5))).isTrue();
    }

    @Test
    void shouldKeepNoMoreSparesThanItIsToldHoweverManyItFinds() throws IOException {
        newJournal(disk).close();
        for (int i = 1; i <= 9; i++) {
            disk.put(new SegmentFiles(disk, DIRECTORY).spare(i), new byte[SEGMENT]);
        }
        Opened opened = recover(disk);
        assertThat(opened.journal().spares()).isEqualTo(4);
        assertThat(disk.paths())
                .filteredOn(path -> path.toString().endsWith(".tmp"))
                .hasSize(4);
        assertThat(opened.journal().prepareSpare()).isFalse();
    }

    @Test
    void shouldNotRewriteWhatALifeThatEndedWellHasLeft() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, 1000));
        journal.prepareSpare();
        journal.close();
        int writes = disk.calls.get("write");
        assertThatNoException().isThrownBy(() -> recover(disk));
        assertThat(disk.calls.get("write")).isEqualTo(writes + 1);
    }
}
