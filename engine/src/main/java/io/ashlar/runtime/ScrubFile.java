package io.ashlar.runtime;

import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code scrub} of a store's directory: when its drives were scrubbed last, and how far the scrub has come that is under way. A
 * convenience: without it, or if it cannot be understood, the intervals begin anew. Two to four lines of text.
 *
 * <pre>
 * ashlar scrub 1
 * shallow 1700000000000
 * deep 1700000000000
 * running deep 1700000000000 NAME
 * </pre>
 */
final class ScrubFile {
    private static final String HEAD = "ashlar scrub 1";
    private static final int BYTES_MAX = 4_096;

    private final Disk disk;
    private final Path file;

    ScrubFile(Disk disk, StoreFiles files) {
        this.disk = disk;
        file = files.scrub();
    }

    /**
     * A scrub that is under way.
     *
     * @param deep whether every byte is read
     * @param begunMillis when it began
     * @param cursor the last object that was looked at; empty if it was none
     */
    record Running(boolean deep, long begunMillis, String cursor) {}

    /**
     * What the file says. Times are in milliseconds since the epoch of 1970.
     *
     * @param shallowMillis when the last shallow scrub that came to its end began
     * @param deepMillis when the last deep one did
     * @param running what is under way; null if nothing is
     */
    record Content(
            long shallowMillis, long deepMillis, @Nullable Running running) {}

    /**
     * Reads the file.
     *
     * @return null if there is none
     * @throws IOException if it cannot be read, or not be understood
     */
    @Nullable
    Content read() throws IOException {
        if (!disk.exists(file)) {
            return null;
        }
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(open.size(), BYTES_MAX));
            open.read(bytes, 0);
            return parse(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        }
    }

    private Content parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        try {
            if (lines.size() >= 3 && lines.size() <= 4 && lines.get(0).equals(HEAD)) {
                return new Content(
                        time(lines.get(1), "shallow "),
                        time(lines.get(2), "deep "),
                        lines.size() == 3 ? null : running(lines.get(3)));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " cannot be understood: " + e.getMessage(), e);
        }
        throw new IOException(file + " cannot be understood: it does not begin with \"" + HEAD + "\"");
    }

    private static long time(String line, String what) {
        if (!line.startsWith(what)) {
            throw new IllegalArgumentException("\"" + line + "\" does not begin with \"" + what + "\"");
        }
        return Long.parseLong(line.substring(what.length()));
    }

    private static Running running(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4
                || !words[0].equals("running")
                || !(words[1].equals("deep") || words[1].equals("shallow"))) {
            throw new IllegalArgumentException("\"" + line + "\" says of no scrub how far it has come");
        }
        return new Running(words[1].equals("deep"), Long.parseLong(words[2]), words[3]);
    }

    /** Writes the file, whole or not at all. Not forced: what a power failure takes of it is looked at again. */
    void write(Content content) throws IOException {
        StringBuilder text = new StringBuilder(HEAD)
                .append("\nshallow ")
                .append(content.shallowMillis())
                .append("\ndeep ")
                .append(content.deepMillis())
                .append('\n');
        Running running = content.running();
        if (running != null) {
            text.append("running ")
                    .append(running.deep() ? "deep " : "shallow ")
                    .append(running.begunMillis())
                    .append(' ')
                    .append(running.cursor())
                    .append('\n');
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        disk.delete(next);
        try (DiskFile open = disk.open(next, Disk.Mode.CREATE)) {
            open.writeFully(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
        }
        disk.rename(next, file);
    }
}
