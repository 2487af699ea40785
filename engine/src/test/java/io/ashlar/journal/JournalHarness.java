package io.ashlar.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the tests of the journal share. */
final class JournalHarness {
    static final Path DIRECTORY = Path.of("journal");
    static final long HIGH = 0x1122334455667788L;
    static final long LOW = 0x99AABBCCDDEEFF00L;
    static final JournalSettings TINY = new JournalSettings(8 << 10, 1 << 20, 100_000, 4);

    @SuppressWarnings("ArrayRecordComponent")
    record Written(long sequence, int type, byte[] payload, JournalPosition position) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Written entry
                    && sequence == entry.sequence
                    && type == entry.type
                    && Arrays.equals(payload, entry.payload)
                    && position.equals(entry.position);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }

        @Override
        public String toString() {
            return sequence + ":" + type + "[" + payload.length + "]@" + position;
        }
    }

    /** A journal that was recovered, and what recovery found. */
    record Opened(Journal journal, List<Written> entries, JournalReport report) {}

    private JournalHarness() {}

    static Journal newJournal(FakeDisk disk) throws IOException {
        return Journal.create(disk, DIRECTORY, TINY, HIGH, LOW);
    }

    static byte[] payload(long seed, int length) {
        byte[] bytes = new byte[length];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Written append(Journal journal, int type, byte[] payload) throws IOException {
        long sequence = journal.append(type, ByteBuffer.wrap(payload), false);
        return new Written(sequence, type, payload, journal.positionOfLast());
    }

    static Opened recover(FakeDisk disk) throws IOException {
        return recover(disk, ReplayPoint.BEGINNING, false, true);
    }

    static Opened replay(FakeDisk disk) throws IOException {
        return recover(disk, ReplayPoint.BEGINNING, false, false);
    }

    static Opened salvage(FakeDisk disk) throws IOException {
        return recover(disk, ReplayPoint.BEGINNING, true, true);
    }

    static Opened recover(FakeDisk disk, ReplayPoint from, boolean salvage, boolean start) throws IOException {
        List<Written> entries = new ArrayList<>();
        try (JournalRecovery recovery = new JournalRecovery(disk, DIRECTORY, TINY, HIGH, LOW, from, salvage)) {
            JournalReport report = recovery.replay((sequence, type, payload, position) -> {
                byte[] bytes = new byte[payload.remaining()];
                payload.get(bytes);
                entries.add(new Written(sequence, type, bytes, position));
            });
            return new Opened(start ? recovery.startLife() : null, entries, report);
        }
    }

    static Path segment(long number) {
        return new SegmentFiles(new FakeDisk(), DIRECTORY).segment(number);
    }
}
