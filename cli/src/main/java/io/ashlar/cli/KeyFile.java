package io.ashlar.cli;

import io.ashlar.spi.KeyRing;
import io.ashlar.spi.RawKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of keys: a line {@code identity HEX}, then a line {@code NUMBER HEX} for each key, of which the last is the current one. HEX
 * are 64 hexadecimal digits; lines that begin with {@code #} say nothing.
 */
final class KeyFile {
    private static final int BYTES_MAX = 1 << 20;
    private static final String IDENTITY = "identity";

    private KeyFile() {}

    /** Reads the keys. */
    static KeyRing read(Path file) throws IOException {
        if (Files.size(file) > BYTES_MAX) {
            throw bad(file, 0, "it has more than " + BYTES_MAX + " bytes");
        }
        byte[] identity = null;
        KeyRing ring = null;
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", -1);
            byte[] key = words.length == 2 ? key(words[1]) : null;
            if (key == null || words[0].equals(IDENTITY) != (identity == null)) {
                throw bad(
                        file,
                        i + 1,
                        "expected is a line '" + IDENTITY + " HEX', then lines 'NUMBER HEX', each HEX of "
                                + 2 * RawKey.BYTES + " digits");
            }
            if (identity == null) {
                identity = key;
            } else {
                ring = with(ring, identity, words[0], key, file, i + 1);
            }
        }
        if (ring == null) {
            throw bad(file, lines.size(), "there is no key");
        }
        return ring;
    }

    private static KeyRing with(
            @Nullable KeyRing ring, byte[] identity, String number, byte[] key, Path file, int line) {
        try {
            int id = Integer.parseUnsignedInt(number);
            return ring == null ? KeyRing.of(identity, id, key) : ring.rotatedTo(id, key);
        } catch (IllegalArgumentException e) {
            throw bad(file, line, "no number of a key: " + e.getMessage());
        }
    }

    private static byte @Nullable [] key(String hex) {
        try {
            byte[] key = HexFormat.of().parseHex(hex);
            return key.length == RawKey.BYTES ? key : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Without what is in the line: it may be a key. */
    private static IllegalArgumentException bad(Path file, int line, String what) {
        return new IllegalArgumentException(SafeText.of(file.toString()) + ", line " + line + ": " + what);
    }

    /** Makes a file with new keys, which nobody else can read. */
    static void create(Path file) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(
                    file.toString(), null, "it is there already; --rotate adds a key to it");
        }
        write(
                file,
                List.of(
                        "# Keys of an Ashlar store. Whoever loses them loses what is encrypted.",
                        random(IDENTITY),
                        random("1")));
    }

    /** Adds a key, which is the current one from then on; returns its number. */
    static int rotate(Path file) throws IOException {
        int next = read(file).currentKeyId() + 1;
        List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
        lines.add(random(Integer.toUnsignedString(next)));
        write(file, lines);
        return next;
    }

    private static String random(String name) {
        byte[] key = new byte[RawKey.BYTES];
        new SecureRandom().nextBytes(key);
        return name + " " + HexFormat.of().formatHex(key);
    }

    /** Beside it first, so that no crash leaves half of it. */
    private static void write(Path file, List<String> lines) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(
                temporary,
                lines,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
