package io.ashlar.simulation;

import io.ashlar.testkit.SimulatedFaults.Kind;
import io.ashlar.testkit.SimulatedOperation;
import java.util.SplittableRandom;

/**
 * One fault in a life that is otherwise without: it meets an engine in the midst of its work, with a history behind it, and
 * what comes after it is not hidden by other faults. Rates seldom do that: what is frequent strikes while the store is opened,
 * and what is rare strikes nowhere.
 */
final class Strike {
    /** What fails, and about how often an ordinary life does that. */
    private enum Target {
        JOURNAL_FORCE(Kind.FORCE_FAILURE, SimulatedOperation.Kind.FORCE, SimulatedEngine.JOURNAL, 24),
        /** A force that may be that of a record which names an object. */
        RECORD_FORCE(Kind.FORCE_FAILURE, SimulatedOperation.Kind.FORCE, SimulatedEngine.JOURNAL, 4),
        JOURNAL_WRITE(Kind.WRITE_FAILURE, SimulatedOperation.Kind.WRITE, SimulatedEngine.JOURNAL, 24),
        OBJECT_FORCE(Kind.FORCE_FAILURE, SimulatedOperation.Kind.FORCE, SimulatedEngine.EXTENTS, 8),
        OBJECT_WRITE(Kind.WRITE_FAILURE, SimulatedOperation.Kind.WRITE, SimulatedEngine.EXTENTS, 8),
        FULL(Kind.DISK_FULL, SimulatedOperation.Kind.WRITE, SimulatedEngine.EXTENTS, 8),
        ANCHOR_FORCE(Kind.FORCE_FAILURE, SimulatedOperation.Kind.FORCE, SimulatedEngine.ANCHORS, 2),
        ANCHOR_WRITE(Kind.WRITE_FAILURE, SimulatedOperation.Kind.WRITE, SimulatedEngine.ANCHORS, 2),
        DIRECTORY_FORCE(
                Kind.DIRECTORY_FORCE_FAILURE,
                SimulatedOperation.Kind.FORCE_DIRECTORY,
                SimulatedEngine.DIRECTORY.toString(),
                12),
        RENAME(Kind.RENAME_FAILURE, SimulatedOperation.Kind.RENAME, SimulatedEngine.DIRECTORY.toString(), 12),
        DELETE(Kind.DELETE_FAILURE, SimulatedOperation.Kind.DELETE, SimulatedEngine.DIRECTORY.toString(), 12);

        final Kind fault;
        final SimulatedOperation.Kind operation;
        final String prefix;
        final int usual;

        Target(Kind fault, SimulatedOperation.Kind operation, String prefix, int usual) {
            this.fault = fault;
            this.operation = operation;
            this.prefix = prefix;
            this.usual = usual;
        }
    }

    private static final Target[] TARGETS = Target.values();
    private static final Target[] JOURNAL = {
        Target.RECORD_FORCE, Target.RECORD_FORCE, Target.JOURNAL_FORCE, Target.JOURNAL_WRITE
    };

    /** Half of all meet the journal, on which everything rests. */
    private static final int JOURNAL_ONE_IN = 2;

    private final Target target;
    private int passes;

    /** Draws what fails, and how often it works before. */
    Strike(SplittableRandom random) {
        target = random.nextInt(JOURNAL_ONE_IN) == 0
                ? JOURNAL[random.nextInt(JOURNAL.length)]
                : TARGETS[random.nextInt(TARGETS.length)];
        passes = random.nextInt(target.usual);
    }

    /**
     * Tells whether this operation is to fail, which is said once.
     *
     * @param history knows what the journal may lose by that
     */
    boolean meets(SimulatedOperation operation, History history) {
        return operation.kind() == target.operation
                && operation.path().startsWith(target.prefix)
                && (target != Target.RECORD_FORCE || history.isStoredAtRisk())
                && passes-- == 0;
    }

    Kind fault() {
        return target.fault;
    }
}
