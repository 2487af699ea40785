package io.ashlar.cli;

import io.ashlar.cli.tree.RawPath;
import io.ashlar.cli.tree.TreeEntry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One entry of a tree as {@code ls -l} would show it. */
final class EntryLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String BITS = "rwxrwxrwx";

    private EntryLine() {}

    static String of(TreeEntry entry) {
        StringBuilder line = new StringBuilder();
        line.append(
                switch (entry.kind()) {
                    case DIRECTORY -> 'd';
                    case FILE -> '-';
                    case SYMLINK -> 'l';
                });
        for (int i = 0; i < BITS.length(); i++) {
            line.append((entry.mode() & (0400 >> i)) == 0 ? '-' : BITS.charAt(i));
        }
        line.append(String.format(Locale.ROOT, "  %12d  ", entry.length()))
                .append(TIME.format(Instant.ofEpochSecond(entry.mtimeSeconds(), entry.mtimeNanos())))
                .append("  ")
                .append(entry.path().equals(RawPath.EMPTY) ? "." : entry.path().display());
        if (entry.kind() == TreeEntry.Kind.SYMLINK) {
            line.append(" -> ").append(entry.target().display());
        }
        return line.toString();
    }
}
