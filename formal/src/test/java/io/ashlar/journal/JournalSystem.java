package io.ashlar.journal;

import io.ashlar.formal.graph.GraphWalk;
import io.ashlar.formal.graph.TlaValue;
import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.testkit.SimulatedClock;
import io.ashlar.testkit.SimulatedDisk;
import io.ashlar.testkit.SimulatedScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running journal with all that outlives it: its disk, the superblock, and what clients appended and were told.
 *
 * <p>Every record fills one slot: three sectors, of which the filling is unlike that of any other record at the same place, so
 * that a torn one is never whole by accident. A segment takes two; a third does not fit before the place of the seal.
 */
final class JournalSystem {
    static final Path DIRECTORY = Path.of("journal");
    static final int SLOTS = 2;
    static final int SLOT_BYTES = 3 * SimulatedDisk.SECTOR_BYTES_DEFAULT;
    static final int SEGMENT_BYTES = 8 << 10;
    static final int SPARES = 1;
    static final long HIGH = 0x0123456789ABCDEFL;
    static final long LOW = 0x5A5AA5A53C3CC3C3L;

    private static final int PAYLOAD_BYTES = SLOT_BYTES - FrameLayout.HEADER_BYTES;
    private static final int TYPE = 7;
    private static final JournalSettings SETTINGS = new JournalSettings(SEGMENT_BYTES, 1 << 20, PAYLOAD_BYTES, SPARES);

    /** The checkpoint in force: what it contains, and from where the journal is replayed behind it. */
    record Superblock(ReplayPoint point, List<TlaValue.Model> contents) {}

    final SimulatedDisk disk;
    final Journal journal;
    /** What clients appended to this life, behind what recovery gave them back. */
    final List<TlaValue.Model> history;

    Superblock superblock;
    int promised;

    /** Whether anything was tried since it began. */
    boolean used;

    /** The disk that recovery found, if that is how this system began. */
    private final @Nullable SimulatedDisk image;

    private JournalSystem(
            @Nullable SimulatedDisk image,
            SimulatedDisk disk,
            Journal journal,
            List<TlaValue.Model> history,
            Superblock superblock,
            int promised) {
        this.image = image;
        this.disk = disk;
        this.journal = journal;
        this.history = history;
        this.superblock = superblock;
        this.promised = promised;
    }

    static JournalSystem create() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1, new SimulatedClock(0));
        Journal journal = Journal.create(disk, DIRECTORY, SETTINGS, HIGH, LOW);
        return new JournalSystem(
                null, disk, journal, new ArrayList<>(), new Superblock(ReplayPoint.BEGINNING, List.of()), 0);
    }

    /** What recovery makes of a disk. */
    private static JournalSystem recovered(SimulatedDisk image, Superblock superblock, int promised)
            throws IOException {
        SimulatedDisk disk = image.fork();
        List<TlaValue.Model> found = new ArrayList<>(superblock.contents());
        try (JournalRecovery recovery =
                new JournalRecovery(disk, DIRECTORY, SETTINGS, HIGH, LOW, superblock.point(), false)) {
            recovery.replay((sequence, type, payload, position) -> {
                if (sequence != found.size() + 1 || type != TYPE || payload.remaining() != PAYLOAD_BYTES) {
                    throw new AssertionError("replay gives record " + sequence + " of type " + type + " and "
                            + payload.remaining() + " bytes as number " + (found.size() + 1));
                }
                found.add(nameIn(payload, payload.position()));
            });
            return new JournalSystem(image, disk, recovery.startLife(), found, superblock, promised);
        }
    }

    JournalSystem afterCrash(SimulatedScript script) throws IOException {
        return recovered(disk.afterCrash(script), superblock, promised);
    }

    JournalSystem afterKill() throws IOException {
        return recovered(disk.processKilled(), superblock, promised);
    }

    /** Recovers the same disk again; null for a system that did not just begin with that. */
    GraphWalk.@Nullable Revival<JournalSystem> revival() {
        SimulatedDisk from = image;
        Superblock then = superblock;
        int promisedThen = promised;
        return from == null || used ? null : () -> recovered(from, then, promisedThen);
    }

    void append(String payload) throws IOException {
        ReplayPoint end = journal.replayPoint();
        long sequence = journal.append(TYPE, filled(payload, end), true);
        journal.write();
        history.add(new TlaValue.Model(payload));
        if (sequence != history.size()) {
            throw new AssertionError("record " + history.size() + " was given the number " + sequence);
        }
    }

    private static ByteBuffer filled(String payload, ReplayPoint place) {
        ByteBuffer bytes = ByteBuffer.allocate(PAYLOAD_BYTES);
        long state = 31L * place.hashCode() + payload.hashCode();
        while (bytes.remaining() >= Long.BYTES) {
            state = state * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
            bytes.putLong(state ^ state >>> 29);
        }
        bytes.put(0, (byte) payload.charAt(0));
        return bytes.rewind();
    }

    static TlaValue.Model nameIn(ByteBuffer bytes, int at) {
        return new TlaValue.Model(Character.toString(bytes.get(at)));
    }

    /** Takes a checkpoint of all there is; whether that was allowed. */
    boolean checkpoint() throws IOException {
        // As the engine's: refuses with the journal, and names nothing that is not durable.
        journal.write();
        ReplayPoint point = journal.replayPoint();
        if (journal.durableSequence() + 1 < point.nextSequence()) {
            return false;
        }
        superblock = new Superblock(point, List.copyOf(history));
        return true;
    }

    boolean failed() {
        try {
            // Nothing is pending.
            journal.write();
            return false;
        } catch (JournalFailedException e) {
            return true;
        }
    }

    int usedSlots() {
        return (int) (journal.replayPoint().offset() - SegmentLayout.HEADER_BYTES) / SLOT_BYTES;
    }

    int unforcedSlots() {
        return (int) (journal.lastSequence() - journal.durableSequence());
    }

    void close() throws IOException {
        journal.close();
    }

    /**
     * A script that gives each slot of the active segment its fate: k, l or t.
     *
     * @param openedAsSpare whether the file may go by the name it had when it was opened, as the disk has it in a force
     */
    SimulatedScript script(String fates, boolean openedAsSpare) {
        String active = String.valueOf(new SegmentFiles(disk, DIRECTORY)
                .segment(journal.replayPoint().segment())
                .getFileName());
        return (file, position, length) -> {
            long slot = (position - SegmentLayout.HEADER_BYTES) / SLOT_BYTES;
            boolean first = (position - SegmentLayout.HEADER_BYTES) % SLOT_BYTES == 0;
            boolean named = file.equals(active) || (openedAsSpare && file.startsWith("spare-"));
            if (!named || slot >= fates.length()) {
                throw new AssertionError("nothing should be pending at " + position + " of " + file);
            }
            return switch (fates.charAt((int) slot)) {
                case 'k' -> SimulatedScript.Fate.KEPT;
                case 'l' -> SimulatedScript.Fate.LOST;
                case 't' -> first ? SimulatedScript.Fate.KEPT : SimulatedScript.Fate.LOST;
                default -> throw new AssertionError("slot " + slot + " should be forced: " + position);
            };
        };
    }

    /** The header that a file begins with; null if there is none that is valid. */
    static @Nullable SegmentHeader header(ByteBuffer file) {
        return SegmentLayout.check(file) == SegmentLayout.Check.VALID ? SegmentHeader.decode(file) : null;
    }
}
