package io.ashlar;

/**
 * There is no store in the directory, although it was to be opened for reading only or must exist. Nothing was created.
 */
public final class StoreNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StoreNotFoundException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StoreNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
