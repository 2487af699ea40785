package io.ashlar.spi;

import java.io.IOException;

/** A lock file is held by somebody else. */
public final class LockHeldException extends IOException {
    private static final long serialVersionUID = 1;

    /** The line that the holder left. */
    private final String holder;

    /**
     * Says who holds what.
     *
     * @param path the lock file
     * @param holder the line that the holder left there; empty if it could not be read
     */
    public LockHeldException(String path, String holder) {
        super(path + " is held by " + (holder.isEmpty() ? "an unknown process" : holder));
        this.holder = holder;
    }

    /**
     * Names the holder.
     *
     * @return the line that the holder left; may be empty
     */
    public String holder() {
        return holder;
    }
}
