package io.ashlar;

/**
 * A backend could not do what was asked of it, for reasons of its own: an I/O error, a refused connection. The cause says
 * which. Nothing is wrong with the store; the call may be tried again.
 */
public final class BackendException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public BackendException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
