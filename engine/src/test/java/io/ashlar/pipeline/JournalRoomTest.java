package io.ashlar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.BackPressureException;
import io.ashlar.EngineSettings;
import io.ashlar.StoreFailedException;
import io.ashlar.journal.Journal;
import io.ashlar.journal.JournalSettings;
import io.ashlar.runtime.SystemDisk;
import io.ashlar.runtime.SystemThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JournalRoomTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int SEGMENTS = 40;

    @TempDir
    private Path directory;

    private final FailureLatch latch = new FailureLatch();
    private final AtomicInteger wanted = new AtomicInteger();
    private Journal journal;
    private JournalRoom room;

    @BeforeEach
    void open() throws IOException {
        EngineSettings settings = EngineSettings.defaults()
                .withCheckpointJournalBytes(SEGMENT_BYTES)
                .withJournalSegmentBytes(SEGMENT_BYTES)
                .withJournalMaxBytes((long) SEGMENTS * SEGMENT_BYTES)
                .withWriteTimeoutMillis(20);
        journal = Journal.create(
                new SystemDisk(),
                directory.resolve("journal"),
                new JournalSettings(SEGMENT_BYTES, (long) SEGMENTS * SEGMENT_BYTES, 1 << 20, 1),
                1,
                2);
        room = new JournalRoom(journal, latch, new SystemThreads(), settings, wanted::incrementAndGet);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 4222, 16_500})
    void shouldHaveRoomForAllThatItLetInEvenIfASegmentIsGivenUpMeanwhile(int bytes) throws IOException {
        int entered = 0;
        while (room.tryEnter(bytes)) {
            entered++;
        }
        assertThat(entered).isPositive();
        journal.append(1, ByteBuffer.allocate(10), true);
        journal.roll(false);
        for (int i = 0; i < entered; i++) {
            long unused = journal.append(1, ByteBuffer.allocate(bytes), false);
        }
    }

    /** A journal of few segments has room for few that are given up. */
    @ParameterizedTest
    @ValueSource(ints = {100, 4222, 16_500})
    void shouldHaveRoomForWhatItLetInEvenIfAlmostAWholeSegmentIsGivenUp(int bytes) throws IOException {
        int segments = 10;
        EngineSettings small = EngineSettings.defaults()
                .withCheckpointJournalBytes(SEGMENT_BYTES)
                .withJournalSegmentBytes(SEGMENT_BYTES)
                .withJournalMaxBytes((long) segments * SEGMENT_BYTES);
        try (Journal few = Journal.create(
                new SystemDisk(),
                directory.resolve("few"),
                new JournalSettings(SEGMENT_BYTES, (long) segments * SEGMENT_BYTES, 1 << 16, 1),
                1,
                2)) {
            JournalRoom narrow = new JournalRoom(few, latch, new SystemThreads(), small, wanted::incrementAndGet);
            long last = 0;
            // The last segment that is not held in reserve has just begun.
            while (few.usedBytes() < 7L * SEGMENT_BYTES) {
                last = few.append(1, ByteBuffer.allocate(100), false);
            }
            assertThat(few.lastSequence()).isEqualTo(last);

            if (narrow.tryEnter(bytes)) {
                few.roll(true);
                long unused = few.append(1, ByteBuffer.allocate(bytes), false);
            }
            assertThat(narrow.tryEnter(bytes)).isFalse();
        }
    }

    @Test
    void shouldLetInAgainWhatHasLeft() {
        int bytes = 4222;
        int entered = 0;
        while (room.tryEnter(bytes)) {
            entered++;
        }
        room.leave(bytes);
        assertThat(room.tryEnter(bytes)).isTrue();
        assertThat(room.tryEnter(bytes)).isFalse();
        for (int i = 0; i < entered; i++) {
            room.leave(bytes);
        }
        assertThat(room.tryEnter(bytes)).isTrue();
    }

    @Test
    void shouldAskForRoomAndGiveUpInTheEnd() {
        while (room.tryEnter(4222)) {
            // Until it is full.
        }
        assertThatThrownBy(() -> room.enter(4222)).isInstanceOf(BackPressureException.class);
        assertThat(wanted.get()).isPositive();
        latch.fail(new IOException("the disk is gone"));
        assertThatThrownBy(() -> room.enter(4222)).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void shouldCountWhatTheEngineWritesItself() {
        room.enterReserved(SEGMENTS * SEGMENT_BYTES);
        assertThat(room.tryEnter(1)).isFalse();
    }
}
