package io.ashlar.journal;

import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/** Makes a new journal, unless something stands in the way. */
final class JournalCreation {

    private JournalCreation() {}

    /** Makes the first segment of a life, and what a crashed creation left makes way: see {@link Journal#create}. */
    static Journal create(
            Disk disk, Path directory, JournalSettings settings, long storeIdHigh, long storeIdLow, long life)
            throws IOException {
        SegmentFiles files = new SegmentFiles(disk, directory);
        disk.createDirectories(directory);
        SegmentFiles.Listing listing = files.list();
        clearLeftover(files, listing, life > 1);
        SparePool spares = SparePool.of(files, settings, listing);
        spares.clear(listing);
        spares.trim();
        SegmentHeader header = new SegmentHeader(settings.segmentBytes(), storeIdHigh, storeIdLow, 1, life, 1, 0, 0, 0);
        SegmentWriter active = SegmentWriter.start(files, spares.take(0), header, null);
        return new Journal(files, settings, spares, active, List.of(), List.of(), List.of());
    }

    /** Whether there is a journal, whole or not, that stands in the way of any other. */
    static boolean isJournal(Disk disk, Path directory) throws IOException {
        if (!disk.exists(directory)) {
            return false;
        }
        SegmentFiles files = new SegmentFiles(disk, directory);
        return isJournal(files, files.list(), true);
    }

    /**
     * Removes what a creation left that a crash cut short: one first segment without any record. Anything else is a journal.
     *
     * @param rebuilt whether a journal is made for a store that has lost its own: such a one begins with any life
     */
    private static void clearLeftover(SegmentFiles files, SegmentFiles.Listing listing, boolean rebuilt)
            throws IOException {
        if (listing.segments().isEmpty()) {
            return;
        }
        long only = listing.segments().get(0);
        if (isJournal(files, listing, rebuilt)) {
            throw new FileAlreadyExistsException(files.segment(only).toString(), null, "there is a journal already");
        }
        files.disk.delete(files.segment(only));
        files.disk.forceDirectory(files.directory);
    }

    /** Whether there is more than such a leftover. */
    private static boolean isJournal(SegmentFiles files, SegmentFiles.Listing listing, boolean rebuilt)
            throws IOException {
        List<Long> segments = listing.segments();
        return !segments.isEmpty() && (segments.size() > 1 || segments.get(0) != 1 || !leftover(files, rebuilt));
    }

    private static boolean leftover(SegmentFiles files, boolean rebuilt) throws IOException {
        ByteBuffer buffer = Buffers.allocate(SegmentLayout.HEADER_BYTES);
        if (!files.readHeader(1, buffer) || SegmentLayout.check(buffer) != SegmentLayout.Check.VALID) {
            return false;
        }
        SegmentHeader header = SegmentHeader.decode(buffer);
        if (!header.sane() || header.segment() != 1 || (header.life() != 1 && !rebuilt)) {
            return false;
        }
        FrameScanner scanner = new FrameScanner(bytes -> {});
        try (DiskFile file = files.disk.open(files.segment(1), Disk.Mode.READ)) {
            scanner.open(file, header);
            return !scanner.load(SegmentLayout.HEADER_BYTES, header.segmentBytes(), 1, 1);
        }
    }
}
