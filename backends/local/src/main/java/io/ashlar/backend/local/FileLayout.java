package io.ashlar.backend.local;

import io.ashlar.spi.ObjectNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Where a {@link FileBackend} keeps what.
 *
 * <pre>
 * root/
 *   LOCK                   held while the backend is open for writing
 *   objects/
 *     00/ … ff/            the low byte of the CRC-32C of the name, in hexadecimal
 *       NAME               an object, under its own name
 *   tmp/
 *     0 1 2 …              objects that are put but not synced
 *   files/                 for the engine, of which this backend knows nothing
 * </pre>
 *
 * <p>Two levels, because directories of millions of entries are slow to list and to force: a million objects are four
 * thousand a directory, and sixteen million are what a directory of an ordinary file system still takes with ease.
 */
final class FileLayout {

    /** How many directories there are under {@code objects}. */
    static final int FAN_OUT = 256;

    private static final String HEXADECIMAL = "0123456789abcdef";

    private final Path root;
    private final Path objects;
    private final Path temporary;

    FileLayout(Path root) {
        this.root = root;
        this.objects = root.resolve("objects");
        this.temporary = root.resolve("tmp");
    }

    Path root() {
        return root;
    }

    Path lockFile() {
        return root.resolve("LOCK");
    }

    Path objects() {
        return objects;
    }

    Path files() {
        return root.resolve("files");
    }

    Path temporaryDirectory() {
        return temporary;
    }

    Path temporary(long number) {
        return temporary.resolve(Long.toString(number));
    }

    /** The directory number of a name, in 0 … 255. */
    static int bucketOf(String name) {
        CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.US_ASCII));
        return (int) crc.getValue() & (FAN_OUT - 1);
    }

    /** The number of a directory under {@code objects}, or -1 if it is none of ours. */
    static int bucketNumber(String directoryName) {
        if (directoryName.length() != 2) {
            return -1;
        }
        int high = HEXADECIMAL.indexOf(directoryName.charAt(0));
        int low = HEXADECIMAL.indexOf(directoryName.charAt(1));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    Path bucket(int bucket) {
        return objects.resolve("" + HEXADECIMAL.charAt(bucket >> 4) + HEXADECIMAL.charAt(bucket & 15));
    }

    Path object(String name) {
        return bucket(bucketOf(name)).resolve(name);
    }

    /** Tells our files from others that somebody left in the directory. */
    static boolean isObject(String fileName, int bucket) {
        return ObjectNames.isValid(fileName) && bucketOf(fileName) == bucket;
    }
}
