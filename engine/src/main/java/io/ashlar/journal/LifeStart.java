package io.ashlar.journal;

import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Begins a new life behind a walk.
 *
 * <p><b>Why the tail is written again.</b> What the walk has read need not be on the disk. After a SIGKILL the kernel still
 * shows what was written and never forced; after a failed force it may show pages that it holds for clean although they never
 * reached the disk, and a force would skip them. Were the cut named behind such records, the next power loss could take them
 * away from under it, after this life has shown them to its users. So every byte of the tail behind the last record that is
 * proven to be durable is written once more, with the same content, which makes its pages dirty whatever the kernel thought
 * of them, and forced; only then is the new header, which names the cut, written. A crash in between changes nothing: the
 * same bytes lie there as before.
 *
 * <p>The order is: tail, header under the spare's name, the segment's name, and last the removal of what is no part of the
 * history. Up to the forced name the next recovery finds what this one found; from there on it finds the cut.
 */
final class LifeStart {
    private static final int COPY_BYTES_MAX = 256 << 10;

    private final SegmentFiles files;
    private final JournalSettings settings;
    private final SegmentFiles.Listing listing;
    private final SegmentChain chain;
    private final JournalWalk walk;
    private final ReplayPoint from;

    LifeStart(
            SegmentFiles files,
            JournalSettings settings,
            SegmentFiles.Listing listing,
            SegmentChain chain,
            JournalWalk walk,
            ReplayPoint from) {
        this.files = files;
        this.settings = settings;
        this.listing = listing;
        this.chain = chain;
        this.walk = walk;
        this.from = from;
    }

    Journal run() throws IOException {
        int lastIndex = walk.endIndex();
        long end = walk.endOffset();
        if (lastIndex == chain.segments.size() - 1 && walk.provenSequence() < walk.nextSequence() - 1) {
            rewriteTail(chain.segments.get(lastIndex), end);
        }
        // A life that wrote nothing leaves no segment behind, or opening and closing would fill the disk. The segment
        // that
        // the checkpoint names stays.
        while (lastIndex > 0
                && end == SegmentLayout.HEADER_BYTES
                && chain.segments.get(lastIndex).segment() > from.segment()) {
            end = chain.segments.get(lastIndex).previousEnd();
            lastIndex--;
        }
        SegmentHeader last = chain.segments.get(lastIndex);
        SegmentHeader header = new SegmentHeader(
                settings.segmentBytes(),
                last.storeIdHigh(),
                last.storeIdLow(),
                chain.highestSegment + 1,
                chain.highestLife + 1,
                walk.nextSequence(),
                0,
                last.segment(),
                end);
        SparePool spares = SparePool.of(files, settings, listing);
        spares.clear(listing);
        SegmentWriter active = SegmentWriter.start(files, spares.take(0), header, null);
        Journal journal =
                new Journal(files, settings, spares, active, closed(lastIndex, end), leftovers(), retiring(lastIndex));
        try {
            spares.trim();
            journal.retire();
        } catch (IOException e) {
            try {
                journal.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
        return journal;
    }

    private List<Journal.Closed> closed(int lastIndex, long end) {
        List<Journal.Closed> closed = new ArrayList<>();
        for (int i = 0; i <= lastIndex; i++) {
            long endOfThis = i < lastIndex ? chain.segments.get(i + 1).previousEnd() : end;
            closed.add(new Journal.Closed(chain.segments.get(i), endOfThis));
        }
        return closed;
    }

    private List<Retirement.Retiring> retiring(int lastIndex) {
        List<Retirement.Retiring> retiring = new ArrayList<>();
        for (SegmentHeader header : chain.segments.subList(lastIndex + 1, chain.segments.size())) {
            retiring.add(new Retirement.Retiring(header.segment(), header.segmentBytes() == settings.segmentBytes()));
        }
        for (long number : chain.dead) {
            if (number > from.segment()) {
                retiring.add(new Retirement.Retiring(number, false));
            }
        }
        return retiring;
    }

    /** What an interrupted truncation left, and what lies behind a gap among the segments before the replay point. */
    private List<Long> leftovers() {
        List<Long> leftovers = new ArrayList<>(chain.dead);
        leftovers.removeIf(number -> number > from.segment());
        return leftovers;
    }

    private void rewriteTail(SegmentHeader header, long end) throws IOException {
        FrameScanner scanner = walk.scanner();
        long at = header.segment() == from.segment() ? from.offset() : SegmentLayout.HEADER_BYTES;
        ByteBuffer copy = Buffers.allocate((int) Math.min(COPY_BYTES_MAX, header.segmentBytes()));
        try (DiskFile file = files.disk.open(files.segment(header.segment()), Disk.Mode.WRITE)) {
            scanner.open(file, header);
            while (at < end) {
                // Checked again: what goes out must be what the walk has seen, not what a bad cable makes of it.
                if (!scanner.load(at, end, header.firstSequence(), walk.nextSequence() - 1)) {
                    throw new IOException("journal segment " + files.segment(header.segment())
                            + " reads differently at " + at + " than a moment ago");
                }
                if (scanner.sequence() > walk.provenSequence()) {
                    copy(scanner.frame(), file, at, copy);
                }
                at = scanner.end();
            }
            write(copy, file, end);
            file.force();
        }
    }

    private static void copy(ByteBuffer frame, DiskFile file, long at, ByteBuffer copy) throws IOException {
        if (frame.remaining() > copy.remaining()) {
            write(copy, file, at);
        }
        if (frame.remaining() > copy.remaining()) {
            file.writeFully(frame, at);
        } else {
            copy.put(frame);
        }
    }

    /** Writes what was gathered; it ends where {@code end} says. */
    private static void write(ByteBuffer copy, DiskFile file, long end) throws IOException {
        copy.flip();
        file.writeFully(copy, end - copy.remaining());
        copy.clear();
    }
}
