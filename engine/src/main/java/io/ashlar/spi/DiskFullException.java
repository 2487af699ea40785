package io.ashlar.spi;

import java.io.IOException;

/** There is no room for what was to be written: a full disk, an exhausted quota, a full backend. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is full.
     *
     * @param message what could not be written, and where
     */
    public DiskFullException(String message) {
        super(message);
    }

    /**
     * Says what is full, and what said so.
     *
     * @param message what could not be written, and where
     * @param cause the refusal
     */
    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
