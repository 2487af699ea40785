package io.ashlar.journal;

import io.ashlar.formal.graph.TlaValue;
import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the variables of {@code Journal.tla} off a running journal: from what it answers, from its files as its readers see
 * them, and from the platter. The only things taken from the outside are those that are outside: what clients appended and
 * were told, and the superblock.
 */
final class JournalObserver {
    private static final Map<String, Object> JUNK = Map.of("segment", 0, "number", 0, "payload", "junk");
    private static final Map<String, Object> SAME = Map.of("segment", 0, "number", 0, "payload", "same");
    private static final Map<String, Object> GONE = Map.of("before", 0, "previous", 0);

    private final ByteBuffer live = Buffers.allocate(JournalSystem.SEGMENT_BYTES);
    private final ByteBuffer platter = Buffers.allocate(JournalSystem.SEGMENT_BYTES);
    private final int maxSegments;

    JournalObserver(int maxSegments) {
        this.maxSegments = maxSegments;
    }

    Map<String, Object> observe(JournalSystem system) throws IOException {
        Journal journal = system.journal;
        SimulatedDisk onPlatter = system.disk.afterCrash((file, position, length) -> SimulatedScript.Fate.LOST);
        SegmentFiles files = new SegmentFiles(onPlatter, JournalSystem.DIRECTORY);
        SegmentFiles.Listing listing = files.list();
        check(listing.equals(new SegmentFiles(system.disk, JournalSystem.DIRECTORY).list()), "a name is not forced");
        check(listing.spares().size() == journal.spares(), "the pool does not know its spares");
        check(journal.lastSequence() == system.history.size(), "the journal does not know its last record");

        int active = (int) journal.replayPoint().segment();
        List<Object> chain = new ArrayList<>();
        List<Object> disk = new ArrayList<>();
        Map<Long, SegmentHeader> headers = new HashMap<>();
        List<Object> cache = List.of();
        for (long number = 1; number <= active; number++) {
            if (!listing.segments().contains(number)) {
                chain.add(GONE);
                disk.add(List.of());
                continue;
            }
            Path path = files.segment(number);
            read(onPlatter, path, platter);
            SegmentHeader header = JournalSystem.header(platter);
            check(header != null && header.segment() == number, "segment " + number + " has no header");
            checkLink(header, headers);
            headers.put(number, header);
            chain.add(Map.of("before", (int) header.firstSequence() - 1, "previous", (int) header.previousSegment()));
            disk.add(blocks(platter));
            read(system.disk, path, live);
            if (number == active) {
                cache = visibleOnly();
            } else {
                check(live.equals(platter), "segment " + number + " is not the active one, and not forced");
            }
        }
        check(listing.segments().get(listing.segments().size() - 1) == active, "there are segments behind the active");
        checkView(journal, listing, active);

        List<Object> spares = new ArrayList<>();
        for (SegmentFiles.Spare spare : listing.spares()) {
            read(onPlatter, files.spare(spare.number()), platter);
            spares.add(blocks(platter));
        }
        Map<String, Object> state = new HashMap<>();
        state.put("history", List.copyOf(system.history));
        state.put("promised", system.promised);
        state.put("durable", (int) journal.durableSequence());
        state.put("chain", chain);
        state.put("disk", disk);
        state.put("cache", cache);
        state.put("spares", spares);
        state.put("point", system.superblock.contents().size());
        state.put("from", (int) system.superblock.point().segment());
        state.put("failed", system.failed());
        return state;
    }

    /** That a header names the end of the segment before, of which the specification only has the number of records. */
    private static void checkLink(SegmentHeader header, Map<Long, SegmentHeader> headers) {
        SegmentHeader previous = headers.get(header.previousSegment());
        if (previous != null) {
            long records = header.firstSequence() - previous.firstSequence();
            check(
                    header.previousEnd() == SegmentLayout.HEADER_BYTES + records * JournalSystem.SLOT_BYTES,
                    "segment " + header.segment() + " says that the one before ends at " + header.previousEnd()
                            + " after " + records + " records");
        }
    }

    /** That what the journal holds in memory of its segments is what is there. */
    private static void checkView(Journal journal, SegmentFiles.Listing listing, int active) {
        long bytes = (listing.segments().size() - 1L) * JournalSystem.SEGMENT_BYTES
                + journal.replayPoint().offset();
        check(journal.usedBytes() == bytes, "the journal counts " + journal.usedBytes() + " bytes, not " + bytes);
        check(journal.life() <= active, "more lives than segments");
    }

    private static void read(Disk disk, Path path, ByteBuffer target) throws IOException {
        target.clear();
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            check(
                    file.size() == JournalSystem.SEGMENT_BYTES && file.read(target, 0) == JournalSystem.SEGMENT_BYTES,
                    "a file of another size: " + path);
        }
        target.flip();
    }

    /** What readers see in the active segment and the platter does not hold. */
    private List<Object> visibleOnly() {
        List<Object> cache = new ArrayList<>();
        for (int slot = 0; slot < JournalSystem.SLOTS; slot++) {
            int at = SegmentLayout.HEADER_BYTES + slot * JournalSystem.SLOT_BYTES;
            boolean same = live.slice(at, JournalSystem.SLOT_BYTES).equals(platter.slice(at, JournalSystem.SLOT_BYTES));
            cache.add(same ? SAME : block(live, at));
        }
        return cache;
    }

    private List<Object> blocks(ByteBuffer file) {
        List<Object> blocks = new ArrayList<>();
        for (int slot = 0; slot < JournalSystem.SLOTS; slot++) {
            blocks.add(block(file, SegmentLayout.HEADER_BYTES + slot * JournalSystem.SLOT_BYTES));
        }
        return blocks;
    }

    /** Which record lies in a slot, of whatever segment and life. */
    private Map<String, Object> block(ByteBuffer file, int at) {
        int payloadBytes = file.getInt(at + FrameLayout.PAYLOAD_BYTES_OFFSET);
        if (FrameLayout.frameBytes(Math.max(payloadBytes, 0)) != JournalSystem.SLOT_BYTES) {
            return JUNK;
        }
        for (int segment = 1; segment <= maxSegments; segment++) {
            for (int life = 1; life <= segment; life++) {
                long seedA = FrameLayout.seedA(JournalSystem.HIGH, JournalSystem.LOW, life);
                if (FrameLayout.check(seedA, FrameLayout.seedB(segment, at), file, at, JournalSystem.SLOT_BYTES)) {
                    TlaValue.Model payload = JournalSystem.nameIn(file, at + FrameLayout.HEADER_BYTES);
                    int number = (int) file.getLong(at + FrameLayout.SEQUENCE_OFFSET);
                    return Map.of("segment", segment, "number", number, "payload", payload);
                }
            }
        }
        return JUNK;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
