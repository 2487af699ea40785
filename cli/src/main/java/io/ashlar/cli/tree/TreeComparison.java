package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares two trees of files: names, kinds, permissions, times, targets of links, and every byte. */
public final class TreeComparison {
    private static final int MAX_DESCRIBED = 100;

    private final List<String> differences = new ArrayList<>();
    private long compared;
    private long comparedBytes;

    /** Prepares a comparison. */
    public TreeComparison() {}

    /**
     * Compares two directories.
     *
     * @param left one
     * @param right the other
     * @return the first hundred differences, ready to print; empty if there are none
     * @throws IOException if one cannot be read
     */
    public List<String> differences(Path left, Path right) throws IOException {
        Problems problems = new Problems();
        FileTreeWalk a = new FileTreeWalk(left, problems);
        FileTreeWalk b = new FileTreeWalk(right, problems);
        FileTreeWalk.Found x = a.next();
        FileTreeWalk.Found y = b.next();
        while (x != null && y != null && differences.size() < MAX_DESCRIBED) {
            if (!x.path().equals(y.path())) {
                differences.add("one has " + x.path().display() + " where the other has "
                        + y.path().display());
                break;
            }
            String difference = difference(x, y);
            if (difference != null) {
                differences.add(x.path().display() + ": " + difference);
            }
            compared++;
            x = a.next();
            y = b.next();
        }
        if (differences.isEmpty() && (x == null) != (y == null)) {
            differences.add("one has more files than the other");
        }
        differences.addAll(problems.unreadable());
        differences.addAll(problems.changed());
        return List.copyOf(differences);
    }

    private @Nullable String difference(FileTreeWalk.Found x, FileTreeWalk.Found y) throws IOException {
        if (x.kind() != y.kind()) {
            return x.kind() + " here, " + y.kind() + " there";
        }
        if (x.kind() == TreeEntry.Kind.SYMLINK) {
            Path here = Files.readSymbolicLink(x.file());
            Path there = Files.readSymbolicLink(y.file());
            return here.equals(there) ? null : "points to " + RawPath.ofLink(here) + " and to " + RawPath.ofLink(there);
        }
        if ((x.facts().mode() & 0777) != (y.facts().mode() & 0777)) {
            return "mode " + Integer.toOctalString(x.facts().mode()) + " and "
                    + Integer.toOctalString(y.facts().mode());
        }
        if (!x.facts().mtime().equals(y.facts().mtime())) {
            return "modified " + x.facts().mtime() + " and " + y.facts().mtime();
        }
        if (x.kind() == TreeEntry.Kind.FILE) {
            long at = Files.mismatch(x.file(), y.file());
            comparedBytes += x.facts().size();
            return at < 0 ? null : "differs at byte " + at;
        }
        return null;
    }

    /**
     * Tells how many files, directories and links were compared.
     *
     * @return how many
     */
    public long compared() {
        return compared;
    }

    /**
     * Tells how many bytes of content were compared.
     *
     * @return how many
     */
    public long comparedBytes() {
        return comparedBytes;
    }
}
