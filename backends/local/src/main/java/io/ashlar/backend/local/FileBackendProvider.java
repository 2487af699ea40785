package io.ashlar.backend.local;

import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens {@code file:} URIs, such as {@code file:///var/lib/data}: a directory with one file an object. It is created if
 * missing, unless opened for reading only. One process at a time has it open for writing.
 */
public final class FileBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public FileBackendProvider() {}

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public ExtentBackend open(URI uri, BackendContext context) throws IOException {
        return FileBackend.open(directory(uri), context);
    }

    @Override
    public Optional<Path> filesDirectory(URI uri) {
        return Optional.of(new FileLayout(directory(uri)).files());
    }

    private Path directory(URI uri) {
        if (!scheme().equalsIgnoreCase(uri.getScheme())
                || uri.isOpaque()
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getRawAuthority() != null) {
            throw new IllegalArgumentException(
                    "expected the absolute path of a directory, such as file:///var/lib/data, not " + uri);
        }
        return Path.of(uri);
    }
}
