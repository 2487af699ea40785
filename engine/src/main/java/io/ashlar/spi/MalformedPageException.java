package io.ashlar.spi;

/** Bytes are not what compressing a page gives. Whoever catches it names the extent and the page. */
public final class MalformedPageException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says what does not fit.
     *
     * @param message what was found, and where
     */
    public MalformedPageException(String message) {
        super(message);
    }
}
