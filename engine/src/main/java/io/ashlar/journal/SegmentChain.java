package io.ashlar.journal;

import static java.util.Objects.requireNonNull;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.SegmentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The segments that make up the history, found by following the headers back from the newest: each names the one before.
 * Segments numbered between two neighbours of the chain hold a timeline that was lost and must not come back.
 *
 * <p>A segment gets its name only when its header is durable, and numbers are not used again. So a file with a segment's
 * name and no valid header, even the newest and even an empty one, is never what a crash leaves: it is damage, and what it
 * held may have been acknowledged. Nothing of the kind is dropped quietly.
 */
final class SegmentChain {
    /** The history, oldest first; the first is not necessarily where the replay starts. */
    final List<SegmentHeader> segments;
    /** Files with a segment's name that are not part of it. */
    final List<Long> dead;

    final long highestSegment;
    final long highestLife;

    private SegmentChain(List<SegmentHeader> segments, List<Long> dead, long highestSegment, long highestLife) {
        this.segments = segments;
        this.dead = dead;
        this.highestSegment = highestSegment;
        this.highestLife = highestLife;
    }

    static SegmentChain load(
            SegmentFiles files, List<Long> numbers, long storeIdHigh, long storeIdLow, ReplayPoint from, Loss loss)
            throws IOException {
        TreeMap<Long, SegmentHeader> headers = new TreeMap<>();
        TreeMap<Long, String> broken = new TreeMap<>();
        ByteBuffer buffer = Buffers.allocate(SegmentLayout.HEADER_BYTES);
        long highestLife = 0;
        for (long number : numbers) {
            Path path = files.segment(number);
            String problem;
            if (!files.readHeader(number, buffer)) {
                problem = "the file is shorter than a header";
            } else {
                problem = problemOf(path, number, buffer);
            }
            if (!problem.isEmpty()) {
                broken.put(number, problem);
                continue;
            }
            SegmentHeader header = SegmentHeader.decode(buffer);
            if (header.storeIdHigh() != storeIdHigh || header.storeIdLow() != storeIdLow) {
                throw new DamagedException(
                        "journal segment " + path + " belongs to another store; move it out of the journal's"
                                + " directory, and bring back this store's own if it took its place");
            }
            headers.put(number, header);
            highestLife = Math.max(highestLife, header.life());
        }
        List<SegmentHeader> chain = link(files, headers, broken, from, loss);
        for (long number : broken.keySet()) {
            if (number < from.segment()) {
                loss.warn("journal segment " + files.segment(number) + " is damaged, but older than anything needed");
            }
        }
        Set<Long> live = new HashSet<>();
        for (SegmentHeader header : chain) {
            live.add(header.segment());
        }
        List<Long> dead = new ArrayList<>(numbers);
        dead.removeAll(live);
        long highest = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
        return new SegmentChain(chain, dead, highest, highestLife);
    }

    private static String problemOf(Path path, long number, ByteBuffer buffer) {
        return switch (SegmentLayout.check(buffer)) {
            case NO_MAGIC -> "it does not begin like a segment";
            case WRONG_CHECKSUM -> "the checksum of its header is wrong";
            case OTHER_VERSION ->
                throw new UnsupportedFormatException("journal segment " + path + " has format version "
                        + Integer.toUnsignedString(buffer.getInt(SegmentLayout.VERSION_OFFSET))
                        + "; this engine reads version "
                        + SegmentLayout.VERSION
                        + ". Open the store with the engine that wrote it. Nothing was changed.");
            case VALID -> {
                SegmentHeader header = SegmentHeader.decode(buffer);
                yield header.segment() != number
                        ? "its header says that it is segment " + header.segment()
                        : header.sane() ? "" : "its header contradicts itself";
            }
        };
    }

    private static List<SegmentHeader> link(
            SegmentFiles files,
            NavigableMap<Long, SegmentHeader> headers,
            NavigableMap<Long, String> broken,
            ReplayPoint from,
            Loss loss) {
        // Salvage goes round once more for each gap; what is tried is below the gap, so this ends.
        long below = Long.MAX_VALUE;
        while (true) {
            SegmentHeader newest =
                    newest(files, headers.headMap(below, false), broken.headMap(below, false), from, loss);
            ArrayDeque<SegmentHeader> chain = new ArrayDeque<>();
            chain.addFirst(newest);
            while (chain.getFirst().previousSegment() != 0) {
                SegmentHeader later = chain.getFirst();
                long number = later.previousSegment();
                SegmentHeader header = headers.get(number);
                if (header != null && later.previousEnd() <= header.segmentBytes()) {
                    chain.addFirst(header);
                    continue;
                }
                if (later.segment() <= from.segment()) {
                    break; // older than the replay point: gone, or no matter
                }
                String problem =
                        broken.getOrDefault(number, "it is missing, though segment " + later.segment() + " follows it");
                loss.damage(files.segment(number), 0, 0, newest.firstSequence() - 1, problem);
                below = number;
                break;
            }
            SegmentHeader oldest = chain.getFirst();
            if (oldest.segment() > from.segment() && oldest.previousSegment() == 0) {
                throw new DamagedException(
                        "journal segment " + files.segment(from.segment()) + ", from which to replay, is not"
                                + " part of the journal: its history begins with segment " + oldest.segment());
            }
            if (oldest.segment() <= from.segment()) {
                requireStart(files, chain, from);
                return List.copyOf(chain);
            }
        }
    }

    private static SegmentHeader newest(
            SegmentFiles files,
            NavigableMap<Long, SegmentHeader> headers,
            NavigableMap<Long, String> broken,
            ReplayPoint from,
            Loss loss) {
        long newest = headers.isEmpty() ? 0 : headers.lastKey();
        for (var entry : broken.entrySet()) {
            if (entry.getKey() >= Math.max(newest, from.segment())) {
                loss.damage(files.segment(entry.getKey()), 0, 0, 0, entry.getValue());
            }
        }
        if (newest < from.segment()) {
            throw new DamagedException(
                    "journal segment " + files.segment(from.segment()) + ", from which to replay, is missing"
                            + " or unreadable, and so is all behind it; bring it back from a copy");
        }
        return requireNonNull(headers.get(newest));
    }

    private static void requireStart(SegmentFiles files, Iterable<SegmentHeader> chain, ReplayPoint from) {
        for (SegmentHeader header : chain) {
            if (header.segment() == from.segment()) {
                return;
            }
        }
        throw new DamagedException("journal segment " + files.segment(from.segment())
                + ", from which to replay, is missing;" + " bring it back from a copy");
    }
}
