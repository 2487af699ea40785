package io.ashlar.cli.tree;

import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * One file, directory or symbolic link of a tree.
 *
 * @param kind what it is
 * @param path where it is, below the root of the tree; empty for the root itself
 * @param mode the bits of its mode, as the file system has them
 * @param mtimeSeconds when it was last modified, in seconds since 1970
 * @param mtimeNanos nanoseconds to be added to that; 0 to 999,999,999
 * @param offset where its content begins in the object; 0 unless it is a file
 * @param length how long its content is; 0 unless it is a file
 * @param target where it points to; empty unless it is a symbolic link
 */
public record TreeEntry(
        Kind kind,
        RawPath path,
        int mode,
        long mtimeSeconds,
        int mtimeNanos,
        long offset,
        long length,
        RawPath target) {

    /** What an entry can be. */
    public enum Kind {
        /** A directory. */
        DIRECTORY(1),
        /** A regular file. */
        FILE(2),
        /** A symbolic link. */
        SYMLINK(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new TreeFormatException("an entry of the manifest is of the unknown kind " + code);
        }
    }

    FileTime mtime() {
        try {
            return FileTime.from(Instant.ofEpochSecond(mtimeSeconds, mtimeNanos));
        } catch (DateTimeException | ArithmeticException e) {
            throw new TreeFormatException(path.display() + " has a time of modification that does not exist");
        }
    }
}
