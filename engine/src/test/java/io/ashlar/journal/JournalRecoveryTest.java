package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.LOW;
import static io.ashlar.journal.JournalHarness.TINY;
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
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.SegmentLayout;
import io.ashlar.journal.JournalHarness.Opened;
import io.ashlar.journal.JournalHarness.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalRecoveryTest {
    private final FakeDisk disk = new FakeDisk();

    /** Three records in one segment; the first two forced and followed. */
    private List<Written> threeRecords(Journal journal) throws IOException {
        List<Written> all = new ArrayList<>();
        all.add(append(journal, 1, payload(1, 50)));
        all.add(append(journal, 2, payload(2, 33)));
        journal.force();
        all.add(append(journal, 3, payload(3, 47)));
        journal.write();
        return all;
    }

    @Test
    void shouldRecoverAPrefixFromEveryTruncationOfTheTail() throws IOException {
        List<Written> all = new ArrayList<>();
        Journal journal = newJournal(disk);
        List<Long> ends = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(append(journal, i, payload(i, 20 + i)));
            ends.add(journal.replayPoint().offset());
        }
        journal.write();
        long end = journal.replayPoint().offset();
        for (int at = SegmentLayout.HEADER_BYTES; at <= end; at++) {
            FakeDisk torn = disk.copy();
            Arrays.fill(torn.bytes(segment(1)), at, TINYBYTES, (byte) 0);
            int whole = 0;
            while (whole < 4 && wholeAt(disk, torn, ends.get(whole))) {
                whole++;
            }
            Opened opened = recover(torn);
            assertThat(opened.entries()).isEqualTo(all.subList(0, whole));
            Written next = append(opened.journal(), 9, payload(9, 30));
            opened.journal().force();
            assertThat(next.sequence()).isEqualTo(whole + 1);
            assertThat(recover(torn).entries()).hasSize(whole + 1).endsWith(next);
        }
    }

    private static final int TINYBYTES = (int) TINY.segmentBytes();

    private static boolean wholeAt(FakeDisk disk, FakeDisk torn, long end) {
        return Arrays.equals(
                Arrays.copyOf(disk.bytes(segment(1)), (int) end), Arrays.copyOf(torn.bytes(segment(1)), (int) end));
    }

    @Test
    void shouldRefuseEveryBitFlipInWhatWasForcedAndFollowed() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = threeRecords(journal);
        long from = SegmentLayout.HEADER_BYTES;
        long to = all.get(2).position().offset() - 32;
        for (long bit = from * 8; bit < to * 8; bit++) {
            FakeDisk rotten = flipped(segment(1), bit);
            assertThatThrownBy(() -> replay(rotten))
                    .as("bit %s", bit)
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(segment(1).toString())
                    .hasMessageContaining("--salvage");
        }
    }

    @Test
    void shouldGiveAPrefixForEveryBitFlipInTheTail() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = threeRecords(journal);
        long from = all.get(2).position().offset() - 32;
        for (long bit = from * 8; bit < (from + 32 + 48) * 8; bit++) {
            assertThat(replay(flipped(segment(1), bit)).entries()).isEqualTo(all.subList(0, 2));
        }
    }

    @Test
    void shouldRefuseEveryBitFlipInAHeaderAndBeforeACut() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = threeRecords(journal);
        journal.close();
        Journal second = recover(disk).journal();
        all.add(append(second, 1, payload(4, 10)));
        second.force();
        assertThat(replay(disk).entries()).isEqualTo(all);
        for (int number = 1; number <= 2; number++) {
            for (long bit = 0; bit < SegmentLayout.HEADER_BYTES * 8L; bit += bit < 128 * 8 ? 1 : 97) {
                FakeDisk rotten = flipped(segment(number), bit);
                assertThatThrownBy(() -> replay(rotten)).as("bit %s", bit).isInstanceOf(DamagedException.class);
            }
        }
        long cut = all.get(2).position().offset() + 48;
        for (long bit = SegmentLayout.HEADER_BYTES * 8L; bit < cut * 8; bit++) {
            FakeDisk rotten = flipped(segment(1), bit);
            assertThatThrownBy(() -> replay(rotten)).as("bit %s", bit).isInstanceOf(DamagedException.class);
        }
        // Behind the cut lies nothing of worth.
        assertThat(replay(flipped(segment(1), (cut + 3) * 8)).entries()).isEqualTo(all);
    }

    @Test
    void shouldRefuseDamageToTheLastRecordOfALifeThatEndedWell() throws IOException {
        Journal journal = newJournal(disk);
        Written only = append(journal, 1, payload(1, 100));
        journal.close();
        assertThat(replay(disk).entries()).containsExactly(only);
        FakeDisk rotten = flipped(segment(1), only.position().offset() * 8);
        assertThatThrownBy(() -> replay(rotten)).isInstanceOf(DamagedException.class);
        // The seal itself is no loss.
        FakeDisk unsealed = flipped(segment(1), (only.position().offset() + 112 + 9) * 8);
        assertThat(replay(unsealed).entries()).containsExactly(only);
    }

    private FakeDisk flipped(Path path, long bit) {
        FakeDisk copy = disk.copy();
        copy.bytes(path)[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        return copy;
    }

    @Test
    void shouldNeverBringBackALostTimeline() throws IOException {
        // Life 1: two records, of which the first gets torn; the second, identical to what life 2 writes, stays whole
        // behind.
        byte[] same = payload(1, 100);
        Journal first = newJournal(disk);
        Written torn = append(first, 1, same);
        Written behind = append(first, 1, same);
        Written further = append(first, 1, same);
        first.write();
        byte[] image = disk.bytes(segment(1)).clone();
        disk.bytes(segment(1))[(int) behind.position().offset()] ^= 1;
        Opened opened = recover(disk);
        assertThat(opened.entries()).containsExactly(torn);
        assertThat(opened.report().tornBytes()).isEqualTo(2 * 144);
        // The torn bytes turn up after all, and with them the whole old timeline.
        System.arraycopy(image, 0, disk.bytes(segment(1)), 0, image.length);
        assertThat(disk.bytes(segment(1))).isEqualTo(image);
        assertThat(replay(disk).entries()).containsExactly(torn);
        Written second = append(opened.journal(), 1, same);
        opened.journal().force();
        assertThat(second.sequence()).isEqualTo(behind.sequence());
        assertThat(replay(disk).entries()).containsExactly(torn, second);
        assertThat(recover(disk).entries()).containsExactly(torn, second).doesNotContain(behind, further);
    }

    @Test
    void shouldNeverReviveARecordOfWhichTheEndIsMissing() throws IOException {
        Journal first = newJournal(disk);
        Written begin = append(first, 1, payload(1, 100));
        append(first, 2, payload(2, 20_000));
        first.write();
        byte[] last = disk.bytes(segment(5));
        Arrays.fill(last, SegmentLayout.HEADER_BYTES, last.length, (byte) 0);
        FakeDisk before = disk.copy();
        Opened opened = recover(disk);
        assertThat(opened.entries()).containsExactly(begin);
        assertThat(disk.paths())
                .contains(segment(1), segment(6))
                .doesNotContain(segment(2), segment(3), segment(4), segment(5));
        Written next = append(opened.journal(), 2, payload(2, 20_000));
        opened.journal().close();
        // As if a crash had kept life 2 from clearing them away.
        for (long lost = 2; lost <= 5; lost++) {
            disk.put(segment(lost), before.bytes(segment(lost)));
        }
        assertThat(recover(disk).entries()).containsExactly(begin, next);
        assertThat(disk.paths()).doesNotContain(segment(2), segment(3), segment(4), segment(5));
    }

    @Test
    void shouldNotTakeARecycledFilesOldFramesForRecords() throws IOException {
        Journal journal = newJournal(disk);
        byte[] same = payload(1, 500);
        for (int i = 0; i < 7; i++) {
            append(journal, 1, same);
        }
        journal.roll(false);
        ReplayPoint point = journal.replayPoint();
        journal.truncate(2);
        assertThat(journal.spares()).isEqualTo(1);
        append(journal, 1, same);
        journal.roll(true);
        assertThat(journal.spares()).isZero();
        Written active = append(journal, 1, same);
        journal.write();
        // The file was segment 1, and frames of the same length and payload lie behind.
        assertThat(active.position().segment()).isEqualTo(3);
        byte[] bytes = disk.bytes(segment(3));
        assertThat(Arrays.copyOfRange(bytes, 4096 + 544 + 32, 4096 + 544 + 532)).isEqualTo(same);
        Opened opened = recover(disk, point, false, true);
        assertThat(opened.entries()).hasSize(2).endsWith(active);
        assertThat(opened.report().tornBytes()).isZero();
    }

    @Test
    void shouldCutAtTheDamageWhenSalvaging() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(append(journal, 1, payload(i, 1000)));
        }
        journal.force();
        Written hit = all.get(20);
        disk.bytes(segment(hit.position().segment()))[(int) hit.position().offset() + 5] ^= 1;
        assertThatThrownBy(() -> replay(disk)).isInstanceOf(DamagedException.class);
        Opened opened = salvage(disk);
        assertThat(opened.entries()).isEqualTo(all.subList(0, 20));
        assertThat(opened.report().lossy()).isTrue();
        assertThat(opened.report().lostFrom()).isEqualTo(21);
        assertThat(opened.report().lostTo()).isGreaterThanOrEqualTo(36);
        assertThat(opened.report().warnings()).hasSize(1);
        List<Written> after = new ArrayList<>(all.subList(0, 20));
        after.add(append(opened.journal(), 1, payload(1, 1)));
        opened.journal().close();
        assertThat(recover(disk).entries()).isEqualTo(after);
    }

    @Test
    void shouldSalvageWhatIsBeforeAMissingOrBrokenSegment() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(append(journal, 1, payload(i, 1000)));
        }
        journal.close();
        long newest = all.get(39).position().segment();
        for (long number = 2; number <= newest; number++) {
            long broken = number;
            for (int kind = 0; kind < 6; kind++) {
                FakeDisk copy = disk.copy();
                switch (kind) {
                    case 0 -> copy.delete(segment(broken));
                    case 1 -> copy.put(segment(broken), new byte[0]);
                    case 2 -> copy.put(segment(broken), JournalHarness.text("not a segment".repeat(1000)));
                    case 3 -> copy.put(segment(broken), Arrays.copyOf(copy.bytes(segment(broken)), 5000));
                    case 4 -> copy.put(segment(broken), Arrays.copyOf(copy.bytes(segment(broken)), 7000));
                    default -> copy.put(segment(broken), copy.bytes(segment(1)));
                }
                if (kind == 0 && broken == newest) {
                    continue; // as if it had never been; nothing can tell
                }
                assertThatThrownBy(() -> replay(copy))
                        .as("segment %s, kind %s", broken, kind)
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining(segment(broken).getFileName().toString());
                int before = (int) all.stream()
                        .filter(e -> e.position().segment() < broken)
                        .count();
                Opened opened = salvage(copy);
                assertThat(opened.entries()).startsWith(all.subList(0, before).toArray(new Written[0]));
                assertThat(opened.report().lossy()).isTrue();
                assertThat(opened.report().lostFrom())
                        .isEqualTo(opened.entries().size() + 1L);
                append(opened.journal(), 1, payload(1, 1));
                opened.journal().close();
                assertThat(recover(copy).entries()).hasSize(opened.entries().size() + 1);
            }
        }
    }

    @Test
    void shouldRefuseANewerVersionByNameAndLeaveEverythingAlone() throws IOException {
        Journal journal = newJournal(disk);
        threeRecords(journal);
        journal.close();
        ByteBuffer header = ByteBuffer.wrap(disk.bytes(segment(1))).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(SegmentLayout.VERSION_OFFSET, 2);
        header.putInt(SegmentLayout.CHECKSUM_OFFSET, Crc32c.of(header, 0, SegmentLayout.CHECKSUM_OFFSET));
        int changes = disk.changes;
        assertThatThrownBy(() -> salvage(disk))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining(segment(1).toString());
        assertThat(disk.changes).isEqualTo(changes);
    }

    @Test
    void shouldRefuseTheSegmentsOfAnotherStoreEvenWhenSalvaging() throws IOException {
        Journal.create(disk, DIRECTORY, TINY, JournalHarness.HIGH, LOW + 1).close();
        assertThatThrownBy(() -> salvage(disk))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("another store");
    }

    @Test
    void shouldRefuseAPlaceThatDoesNotExist() throws IOException {
        Journal journal = newJournal(disk);
        threeRecords(journal);
        journal.close();
        for (ReplayPoint point :
                List.of(new ReplayPoint(2, 4096, 4), new ReplayPoint(1, 4096, 2), new ReplayPoint(1, 8193, 4))) {
            assertThatThrownBy(() -> recover(disk, point, false, false)).isInstanceOf(DamagedException.class);
        }
        assertThatThrownBy(() -> replay(new FakeDisk())).isInstanceOf(DamagedException.class);
    }

    @Test
    void shouldChangeNothingWhenReadingOnly() throws IOException {
        Journal journal = newJournal(disk);
        List<Written> all = threeRecords(journal);
        disk.put(DIRECTORY.resolve("notes.txt"), JournalHarness.text("mine"));
        int changes = disk.changes;
        try (JournalRecovery recovery =
                new JournalRecovery(disk, DIRECTORY, TINY, JournalHarness.HIGH, LOW, ReplayPoint.BEGINNING, false)) {
            recovery.replay((sequence, type, payload, position) -> {});
            ByteBuffer target = ByteBuffer.allocate(33);
            recovery.read(all.get(1).position(), target);
            assertThat(target.array()).isEqualTo(all.get(1).payload());
        }
        assertThat(disk.changes).isEqualTo(changes);
    }

    @Test
    void shouldLeaveStrayFilesAloneAndClearUselessSpares() throws IOException {
        Journal journal = newJournal(disk);
        threeRecords(journal);
        journal.close();
        Path stray = DIRECTORY.resolve("0000000000000009.SEG");
        Path cut = DIRECTORY.resolve("spare-0000000000000009.tmp");
        disk.put(stray, new byte[1]);
        disk.put(cut, new byte[100]);
        Path unfinished = DIRECTORY.resolve("filling-0000000000000001.tmp");
        disk.put(unfinished, new byte[TINYBYTES]);
        assertThat(recover(disk).entries()).hasSize(3);
        assertThat(disk.paths()).contains(stray).doesNotContain(cut, unfinished);
    }

    @Test
    void shouldSayThatNothingCanBeSalvagedWithoutTheFirstSegment() throws IOException {
        Journal journal = newJournal(disk);
        for (int i = 0; i < 20; i++) {
            append(journal, 1, payload(i, 1000));
        }
        journal.close();
        disk.bytes(segment(1))[0] ^= 1;
        assertThatThrownBy(() -> salvage(disk))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("bring it back from a copy");
    }
}
