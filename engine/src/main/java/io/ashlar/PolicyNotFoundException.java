package io.ashlar;

/** There is no policy of that name. */
public final class PolicyNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message which policy, and what to do
     */
    public PolicyNotFoundException(String message) {
        super(message);
    }
}
