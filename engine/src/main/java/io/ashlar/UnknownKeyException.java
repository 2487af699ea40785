package io.ashlar;

/**
 * Something is encrypted under a key that nobody provides. It is not damaged: with the key it reads as ever. The message names
 * the key by its number, and what to do.
 */
public final class UnknownKeyException extends StorageException {
    private static final long serialVersionUID = 1;

    /** The number of the key. */
    private final int keyId;

    /**
     * Says what happened.
     *
     * @param message what needs the key, and what to do
     * @param keyId the number of the key
     */
    public UnknownKeyException(String message, int keyId) {
        super(message);
        this.keyId = keyId;
    }

    /**
     * Tells which key is wanted.
     *
     * @return its number, as unsigned
     */
    public int keyId() {
        return keyId;
    }
}
