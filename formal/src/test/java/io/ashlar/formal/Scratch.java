package io.ashlar.formal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories for what the model checker reads and writes. */
public final class Scratch {
    private Scratch() {}

    /**
     * Makes one.
     *
     * @return an empty directory
     * @throws IOException if there can be none
     */
    public static Path create() throws IOException {
        return Files.createTempDirectory("tlc");
    }

    /**
     * Deletes one with all that is in it.
     *
     * @param directory which one
     * @throws IOException if it stays
     */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
