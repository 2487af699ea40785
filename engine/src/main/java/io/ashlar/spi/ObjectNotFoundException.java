package io.ashlar.spi;

import java.io.IOException;

/** A backend has no object of the name asked for. */
public final class ObjectNotFoundException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Names what is missing.
     *
     * @param backend the backend, as a person would name it
     * @param name the object
     */
    public ObjectNotFoundException(String backend, String name) {
        super("no object " + name + " in " + backend);
    }
}
