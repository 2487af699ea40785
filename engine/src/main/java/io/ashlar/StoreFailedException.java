package io.ashlar;

/**
 * The store has failed and refuses further writes: a write or force of the journal went wrong (the cause says how), and
 * nothing can be assumed about what reached the disk. Closing and opening the store again recovers everything that was
 * acknowledged.
 */
public final class StoreFailedException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message what happened, to which object, and what to do
     */
    public StoreFailedException(String message) {
        super(message);
    }

    /**
     * Says what happened, and why.
     *
     * @param message what happened, to which object, and what to do
     * @param cause the reason
     */
    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
