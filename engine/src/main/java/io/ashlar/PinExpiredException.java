package io.ashlar;

/**
 * A pin was held for longer than the store's settings allow, and no longer protects what it saw. Take a new one.
 */
public final class PinExpiredException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public PinExpiredException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public PinExpiredException(String message, Throwable cause) {
        super(message, cause);
    }
}
