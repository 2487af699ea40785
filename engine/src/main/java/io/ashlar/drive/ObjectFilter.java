package io.ashlar.drive;

import java.io.IOException;

/** Says yes or no to objects. Safe for use by many threads. */
@FunctionalInterface
public interface ObjectFilter {
    /**
     * Decides.
     *
     * @param object the name of an object
     * @return yes or no
     * @throws IOException if it cannot be told
     */
    boolean test(String object) throws IOException;
}
