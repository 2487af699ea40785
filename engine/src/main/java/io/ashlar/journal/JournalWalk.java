package io.ashlar.journal;

import io.ashlar.DamagedException;
import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.util.List;

/**
 * The walk over the history, from the replay point to where it ends.
 *
 * <p><b>Before a cut</b>, the end that the next segment's header names, everything had been forced before that header was
 * written. There is no innocent reason for a bad frame: it is damage.
 *
 * <p><b>In the newest segment</b> the first bad frame is where the last life was torn off, or is damage to something that had
 * been forced. What tells them apart is a valid frame behind it that says "durable up to" the missing record or further: such
 * a frame was encoded only after the force had returned. Without one, nothing behind the bad frame was ever known to be
 * durable when it was written, as a torn write leaves it. (Hence damage that hits exactly the last batch of a life that
 * crashed cannot be told from a torn write. A life that ends in good order writes a seal.)
 */
final class JournalWalk {
    private final SegmentFiles files;
    private final List<SegmentHeader> chain;
    private final ReplayPoint from;
    private final Loss loss;
    private final RecordAssembler assembler;
    private final FrameScanner scanner = new FrameScanner(bytes -> {});

    private long nextSequence;
    private long endOffset;
    private int endIndex;
    private long provenSequence;
    private long tornBytes;
    private long segmentsRead;

    JournalWalk(SegmentFiles files, List<SegmentHeader> chain, ReplayPoint from, Loss loss, JournalVisitor visitor) {
        this.files = files;
        this.chain = chain;
        this.from = from;
        this.loss = loss;
        this.assembler = new RecordAssembler(visitor);
        this.nextSequence = from.nextSequence();
    }

    void run() throws IOException {
        int index = 0;
        while (chain.get(index).segment() < from.segment()) {
            index++;
        }
        checkStart(chain.get(index));
        boolean whole = true;
        for (long offset = from.offset(); whole && index < chain.size(); index++, offset = SegmentLayout.HEADER_BYTES) {
            SegmentHeader header = chain.get(index);
            boolean newest = index == chain.size() - 1;
            long end = newest ? header.segmentBytes() : chain.get(index + 1).previousEnd();
            endIndex = index;
            endOffset = offset;
            segmentsRead++;
            whole = follows(header, offset) && segment(header, offset, end, newest);
        }
        if (assembler.partBytes() > 0) {
            // The last record was not finished: the history ends where it began.
            JournalPosition begin = assembler.begin();
            tornBytes += assembler.partBytes();
            endOffset = begin.offset();
            while (chain.get(endIndex).segment() != begin.segment()) {
                endIndex--;
            }
        }
    }

    /** The record that follows the last one of the history. */
    long nextSequence() {
        return nextSequence;
    }

    /** Index in the chain of the segment in which the history ends. */
    int endIndex() {
        return endIndex;
    }

    /** Offset in that segment at which it ends. */
    long endOffset() {
        return endOffset;
    }

    /** The last record that is proven to be durable. */
    long provenSequence() {
        return provenSequence;
    }

    FrameScanner scanner() {
        return scanner;
    }

    JournalReport report() {
        boolean cut = loss.cut();
        return new JournalReport(
                segmentsRead,
                assembler.records(),
                assembler.bytes(),
                tornBytes,
                nextSequence - 1,
                cut ? nextSequence : 0,
                cut ? Math.max(nextSequence, loss.lostTo()) : 0,
                loss.warnings());
    }

    private void checkStart(SegmentHeader header) {
        boolean atBegin = from.offset() == SegmentLayout.HEADER_BYTES;
        if (from.offset() > header.segmentBytes()
                || from.nextSequence() < header.firstSequence()
                || (atBegin && (from.nextSequence() != header.firstSequence() || header.continuedBytes() != 0))) {
            throw new DamagedException(
                    "the place from which to replay, " + from + ", does not exist in journal segment "
                            + files.segment(header.segment()) + ", which begins with record " + header.firstSequence());
        }
    }

