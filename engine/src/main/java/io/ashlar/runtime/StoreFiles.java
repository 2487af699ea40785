package io.ashlar.runtime;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where the files of a store are.
 *
 * <pre>
 * LOCK                        held while the store is open for writing
 * superblock-a, superblock-b  the anchors, unless they are on drives
 * journal/                    segments, likewise
 * extents/                    objects, unless they are kept in another backend
 * drives                      where the drives are, if there are several
 * scrub                       when these were scrubbed, and how far that has come
 * </pre>
 *
 * @param directory the store's directory, absolute
 */
record StoreFiles(Path directory) {
    Path lock() {
        return directory.resolve("LOCK");
    }

    Path drives() {
        return directory.resolve("drives");
    }

    Path scrub() {
        return directory.resolve("scrub");
    }

    Path journal() {
        return directory.resolve("journal");
    }

    Path extents() {
        return directory.resolve("extents");
    }

    URI extentsUri() {
        return extents().toUri();
    }
}
