package io.ashlar;

/**
 * Another process, or another part of this one, has the store open. The message names the holder.
 */
public final class StoreLockedException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StoreLockedException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StoreLockedException(String message, Throwable cause) {
        super(message, cause);
    }
}
