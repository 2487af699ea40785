package io.ashlar.drive;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a drive has room to spare. One that has little takes new shards only if no other can. Once it has little it must have a quarter
 * more than that before it counts as having room again. Safe for use by many threads.
 */
final class DriveRoom {
    /** What is put before the drive is asked again is an eighth of what little is, at most. */
    private static final int ASK_AGAIN_SHIFT = 3;

    private static final int HYSTERESIS_SHIFT = 2;

    private final long lowBytes;
    private final AtomicLong putBytes = new AtomicLong();
    private volatile boolean low;
    private volatile long freeBytes = -1;

    /**
     * Of a drive that nobody has asked yet.
     *
     * @param lowBytes less than this is little; 0 for never
     */
    DriveRoom(long lowBytes) {
        this.lowBytes = lowBytes;
    }

    /** Asks how much is free. */
    interface Question {
        OptionalLong freeBytes() throws IOException;
    }

    /** Whether it had little room when it was asked last. */
    boolean isLow() {
        return low;
    }

    /** What was free when it was asked last; empty if it cannot tell. */
    OptionalLong freeBytes() {
        long bytes = freeBytes;
        return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** Notes that something was put; returns whether the drive is to be asked again. */
    boolean put(long bytes) {
        return lowBytes > 0 && putBytes.addAndGet(bytes) > lowBytes >> ASK_AGAIN_SHIFT;
    }

    /** Asks the drive. On one of its threads. */
    void ask(Question question) throws IOException {
        putBytes.set(0);
        OptionalLong answer = question.freeBytes();
        freeBytes = answer.orElse(-1);
        if (lowBytes > 0 && answer.isPresent()) {
            long enough = low ? lowBytes + (lowBytes >> HYSTERESIS_SHIFT) : lowBytes;
            low = answer.getAsLong() < enough;
        }
    }
}
