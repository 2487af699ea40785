package io.ashlar;

/**
 * There is no room for the write: the disk or the backend is full, or the store has reached a limit of its settings. Nothing
 * was written, and nothing else is affected: reads, releases and garbage collection go on, and may make room.
 */
public final class StoreFullException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StoreFullException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
