package io.ashlar.cli;

import io.ashlar.StorageException;

/** A tree has no such file. */
final class PathNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    PathNotFoundException(String message) {
        super(message);
    }
}
