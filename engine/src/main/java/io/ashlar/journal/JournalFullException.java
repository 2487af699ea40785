package io.ashlar.journal;

import java.io.IOException;

/** The journal has reached the size that its settings allow. Nothing was changed; truncating it makes room. */
public final class JournalFullException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is full.
     *
     * @param message what was refused, and the limit
     */
    public JournalFullException(String message) {
        super(message);
    }
}
