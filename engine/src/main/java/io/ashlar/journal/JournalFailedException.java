package io.ashlar.journal;

import java.io.IOException;

/**
 * A write or force of the journal failed, now or earlier; the cause is that first failure. The journal takes nothing more:
 * what reached the disk is unknown until it is opened again.
 */
public final class JournalFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what failed.
     *
     * @param message what was refused, and where
     * @param cause the first failure
     */
    public JournalFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
