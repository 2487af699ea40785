package io.ashlar.runtime;

import io.ashlar.RecoveryReport;
import io.ashlar.StorageException;
import io.ashlar.catalog.anchor.SuperblockStore;
import io.ashlar.drive.mirror.MirroredDisk;
import io.ashlar.journal.JournalRecovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recovers a store of which there are several copies of the journal. Each of them has everything that was acknowledged, unless it was
 * damaged since; so all of them are tried, and the one that reaches farthest is right. For one thread.
 */
final class CopyChoice {
    private final MirroredDisk mirrors;
    private final Path directory;

    CopyChoice(MirroredDisk mirrors, Path directory) {
        this.mirrors = mirrors;
        this.directory = directory;
    }

    /** Recovers from one copy. */
    interface Attempt {
        Recovered run(SuperblockStore.Loaded loaded) throws IOException;
    }

    /**
     * Recovers from the best copy, which is in use then.
     *
     * @return what was recovered; null if there is no store in any of the copies
     */
    @Nullable
    Recovered run(Attempt attempt) throws IOException {
        Map<Integer, Exception> failures = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Recovered best = null;
        int bestPlace = 0;
        int last = 0;
        for (int place : mirrors.all()) {
            mirrors.lead(place);
            last = place;
            Recovered next;
            try {
                next = recover(attempt);
            } catch (IOException | StorageException e) {
                failures.put(place, e);
                problems.add("the copy of the journal on drive " + place + " was made anew: " + e.getMessage());
                continue;
            }
            if (best == null || (next != null && next.lastSequence() >= best.lastSequence())) {
                if (best != null && next != null && next.lastSequence() > best.lastSequence()) {
                    problems.add(behind(bestPlace, best, next));
                }
                close(best);
                best = next;
                bestPlace = next == null ? bestPlace : place;
            } else {
                if (next != null) {
                    problems.add(behind(place, next, best));
                }
                close(next);
            }
        }
        if (best == null && !failures.isEmpty()) {
            throw failure(failures);
        }
        if (best != null && last != bestPlace) {
            close(best);
            mirrors.lead(bestPlace);
            best = recover(attempt);
        }
        return best == null || problems.isEmpty() ? best : withProblems(best, problems);
    }

    private @Nullable Recovered recover(Attempt attempt) throws IOException {
        SuperblockStore.Loaded loaded = SuperblockStore.load(mirrors, directory);
        return loaded == null ? null : attempt.run(loaded);
    }

    private static String behind(int place, Recovered shorter, Recovered longer) {
        return "the copy of the journal on drive " + place + " ended with record " + shorter.lastSequence()
                + ", another one with record " + longer.lastSequence() + "; it was made anew";
    }

    private static void close(@Nullable Recovered recovered) throws IOException {
        JournalRecovery journal = recovered == null ? null : recovered.journal();
        if (journal != null) {
            journal.close();
        }
    }

    private static IOException failure(Map<Integer, Exception> failures) {
        Exception first = null;
        for (Exception each : failures.values()) {
            if (first == null) {
                first = each;
            } else {
                first.addSuppressed(each);
            }
        }
        if (first instanceof StorageException exception) {
            throw exception;
        }
        return first instanceof IOException exception ? exception : new IOException(first);
    }

    private static Recovered withProblems(Recovered recovered, List<String> more) {
        RecoveryReport report = recovered.report();
        List<String> problems = new ArrayList<>(report.problems());
        problems.addAll(more);
        RecoveryReport longer = new RecoveryReport(
                report.created(),
                report.cleanShutdown(),
                report.recordsReplayed(),
                report.journalBytesReplayed(),
                report.tornBytes(),
                report.lostRecords(),
                List.copyOf(problems));
        return new Recovered(
                recovered.settings(),
                recovered.backend(),
                recovered.superblocks(),
                recovered.newest(),
                recovered.older(),
                recovered.catalog(),
                recovered.tableReader(),
                recovered.pins(),
                recovered.journal(),
                longer,
                recovered.lastSequence());
    }
}
