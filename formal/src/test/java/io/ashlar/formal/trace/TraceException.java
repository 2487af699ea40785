package io.ashlar.formal.trace;

/** A log that cannot be what an engine did, found before the model checker sees it. */
final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TraceException(String message) {
        super(message);
    }
}
