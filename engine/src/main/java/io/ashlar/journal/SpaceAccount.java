package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much the journal takes and may take: complete segments as a whole, of the active one what is used. Measured by the
 * commit thread; {@link #usedBytes} and {@link #roomFor} are for any thread.
 */
final class SpaceAccount {
    private final JournalSettings settings;

    /** What a reserved append may use, whatever the settings say. */
    private final long grantedBytes;

    /** The list that {@link #closedBytes} is the sum of: it changes far more seldom than it is asked for. */
    private @Nullable List<Journal.Closed> summed;

    private long closedBytes;
    private volatile long usedBytes;
    private volatile long restBytes;

    /**
     * Opens the account of a life. Its first segment comes on top of what the journal held, even if that was all it may hold; so
     * each life has a reserve of its own, or lives that end soon would eat it up, and nothing could make room any more.
     */
    SpaceAccount(JournalSettings settings, List<Journal.Closed> closed, SegmentWriter active) {
        this.settings = settings;
        measure(closed, active);
        grantedBytes = usedBytes + reserveBytes();
    }

    /** Takes the measure after a change. */
    final void measure(List<Journal.Closed> closed, SegmentWriter active) {
        if (closed != summed) {
            long bytes = 0;
            for (Journal.Closed segment : closed) {
                bytes += segment.header().segmentBytes();
            }
            summed = closed;
            closedBytes = bytes;
        }
        usedBytes = closedBytes + active.end();
        restBytes = active.restBytes();
    }

    long usedBytes() {
        return usedBytes;
    }

    /** Whether a record of a user would fit now. */
    boolean roomFor(long payloadBytes) {
        long limitBytes = limitBytes(false);
        long frameBytes = FrameLayout.frameBytes(payloadBytes);
        // Two volatile reads need not belong together, which is all right for an answer without promise.
        long rest = restBytes;
        long used = usedBytes;
        if (frameBytes <= rest) {
            return used + frameBytes <= limitBytes;
        }
        return used + rest + FrameLayout.HEADER_BYTES + growthBytes(payloadBytes) <= limitBytes;
    }

    /** How large the journal would be with so many more bytes in the active segment. */
    long withinSegment(long frameBytes) {
        return usedBytes + frameBytes;
    }

    /** How large it would be with the active segment complete and so many bytes behind it. */
    long behindSegment(SegmentWriter active, long bytes) {
        return closedBytes + active.header.segmentBytes() + bytes;
    }

    /** What a payload takes in segments of its own. */
    long growthBytes(long payloadBytes) {
        return JournalSettings.footprintBytes(settings.segmentBytes(), payloadBytes);
    }

    long limitBytes(boolean reserved) {
        return reserved ? Math.max(settings.maxBytes(), grantedBytes) : settings.maxBytes() - reserveBytes();
    }

    private long reserveBytes() {
        return JournalSettings.RESERVED_SEGMENTS * settings.segmentBytes();
    }
}
