package io.ashlar;

/**
 * There is no such name.
 */
public final class NameNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public NameNotFoundException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public NameNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
