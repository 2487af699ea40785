package io.ashlar;

/**
 * There is no such extent, or its last reference was released.
 */
public final class ExtentNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public ExtentNotFoundException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public ExtentNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
