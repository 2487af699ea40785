package io.ashlar.journal;

import static io.ashlar.journal.JournalHarness.DIRECTORY;
import static io.ashlar.journal.JournalHarness.HIGH;
import static io.ashlar.journal.JournalHarness.LOW;
import static io.ashlar.journal.JournalHarness.TINY;
import static io.ashlar.journal.JournalHarness.append;
import static io.ashlar.journal.JournalHarness.newJournal;
import static io.ashlar.journal.JournalHarness.payload;
import static io.ashlar.journal.JournalHarness.replay;
import static io.ashlar.journal.JournalHarness.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.journal.JournalHarness.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Headers and frames whose checksums are right, and which contradict themselves or each other. */
class JournalContradictionsTest {
    private static final int WHOLE = FrameLayout.FIRST | FrameLayout.LAST;

    private final FakeDisk disk = new FakeDisk();

    /** A frame, and where it lies. */
    private record Frame(long segment, int at, int payloadBytes, int type, int flags, int recordBytes) {}

    private void write(Frame frame) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment(frame.segment))).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer payload = ByteBuffer.wrap(payload(1, frame.payloadBytes));
        Arrays.fill(bytes.array(), frame.at, frame.at + (int) FrameLayout.frameBytes(frame.payloadBytes), (byte) 0);
        FrameLayout.encode(bytes, frame.at, frame.payloadBytes, 1, 0, frame.type, frame.flags, frame.recordBytes);
        long seedA = FrameLayout.seedA(HIGH, LOW, 1);
        long seedB = FrameLayout.seedB(frame.segment, frame.at);
        bytes.putInt(
                frame.at + FrameLayout.CHECKSUM_OFFSET,
                FrameLayout.checksum(seedA, seedB, bytes, frame.at, payload, 0, frame.payloadBytes));
        bytes.put(frame.at + FrameLayout.HEADER_BYTES, payload, 0, frame.payloadBytes);
    }

    private List<Written> replayed(Frame... frames) throws IOException {
        for (Frame frame : frames) {
            write(frame);
        }
        return replay(disk).entries();
    }

    @Test
    void shouldWriteFramesUnderTheSeedsOfTheirPlace() throws IOException {
        Journal journal = newJournal(disk);
        append(journal, 1, payload(1, 100));
        append(journal, 1, payload(2, 100));
        journal.force();
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment(1))).order(ByteOrder.LITTLE_ENDIAN);
        long seedA = FrameLayout.seedA(HIGH, LOW, 1);
        for (int at : new int[] {4096, 4096 + 144}) {
            assertThat(FrameLayout.check(seedA, FrameLayout.seedB(1, at), bytes, at, 144))
                    .isTrue();
        }
    }

    @Test
    void shouldTakeNoFrameThatContradictsItsRecord() throws IOException {
        newJournal(disk);
        assertThat(replayed(new Frame(1, 4096, 20, 7, WHOLE, 20))).hasSize(1);
        assertThat(replayed(new Frame(1, 4096, 20, 7, WHOLE, 21))).isEmpty();
        assertThat(replayed(new Frame(1, 4096, 20, 7, 0, 40))).isEmpty();
        assertThat(replayed(new Frame(1, 4096, 20, 7, FrameLayout.LAST, 20))).isEmpty();
        assertThat(replayed(new Frame(1, 4096, 20, 7, FrameLayout.FIRST, 20))).isEmpty();
        assertThat(replayed(new Frame(1, 4096, 20, 7, FrameLayout.FIRST, Integer.MAX_VALUE)))
                .isEmpty();
        assertThat(replayed(new Frame(1, 4096, 20, 7, WHOLE | 8, 20))).isEmpty();
    }

    @Test
    void shouldPutTogetherOnlyPartsOfOneRecord() throws IOException {
        Journal journal = newJournal(disk);
        byte[] record = payload(1, 4100);
        Written whole = append(journal, 7, record);
        journal.force();
        assertThat(replay(disk).entries()).containsExactly(whole);
        int rest = 4100 - 4032;
        for (Frame last : List.of(
                new Frame(2, 4096, rest, 7, WHOLE, rest),
                new Frame(2, 4096, rest, 7, 0, 4100),
                new Frame(2, 4096, rest, 8, FrameLayout.LAST, 4100),
                new Frame(2, 4096, rest, 7, FrameLayout.LAST, 4101),
                new Frame(2, 4096, rest, 7, FrameLayout.FIRST, 4100),
                new Frame(2, 4096, rest, 7, FrameLayout.LAST | 8, 4100),
                new Frame(2, 4096, rest - 1, 7, FrameLayout.LAST, 4100),
                new Frame(2, 4096, rest + 1, 7, FrameLayout.LAST, 4100))) {
            assertThat(replayed(last)).as("%s", last).isEmpty();
        }
        assertThat(replayed(new Frame(2, 4096, rest, 7, FrameLayout.LAST, 4100)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.payload()).hasSize(4100));
    }

    @Test
    void shouldTakeOnlyHeadersWithinTheirBounds() {
        long min = JournalSettings.SEGMENT_BYTES_MIN;
        long max = JournalSettings.SEGMENT_BYTES_MAX;
        for (SegmentHeader header : List.of(
                new SegmentHeader(min, HIGH, LOW, 1, 1, 1, 0, 0, 0),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 7, 3, 8, 4096))) {
            assertThat(header.sane()).isTrue();
        }
        for (SegmentHeader header : List.of(
                new SegmentHeader(min - 1, HIGH, LOW, 9, 5, 7, 3, 8, 4096),
                new SegmentHeader(max + 1, HIGH, LOW, 9, 5, 7, 3, 8, 4096),
                new SegmentHeader(max, HIGH, LOW, 0, 5, 7, 3, -1, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 0, 7, 3, 8, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 0, 3, 8, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 7, -1, 8, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 7, 3, -1, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 7, 3, 9, 4096),
                new SegmentHeader(max, HIGH, LOW, 9, 5, 7, 3, 8, -1))) {
            assertThat(header.sane()).as("%s", header).isFalse();
        }
    }

    @Test
    void shouldCreateOverNothingButAnEmptyFirstSegment() throws IOException {
        newJournal(disk);
        byte[] empty = disk.bytes(segment(1)).clone();
        Journal.create(disk, DIRECTORY, TINY, HIGH, LOW + 1);
        assertThat(disk.calls.get("forceDirectory")).isEqualTo(3);

        checkRefused(segmentOf(new SegmentHeader(8192, HIGH, LOW, 1, 2, 1, 0, 0, 0)));
        checkRefused(segmentOf(new SegmentHeader(8192, HIGH, LOW, 2, 1, 1, 0, 1, 0)));
        checkRefused(segmentOf(new SegmentHeader(8192, HIGH, LOW, 1, 1, 0, 0, 0, 0)));
        checkRefused(new byte[8192]);
        checkRefused(new byte[100]);
        disk.put(segment(1), empty);
        write(new Frame(1, 4096, 20, 7, WHOLE, 20));
        checkRefused(disk.bytes(segment(1)));
        disk.put(segment(1), empty);
        disk.put(segment(2), empty);
        assertThatThrownBy(() -> newJournal(disk)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(disk.paths()).contains(segment(1), segment(2));
    }

    /** The journal of a rebuilt store begins with any life, and its creation may be cut short as well. */
    @Test
    void shouldBeginWithALaterLifeOverNothingButAnEmptyFirstSegment() throws IOException {
        disk.put(segment(1), segmentOf(new SegmentHeader(8192, HIGH, LOW, 1, 2, 1, 0, 0, 0)));
        try (Journal journal = Journal.create(disk, DIRECTORY, TINY, HIGH, LOW, 7)) {
            assertThat(journal.life()).isEqualTo(7);
        }
        byte[] second = segmentOf(new SegmentHeader(8192, HIGH, LOW, 2, 1, 1, 0, 1, 0));
        disk.put(segment(1), second);
        assertThatThrownBy(() -> Journal.create(disk, DIRECTORY, TINY, HIGH, LOW, 8))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(disk.bytes(segment(1))).isEqualTo(second);
    }

    private static byte[] segmentOf(SegmentHeader header) {
        byte[] bytes = new byte[8192];
        header.encode().get(bytes, 0, SegmentLayout.HEADER_BYTES);
        return bytes;
    }

    private void checkRefused(byte[] first) {
        disk.put(segment(1), first);
        assertThatThrownBy(() -> newJournal(disk)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(disk.bytes(segment(1))).isEqualTo(first);
    }
}
