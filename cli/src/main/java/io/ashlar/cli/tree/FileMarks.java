package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Gives a file the mode and the time of an entry. */
final class FileMarks {
    private static final PosixFilePermission[] FROM_HIGH = {
        PosixFilePermission.OWNER_READ,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_EXECUTE
    };

    private FileMarks() {}

    /**
     * Sets permissions and time of a file or directory. Bits that lend rights (setuid, setgid) are recorded in trees, but
     * not given to files: the tree may come from anywhere.
     */
    static void set(Path path, TreeEntry entry) throws IOException {
        setTime(path, entry);
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            for (int i = 0; i < FROM_HIGH.length; i++) {
                if ((entry.mode() & (0400 >> i)) != 0) {
                    permissions.add(FROM_HIGH[i]);
                }
            }
            // Links were never followed on the way here; a view that does not follow cannot change modes on Linux.
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    static void setTime(Path path, TreeEntry entry) throws IOException {
        BasicFileAttributeView view =
                Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            view.setTimes(entry.mtime(), null, null);
        } catch (IOException e) {
            // Not every system lets the time of a link be set, and nobody misses it.
            if (entry.kind() != TreeEntry.Kind.SYMLINK) {
                throw e;
            }
        }
    }
}
