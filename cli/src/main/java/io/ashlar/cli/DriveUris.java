package io.ashlar.cli;

import java.net.URI;
import java.nio.file.Path;

/** Drives as they are named on the command line: URIs, or directories. */
final class DriveUris {
    private DriveUris() {}

    static URI parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a drive is a directory or a URI, not nothing");
        }
        try {
            // A scheme of one letter is the drive letter of a path.
            return text.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
                    ? URI.create(text)
                    : Path.of(text).toAbsolutePath().normalize().toUri();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + SafeText.of(text) + "' is neither a directory nor a URI: " + e.getMessage(), e);
        }
    }
}