    /** Whether a segment goes on where the one before ended. */
    private boolean follows(SegmentHeader header, long offset) {
        if (header.segment() == from.segment()
                || (header.firstSequence() == nextSequence && header.continuedBytes() == assembler.partBytes())) {
            return true;
        }
        damage(
                header,
                offset,
                nextSequence,
                header.firstSequence() - 1,
                "it begins with record " + header.firstSequence() + " where record " + nextSequence + " is due");
        return false;
    }

    private boolean segment(SegmentHeader header, long offset, long end, boolean newest) throws IOException {
        try (DiskFile file = files.disk.open(files.segment(header.segment()), Disk.Mode.READ)) {
            long size = file.size();
            // Preallocated and forced before it got its name, so no crash makes it shorter. Behind a cut it may be:
            // salvage
            // leaves it so.
            if (size < end) {
                damage(
                        header,
                        size,
                        nextSequence,
                        0,
                        "the file has " + size + " bytes and should have " + header.segmentBytes());
                end = newest ? end : size;
            }
            if (offset > end) {
                throw new DamagedException("the place from which to replay, " + from
                        + ", lies behind the end of journal segment " + files.segment(header.segment()) + " at " + end);
            }
            scanner.open(file, header);
            return newest ? tail(header, end) : body(header, end);
        }
    }

    private boolean body(SegmentHeader header, long end) throws IOException {
        while (endOffset < end) {
            if (!record(header, end)) {
                damage(
                        header,
                        endOffset,
                        nextSequence,
                        chain.get(chain.size() - 1).firstSequence() - 1,
                        "there is no valid frame");
                return false;
            }
        }
        return true;
    }

    private boolean tail(SegmentHeader header, long end) throws IOException {
        provenSequence = header.firstSequence() - 1;
        while (record(header, end)) {
            provenSequence = Math.max(provenSequence, Math.min(scanner.durableSequence(), nextSequence - 1));
        }
        if (assembler.partBytes() == 0
                && scanner.load(endOffset, end, nextSequence - 1, nextSequence - 1)
                && scanner.flags() == FrameLayout.SEAL) {
            provenSequence = nextSequence - 1;
            return true;
        }
        searchEvidence(header, end);
        return true;
    }

    /** Takes the frame at the end so far, if it is the one that is due. */
    private boolean record(SegmentHeader header, long end) throws IOException {
        if (!scanner.load(endOffset, end, nextSequence, nextSequence) || !assembler.accept(header, scanner)) {
            return false;
        }
        if ((scanner.flags() & FrameLayout.LAST) != 0) {
            nextSequence++;
        }
        endOffset = scanner.end();
        return true;
    }

    /** Looks behind the first bad frame for proof that it had been good. */
    private void searchEvidence(SegmentHeader header, long end) throws IOException {
        long lastValid = 0;
        long behind = endOffset + scanner.claimedBytes(endOffset, end, nextSequence);
        boolean acknowledged = false;
        // No more records can follow than there is room for frames.
        long sequenceMax = nextSequence + (end - endOffset) / FrameLayout.HEADER_BYTES;
        for (long at = endOffset; at < end; ) {
            if (!scanner.load(at, end, nextSequence, sequenceMax)) {
                at += FrameLayout.ALIGNMENT_BYTES;
                continue;
            }
            lastValid = Math.max(lastValid, scanner.sequence());
            acknowledged |= scanner.durableSequence() >= nextSequence;
            at = scanner.end();
            behind = Math.max(behind, at);
        }
        if (acknowledged) {
            damage(
                    header,
                    endOffset,
                    nextSequence,
                    lastValid,
                    "there is no valid frame, but a later one proves that there was");
        }
        tornBytes += behind - endOffset;
    }

    private void damage(SegmentHeader header, long offset, long firstSequence, long lastSequence, String what) {
        loss.damage(files.segment(header.segment()), offset, firstSequence, lastSequence, what);
    }
}
