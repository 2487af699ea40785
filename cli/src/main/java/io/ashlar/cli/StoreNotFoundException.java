package io.ashlar.cli;

import io.ashlar.StorageException;

/** There is no store in a directory. */
final class StoreNotFoundException extends StorageException {
    private static final long serialVersionUID = 1;

    StoreNotFoundException(String message) {
        super(message);
    }
}
