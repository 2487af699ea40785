package io.ashlar.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** What {@code scripts/fuzz.sh} asks for: lists the decoders, or writes the inputs that one begins with. */
public final class FuzzMain {
    private FuzzMain() {}

    /** With no argument lists the names; with a name and a directory, writes seeds there. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            list(System.out);
            return;
        }
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        int number = 0;
        for (byte[] seed : FuzzTargets.named(arguments[0]).seeds()) {
            Files.write(directory.resolve("seed-" + HexFormat.of().toHexDigits((byte) number++)), seed);
        }
    }

    private static void list(PrintStream out) {
        try {
            FuzzTargets.all().forEach(target -> out.println(target.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
