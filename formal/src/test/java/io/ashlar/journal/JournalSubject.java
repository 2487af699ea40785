package io.ashlar.journal;

import io.ashlar.formal.graph.GraphWalk;
import io.ashlar.formal.graph.GraphWalk.Move;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ties the journal to {@code Journal.tla}. */
final class JournalSubject implements GraphWalk.Subject<JournalSystem> {
    private final List<String> payloads;
    private final int maxRecords;
    private final int maxSegments;
    private final JournalObserver observer;

    JournalSubject(List<String> payloads, int maxRecords, int maxSegments) {
        this.payloads = payloads;
        this.maxRecords = maxRecords;
        this.maxSegments = maxSegments;
        this.observer = new JournalObserver(maxSegments);
    }

    @Override
    public JournalSystem begin() throws IOException {
        return JournalSystem.create();
    }

    @Override
    public List<Move> moves(JournalSystem system) {
        List<Move> moves = new ArrayList<>();
        boolean roomForSegment = system.journal.replayPoint().segment() < maxSegments;
        boolean full = system.usedSlots() == JournalSystem.SLOTS;
        int unforced = system.unforcedSlots();
        // A force that failed has settled what becomes of everything.
        List<String> fates = fates("-".repeat(system.usedSlots() - unforced), system.failed() ? 0 : unforced);
        if (roomForSegment) {
            fates.forEach(fate -> moves.add(new Move("Crash", fate)));
            moves.add(new Move("Kill", ""));
        }
        moves.add(new Move("Acknowledge", ""));
        moves.add(new Move("Checkpoint", ""));
        moves.add(new Move("Truncate", ""));
        moves.add(new Move("Force", ""));
        if (system.journal.lastSequence() < maxRecords && (roomForSegment || !full)) {
            payloads.forEach(payload -> moves.add(new Move(full ? "AppendRolls" : "Append_", payload)));
        }
        if (roomForSegment) {
            moves.add(new Move("Roll", ""));
        }
        fates.forEach(fate -> moves.add(new Move("ForceFails", fate)));
        return moves;
    }

    private static List<String> fates(String before, int slots) {
        List<String> fates = List.of(before);
        for (int i = 0; i < slots; i++) {
            fates = fates.stream()
                    .flatMap(fate -> List.of(fate + "k", fate + "l", fate + "t").stream())
                    .toList();
        }
        return fates;
    }

    @Override
    public @Nullable JournalSystem take(JournalSystem system, Move move) throws IOException {
        system.used |= !move.action().equals("Crash") && !move.action().equals("Kill");
        try {
            switch (move.action()) {
                case "Append_", "AppendRolls" -> system.append(move.how());
                case "Force" -> system.journal.force();
                case "ForceFails" -> {
                    return forceFails(system, move.how());
                }
                case "Acknowledge" -> system.promised = (int) system.journal.durableSequence();
                case "Roll" -> system.journal.roll(true);
                case "Checkpoint" -> {
                    return system.checkpoint() ? system : null;
                }
                case "Truncate" -> truncate(system);
                case "Crash" -> {
                    // Of an image: nothing happens to this system.
                    return system.afterCrash(system.script(move.how(), false));
                }
                case "Kill" -> {
                    return system.afterKill();
                }
                default -> throw new AssertionError(move);
            }
            return system;
        } catch (JournalFailedException e) {
            return null;
        }
    }

    private static @Nullable JournalSystem forceFails(JournalSystem system, String fate) throws IOException {
        boolean failedBefore = system.failed();
        system.disk.failNextForce(system.script(fate, true));
        try {
            system.journal.force();
        } catch (JournalFailedException e) {
            return failedBefore ? null : system;
        } finally {
            system.disk.clearForceFailure();
        }
        // Nothing was there to be forced: the disk was not asked.
        return null;
    }

    /** One segment at a time, the oldest, and never the one that the checkpoint names. */
    private static void truncate(JournalSystem system) throws IOException {
        long oldest = new SegmentFiles(system.disk, JournalSystem.DIRECTORY)
                .list()
                .segments()
                .get(0);
        system.journal.truncate(Math.min(oldest + 1, system.superblock.point().segment()));
    }

    @Override
    public Map<String, Object> observe(JournalSystem system) throws IOException {
        return observer.observe(system);
    }

    @Override
    public GraphWalk.@Nullable Revival<JournalSystem> revival(JournalSystem system) {
        return system.revival();
    }

    @Override
    public void end(JournalSystem system) throws IOException {
        system.close();
    }
}
