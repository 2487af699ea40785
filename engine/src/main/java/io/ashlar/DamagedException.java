package io.ashlar;

/**
 * Bytes are not what they were when they were written, and no copy could stand in for them. Wrong bytes are never returned
 * instead: whoever gets this gets nothing else. The message names the object, and what to do.
 */
public final class DamagedException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public DamagedException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public DamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
