package io.ashlar.cli;

/** The user asked to stop, and what was under way has been abandoned. */
public final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Says what was abandoned.
     *
     * @param message what it was, and what is left of it
     */
    public Interrupted(String message) {
        super(message);
    }
}
