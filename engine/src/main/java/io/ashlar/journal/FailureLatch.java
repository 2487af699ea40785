package io.ashlar.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Keeps the first failure of the journal; from then on there is only that. Safe for use by many threads. */
final class FailureLatch {

    /** Something of which the first failure latches. */
    interface Step {
        void run() throws IOException;
    }

    private final Path directory;
    private volatile @Nullable Throwable first;

    FailureLatch(Path directory) {
        this.directory = directory;
    }

    boolean isLatched() {
        return first != null;
    }

    void check() throws JournalFailedException {
        Throwable cause = first;
        if (cause != null) {
            throw refusal(cause);
        }
    }

    void guard(Step step) throws JournalFailedException {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            throw failed(e);
        } catch (Error e) {
            latch(e);
            throw e;
        }
    }

    /** Latches a failure, and makes the exception to throw. */
    JournalFailedException failed(Throwable cause) {
        latch(cause);
        return refusal(cause);
    }

    synchronized void latch(Throwable cause) {
        if (first == null) {
            first = cause;
        }
    }

    private JournalFailedException refusal(Throwable cause) {
        return new JournalFailedException(
                "the journal in " + directory + " has failed and takes nothing more: open the store again", cause);
    }
}
