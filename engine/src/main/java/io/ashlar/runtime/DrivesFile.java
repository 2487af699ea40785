package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.Redundancy;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code drives} of a store's directory: where its drives are and how extents are spread, so that whoever opens the store need
 * not know. Lines of text, to be mended by hand: the drives themselves know each other, and one right line is enough to find them.
 *
 * <pre>
 * ashlar drives 1
 * redundancy 4 2 5
 * drive file:///mnt/d1/ashlar/
 * </pre>
 */
final class DrivesFile {
    private static final String HEAD = "ashlar drives ";
    private static final String VERSION = "1";
    private static final String REDUNDANCY = "redundancy ";
    private static final String DRIVE = "drive ";
    private static final int BYTES_MAX = 1 << 20;

    private final Disk disk;
    private final Path file;

    DrivesFile(Disk disk, StoreFiles files) {
        this.disk = disk;
        file = files.drives();
    }

    /**
     * What the file says.
     *
     * @param redundancy how extents are spread
     * @param places where drives are
     */
    record Content(Redundancy redundancy, List<URI> places) {}

    /** Reads the file; null if there is none. */
    @Nullable
    Content read() throws IOException {
        if (!disk.exists(file)) {
            return null;
        }
        ByteBuffer bytes;
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            if (open.size() > BYTES_MAX) {
                throw damaged("it has " + open.size() + " bytes");
            }
            bytes = ByteBuffer.allocate((int) open.size());
            open.read(bytes, 0);
        }
        return parse(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
    }

    private Content parse(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty() || !lines.get(0).startsWith(HEAD)) {
            throw damaged("it does not begin with \"" + HEAD + VERSION + "\"");
        }
        if (!lines.get(0).equals(HEAD + VERSION)) {
            throw new UnsupportedFormatException(
                    file + " is of version " + lines.get(0).substring(HEAD.length()) + "; this engine reads version "
                            + VERSION + ". Nothing was changed: open the store with a newer engine");
        }
        Redundancy redundancy = null;
        List<URI> places = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith(DRIVE)) {
                places.add(uri(line.substring(DRIVE.length()).strip()));
            } else if (line.startsWith(REDUNDANCY)) {
                redundancy = redundancy(line);
            } else {
                throw damaged("nobody knows what \"" + line + "\" means");
            }
        }
        if (redundancy == null || places.isEmpty()) {
            throw damaged("it names no " + (redundancy == null ? "redundancy" : "drive"));
        }
        return new Content(redundancy, places);
    }

    private URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw damaged("\"" + text + "\" is no URI");
        }
    }

    private Redundancy redundancy(String line) {
        String[] numbers = line.substring(REDUNDANCY.length()).strip().split(" +", -1);
        try {
            if (numbers.length == 3) {
                return new Redundancy(
                        Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
            }
        } catch (IllegalArgumentException e) {
            throw damaged("\"" + line + "\" makes no sense: " + e.getMessage());
        }
        throw damaged("\"" + line + "\" has not three numbers");
    }

    private DamagedException damaged(String why) {
        return new DamagedException(file + " cannot be read: " + why
                + ". Mend it by hand, or delete it and name the drives when opening the store");
    }

    /** Writes the file, durably, whole or not at all. */
    void write(Content content) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append(VERSION).append('\n');
        Redundancy redundancy = content.redundancy();
        text.append(REDUNDANCY)
                .append(redundancy.dataShards())
                .append(' ')
                .append(redundancy.parityShards())
                .append(' ')
                .append(redundancy.quorum())
                .append('\n');
        for (URI place : content.places()) {
            text.append(DRIVE).append(place).append('\n');
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        disk.delete(next);
        try (DiskFile open = disk.open(next, Disk.Mode.CREATE)) {
            open.writeFully(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
            open.force();
        }
        disk.rename(next, file);
        Path directory = file.getParent();
        if (directory != null) {
            disk.forceDirectory(directory);
        }
    }
}
