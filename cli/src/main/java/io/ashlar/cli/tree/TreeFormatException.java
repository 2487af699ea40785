package io.ashlar.cli.tree;

import io.ashlar.StorageException;

/** An object is no tree of files, or one that must not be written out as it stands. Nothing was written outside. */
public final class TreeFormatException extends StorageException {
    private static final long serialVersionUID = 1;

    TreeFormatException(String message) {
        super(message);
    }
}
