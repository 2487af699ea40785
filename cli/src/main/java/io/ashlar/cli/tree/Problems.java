package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/** What did not go as hoped with single files: all counted, the first hundred of each sort described. For one thread. */
final class Problems {
    static final int MAX_DESCRIBED = 100;

    private final List<String> unreadable = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private long unreadableCount;
    private long changedCount;

    /** A file that should have been stored and is not. */
    void unreadable(RawPath path, String why) {
        unreadableCount++;
        describe(unreadable, path, why);
    }

    /** A file that changed or vanished under our eyes, as files do. */
    void changed(RawPath path, String why) {
        changedCount++;
        describe(changed, path, why);
    }

    /** Something that no tree can hold. */
    void skipped(RawPath path, String why) {
        changed(path, why);
    }

    private static void describe(List<String> list, RawPath path, String why) {
        if (list.size() < MAX_DESCRIBED) {
            list.add((path.size() == 0 ? "." : path.display()) + ": " + why);
        }
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return String.valueOf(e.getMessage());
    }

    long unreadableCount() {
        return unreadableCount;
    }

    long changedCount() {
        return changedCount;
    }

    List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    List<String> changed() {
        return List.copyOf(changed);
    }
}
