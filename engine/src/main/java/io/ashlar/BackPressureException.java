package io.ashlar;

/**
 * The store could not take the write in the time allowed, because it is busy with those before it. Nothing was written; try
 * again later, or give it more time.
 */
public final class BackPressureException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public BackPressureException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public BackPressureException(String message, Throwable cause) {
        super(message, cause);
    }
}
