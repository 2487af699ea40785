package io.ashlar;

/**
 * A file was written by a newer version of the engine, or is not one of the engine's at all. Nothing was changed.
 */
public final class UnsupportedFormatException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public UnsupportedFormatException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public UnsupportedFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
