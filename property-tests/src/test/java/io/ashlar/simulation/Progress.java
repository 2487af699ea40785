package io.ashlar.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a long run is done: a file with one line for each block of seeds that ended without a violation, so that a run that
 * was killed goes on where it was. Safe for use by many threads of one process.
 */
final class Progress {
    /** So many seeds make a block; what a kill loses is less than one block a thread. */
    static final int BLOCK_SEEDS = 32;

    private static final Pattern LINE = Pattern.compile("seeds (\\d+) \\+(\\d+):(.*) end");

    private final @Nullable Path file;
    private final Set<Long> done = new HashSet<>();
    private final Figures before = new Figures();

    private Progress(@Nullable Path file) {
        this.file = file;
    }

    /** Reads what there is; a last line that a kill has cut off does not count. */
    static Progress of(@Nullable Path file) throws IOException {
        Progress progress = new Progress(file);
        if (file == null) {
            return progress;
        }
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && progress.done.add(Long.valueOf(matcher.group(1)))) {
                    progress.before.addEncoded(matcher.group(3));
                }
            }
        }
        // Whatever was cut off stays on a line of its own.
        progress.append("\n");
        return progress;
    }

    /** The sums of what was done by earlier runs. */
    Figures before() {
        return before;
    }

    boolean isDone(long firstSeed) {
        return done.contains(firstSeed);
    }

    synchronized void done(long firstSeed, long seeds, Figures figures) throws IOException {
        append("seeds " + firstSeed + " +" + seeds + ": " + figures.encode() + " end\n");
    }

    private void append(String text) throws IOException {
        if (file != null) {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
