package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.DiskFullException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts records into segments: into the active one, into the next when that is full, or into several if a record is larger than a
 * segment; and knows how far that is durable. {@link Journal} says in what order. Commit thread only; {@link #view}, both sequence
 * numbers and the space are for any thread.
 */
final class Appender implements Closeable {
    /** A record that does not fit begins in the rest of a segment only if that has room for more than a header. */
    private static final long SPLIT_REST_BYTES_MIN = 64;

    final SpaceAccount space;
    private final SegmentFiles files;
    private final JournalSettings settings;
    private final SparePool spares;
    private final FailureLatch latch;

    private SegmentWriter active;
    private JournalPosition positionOfLast = JournalPosition.NONE;

    private volatile Journal.View view;
    private volatile long lastSequence;
    private volatile long durableSequence;

    Appender(
            SegmentFiles files,
            JournalSettings settings,
            SparePool spares,
            FailureLatch latch,
            SegmentWriter active,
            List<Journal.Closed> closed) {
        this.files = files;
        this.settings = settings;
        this.spares = spares;
        this.latch = latch;
        this.active = active;
        this.lastSequence = active.header.firstSequence() - 1;
        this.durableSequence = lastSequence;
        this.view = new Journal.View(List.copyOf(closed), active.header, active.end());
        this.space = new SpaceAccount(settings, view.closed(), active);
    }

    /** What is durable. */
    Journal.View view() {
        return view;
    }

    long lastSequence() {
        return lastSequence;
    }

    long durableSequence() {
        return durableSequence;
    }

    JournalPosition positionOfLast() {
        return positionOfLast;
    }

    /** The boundary behind the last record. */
    ReplayPoint end() {
        return new ReplayPoint(active.header.segment(), active.end(), lastSequence + 1);
    }

    /** Appends a record, whose type and size are right; returns its sequence number. */
    long append(int type, ByteBuffer payload, boolean reserved) throws IOException {
        int payloadBytes = payload.remaining();
        long frameBytes = FrameLayout.frameBytes(payloadBytes);
        if (frameBytes <= active.restBytes()) {
            checkGrowth(space.withinSegment(frameBytes), reserved);
        } else {
            checkGrowth(space.behindSegment(active, space.growthBytes(payloadBytes)), reserved);
            if (frameBytes > JournalSettings.capacityBytes(settings.segmentBytes())) {
                return appendSplit(type, payload, reserved);
            }
            startSegment(takeSpares(1, reserved), 0);
        }
        long sequence = lastSequence + 1;
        long offset = active.end();
        latch.guard(() -> active.append(
                type,
                payload,
                payload.position(),
                payloadBytes,
                sequence,
                durableSequence,
                FrameLayout.FIRST | FrameLayout.LAST,
                payloadBytes));
        positionOfLast = new JournalPosition(active.header.segment(), offset + FrameLayout.HEADER_BYTES);
        appended(sequence);
        return sequence;
    }

    private long appendSplit(int type, ByteBuffer payload, boolean reserved) throws IOException {
        int payloadBytes = payload.remaining();
        long chunkBytesMax = JournalSettings.capacityBytes(settings.segmentBytes()) - FrameLayout.HEADER_BYTES;
        boolean beginHere = active.restBytes() >= SPLIT_REST_BYTES_MIN;
        long behindBytes = payloadBytes - (beginHere ? active.restBytes() - FrameLayout.HEADER_BYTES : 0);
        // All segments at once: a record that has begun must not run out of space.
        TakenSpares taken = takeSpares((int) ((behindBytes + chunkBytesMax - 1) / chunkBytesMax), reserved);
        long sequence = lastSequence + 1;
        if (!beginHere) {
            startSegment(taken, 0);
        }
        int done = 0;
        while (done < payloadBytes) {
            if (done > 0) {
                startSegment(taken, done);
            }
            int from = payload.position() + done;
            int chunkBytes = (int) Math.min(active.restBytes() - FrameLayout.HEADER_BYTES, payloadBytes - done);
            int flags =
                    (done == 0 ? FrameLayout.FIRST : 0) | (done + chunkBytes == payloadBytes ? FrameLayout.LAST : 0);
            latch.guard(() ->
                    active.append(type, payload, from, chunkBytes, sequence, durableSequence, flags, payloadBytes));
            done += chunkBytes;
        }
        assert taken.isEmpty();
        positionOfLast = JournalPosition.NONE;
        appended(sequence);
        return sequence;
    }

    void write() throws JournalFailedException {
        latch.guard(active::write);
    }

    void force() throws JournalFailedException {
        latch.guard(active::force);
        forced();
    }

    /** Begins a new segment unless the active one is empty. */
    void roll(boolean reserved) throws IOException {
        if (active.empty()) {
            return;
        }
        checkGrowth(space.behindSegment(active, SegmentLayout.HEADER_BYTES), reserved);
        startSegment(takeSpares(1, reserved), 0);
    }

    /** From now on these are the complete segments: others have left the journal. */
    void retain(List<Journal.Closed> closed) {
        Journal.View before = view;
        view = new Journal.View(List.copyOf(closed), before.active(), before.activeEnd());
        measure();
    }

    /** Notes the good end, when everything is durable. */
    void seal() throws JournalFailedException {
        latch.guard(() -> active.seal(durableSequence));
    }

    @Override
    public void close() throws IOException {
        active.close();
    }

    private TakenSpares takeSpares(int count, boolean reserved) throws IOException {
        try {
            return TakenSpares.take(spares, count, reserved);
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw latch.failed(e);
        }
    }

    /**
     * Makes the next of the taken files the active segment.
     *
     * @param continuedBytes how much of the record that comes first lies in earlier segments
     */
    private void startSegment(TakenSpares taken, long continuedBytes) throws IOException {
        SegmentWriter old = active;
        latch.guard(old::force);
        forced();
        SegmentHeader header = new SegmentHeader(
                settings.segmentBytes(),
                old.header.storeIdHigh(),
                old.header.storeIdLow(),
                old.header.segment() + 1,
                old.header.life(),
                lastSequence + 1,
                continuedBytes,
                old.header.segment(),
                old.end());
        try {
            active = SegmentWriter.start(files, taken.first(), header, old);
        } catch (DiskFullException e) {
            if (continuedBytes > 0) {
                throw latch.failed(e);
            }
            taken.giveBack(e);
            throw e;
        } catch (IOException | RuntimeException e) {
            throw latch.failed(e);
        } catch (Error e) {
            latch.latch(e);
            throw e;
        }
        taken.used();
        List<Journal.Closed> closed = new ArrayList<>(view.closed());
        closed.add(new Journal.Closed(old.header, old.end()));
        view = new Journal.View(List.copyOf(closed), header, active.end());
        measure();
        latch.guard(old::close);
    }

    private void appended(long sequence) {
        lastSequence = sequence;
        measure();
    }

    private void forced() {
        Journal.View before = view;
        if (before.activeEnd() != active.end()) {
            view = new Journal.View(before.closed(), before.active(), active.end());
        }
        durableSequence = lastSequence;
    }

    private void measure() {
        space.measure(view.closed(), active);
    }

    private void checkGrowth(long usedAfterBytes, boolean reserved) throws JournalFullException {
        if (usedAfterBytes > space.limitBytes(reserved)) {
            throw new JournalFullException("the journal in " + files.directory + " holds " + space.usedBytes()
                    + " bytes and may hold " + space.limitBytes(reserved) + "; a checkpoint makes room");
        }
    }
}
