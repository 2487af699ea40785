package io.ashlar.cli.tree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Checks that a manifest describes a tree and nothing else, whoever made it: it begins with the root; every other entry
 * lies in a directory that came before it; no path comes twice, none has a component that leads elsewhere. An entry whose
 * parent is a symbolic link is refused with that, so that a writer who makes the links last can never be led outside. For
 * one thread; memory is that of the depth.
 */
final class TreeCheck {
    private final long contentBytes;
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean begun;

    /** A directory whose entries may come next, and the last of them. */
    private static final class Level {
        private final RawPath name;
        private RawPath last = RawPath.EMPTY;

        private Level(RawPath name) {
            this.name = name;
        }
    }

    /**
     * Begins a check.
     *
     * @param contentBytes how many bytes of content there are
     */
    TreeCheck(long contentBytes) {
        this.contentBytes = contentBytes;
    }

    /**
     * Checks the next entry.
     *
     * @throws TreeFormatException if it must not be written out
     */
    void next(TreeEntry entry) {
        checkFields(entry);
        if (!begun) {
            begun = true;
            require(entry.path().size() == 0 && entry.kind() == TreeEntry.Kind.DIRECTORY, entry, "is not the root");
            levels.addLast(new Level(RawPath.EMPTY));
            return;
        }
        List<RawPath> components = entry.path().components();
        for (RawPath component : components) {
            checkName(component, entry);
        }
        while (levels.size() > components.size()) {
            levels.removeLast();
        }
        require(levels.size() == components.size(), entry, "lies in no directory of the tree");
        Iterator<RawPath> names = components.iterator();
        boolean root = true;
        for (Level level : levels) {
            if (!root) {
                require(level.name.equals(names.next()), entry, "lies in no directory of the tree");
            }
            root = false;
        }
        RawPath name = names.next();
        Level parent = levels.getLast();
        require(parent.last.compareTo(name) < 0, entry, "comes twice or out of order");
        parent.last = name;
        if (entry.kind() == TreeEntry.Kind.DIRECTORY) {
            levels.addLast(new Level(name));
        }
    }

    private void checkFields(TreeEntry entry) {
        boolean file = entry.kind() == TreeEntry.Kind.FILE;
        boolean link = entry.kind() == TreeEntry.Kind.SYMLINK;
        boolean inside = entry.offset() >= 0
                && entry.length() >= 0
                && entry.offset() <= contentBytes
                && entry.length() <= contentBytes - entry.offset();
        require(inside && (file || (entry.offset() == 0 && entry.length() == 0)), entry, "has content elsewhere");
        require(link == (entry.target().size() > 0) && !entry.target().contains(0), entry, "has a wrong link target");
        entry.mtime();
    }

    private static void checkName(RawPath name, TreeEntry entry) {
        String text = name.text();
        // A backslash parts directories on some systems.
        boolean harmless = name.size() > 0
                && !text.equals(".")
                && !text.equals("..")
                && !name.contains(0)
                && (java.io.File.separatorChar == '/' || (!name.contains('\\') && !name.contains(':')));
        require(harmless, entry, "has a component that may lead outside");
    }

    private static void require(boolean holds, TreeEntry entry, String what) {
        if (!holds) {
            throw new TreeFormatException("the manifest of the tree is refused: its entry '"
                    + entry.path().display() + "' " + what);
        }
    }
}
