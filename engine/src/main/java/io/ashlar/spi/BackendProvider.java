package io.ashlar.spi;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens backends of one URI scheme. Found through {@link java.util.ServiceLoader}; implementations have a public constructor
 * without parameters and keep no state.
 */
public interface BackendProvider {

    /**
     * Names the scheme.
     *
     * @return the scheme in lower case, such as {@code file}
     */
    String scheme();

    /**
     * Opens a backend.
     *
     * @param uri where; its scheme is {@link #scheme}
     * @param context the seams to use, and whether anything may be written
     * @return the open backend; the caller closes it
     * @throws LockHeldException if another process has it open for writing
     * @throws IllegalArgumentException if the URI makes no sense; the message says what would
     * @throws IOException if it cannot be opened
     */
    ExtentBackend open(URI uri, BackendContext context) throws IOException;

    /**
     * Names a directory of the local disk, on what the objects are on, where the engine may keep files of its own: of a store over
     * several drives, the journal is on some of them. The backend neither lists nor touches what is there.
     *
     * @param uri where the backend is
     * @return the directory, which need not exist; empty if there is none, as by default
     * @throws IllegalArgumentException if the URI makes no sense
     */
    default Optional<Path> filesDirectory(URI uri) {
        return Optional.empty();
    }
}
