package io.ashlar.cli.killtest;

import io.ashlar.EngineSettings;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** What the extents and objects of the kill test hold: a function of their key, known to both processes. */
final class KillContent {
    /** Keys from 0 are extents; few enough that most are put many times. */
    static final int EXTENT_KEYS = 600;

    /** Keys from here are objects of several extents. */
    static final int FIRST_OBJECT_KEY = 100_000;

    static final int OBJECT_KEYS = 6;

    private KillContent() {}

    static boolean isObject(int key) {
        return key >= FIRST_OBJECT_KEY;
    }

    static int size(int key) {
        SplittableRandom random = new SplittableRandom(key * 31L + 7);
        if (isObject(key)) {
            return EngineSettings.MAX_EXTENT_BYTES + 1 + random.nextInt(2 << 20);
        }
        int kind = random.nextInt(100);
        if (key == 0) {
            return 0;
        }
        if (kind < 2) {
            return EngineSettings.MAX_EXTENT_BYTES;
        }
        return Integer.BYTES
                + random.nextInt(kind < 65 ? 4 << 10 : kind < 88 ? 64 << 10 : kind < 97 ? 512 << 10 : 2_000_000);
    }

    static byte[] bytes(int key) {
        byte[] bytes = new byte[size(key)];
        new SplittableRandom(key).nextBytes(bytes);
        if (bytes.length > 0) {
            // No two keys have the same content, however short.
            ByteBuffer.wrap(bytes).putInt(key);
        }
        return bytes;
    }

    /** Small limits, so that segments, checkpoints and packs turn over many times between two kills. */
    static EngineSettings settings() {
        return EngineSettings.defaults()
                .withJournalSegmentBytes(1 << 20)
                .withCheckpointJournalBytes(2L << 20)
                .withJournalMaxBytes(64L << 20)
                .withGcGraceMillis(20)
                .withOrphanGraceMillis(200)
                .withMaintenanceIntervalMillis(50);
    }
}
