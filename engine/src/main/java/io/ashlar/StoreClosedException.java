package io.ashlar;

/**
 * The store is closed.
 */
public final class StoreClosedException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StoreClosedException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StoreClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
