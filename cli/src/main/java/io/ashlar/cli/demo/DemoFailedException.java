package io.ashlar.cli.demo;

import io.ashlar.StorageException;

/** The engine did not do what the demo promises. */
final class DemoFailedException extends StorageException {
    private static final long serialVersionUID = 1;

    DemoFailedException(String message) {
        super(message);
    }
}
