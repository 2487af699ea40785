package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a tree of files in the order of {@link TreeLayout}. Holds the names of one directory at each level of depth, never
 * those of the whole tree. For one thread.
 */
final class FileTreeWalk {
    private final Problems problems;
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable Found start;

    /** Something in the tree. */
    record Found(RawPath path, Path file, FileFacts facts, TreeEntry.Kind kind) {}

    private record Named(RawPath name, Path file) {}

    private record Level(RawPath path, Iterator<Named> rest) {}

    /**
     * Begins a walk.
     *
     * @throws IOException if {@code root} cannot be read
     * @throws IllegalArgumentException if it is no directory
     */
    FileTreeWalk(Path root, Problems problems) throws IOException {
        this.problems = problems;
        Path real = root.toRealPath();
        FileFacts facts = FileFacts.of(real);
        if (facts.kind() != TreeEntry.Kind.DIRECTORY) {
            throw new IllegalArgumentException(RawPath.nameOf(real).display() + " is no directory");
        }
        start = new Found(RawPath.EMPTY, real, facts, TreeEntry.Kind.DIRECTORY);
        levels.push(new Level(RawPath.EMPTY, children(real).iterator()));
    }

    /** The next one, the root first; null at the end. */
    @Nullable
    Found next() {
        Found root = start;
        if (root != null) {
            start = null;
            return root;
        }
        while (true) {
            Level level = levels.peek();
            if (level == null) {
                return null;
            }
            if (!level.rest.hasNext()) {
                levels.pop();
                continue;
            }
            Named named = level.rest.next();
            Found found = look(level.path.child(named.name), named.file);
            if (found != null) {
                return found;
            }
        }
    }

    private @Nullable Found look(RawPath path, Path file) {
        try {
            if (path.size() > TreeLayout.MAX_PATH_BYTES) {
                problems.unreadable(path, "its path is longer than " + TreeLayout.MAX_PATH_BYTES + " bytes");
                return null;
            }
            FileFacts facts = FileFacts.of(file);
            TreeEntry.Kind kind = facts.kind();
            if (kind == null) {
                problems.skipped(path, "is neither a file, nor a directory, nor a symbolic link");
                return null;
            }
            if (kind == TreeEntry.Kind.DIRECTORY) {
                // A directory whose names cannot be read is reported, and stored empty.
                try {
                    levels.push(new Level(path, children(file).iterator()));
                } catch (NoSuchFileException e) {
                    problems.changed(path, "vanished");
                    return null;
                } catch (IOException e) {
                    problems.unreadable(path, Problems.reason(e));
                }
            }
            return new Found(path, file, facts, kind);
        } catch (NoSuchFileException e) {
            problems.changed(path, "vanished");
        } catch (IOException e) {
            problems.unreadable(path, Problems.reason(e));
        }
        return null;
    }

    private static List<Named> children(Path directory) throws IOException {
        List<Named> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                children.add(new Named(RawPath.nameOf(child), child));
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort((a, b) -> a.name.compareTo(b.name));
        return children;
    }
}
