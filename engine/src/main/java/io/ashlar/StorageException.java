package io.ashlar;

/**
 * The root of everything that the engine throws on account of the world rather than of a mistake in the call. Each kind is a
 * subclass; the message says what happened, to which object, and what to do.
 *
 * <p>A wrong argument is an {@link IllegalArgumentException} instead, before anything has changed.
 */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StorageException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
