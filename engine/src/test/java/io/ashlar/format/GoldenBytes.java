package io.ashlar.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The bytes of version 1 that never change, from files: the fuzzing of all decoders begins with the same ones. */
public final class GoldenBytes {
    private GoldenBytes() {}

    /** The bytes of that name, as hexadecimal digits. */
    public static String hex(String name) {
        try (InputStream file = GoldenBytes.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (file == null) {
                throw new IllegalArgumentException("no golden bytes are called " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
