package io.ashlar.cli.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says about a file, links not followed.
 *
 * @param kind what it is; null for what cannot be stored, such as a socket
 * @param mode its mode; a usual one where the file system has none
 * @param mtime when it was last modified
 * @param size how many bytes it has
 */
record FileFacts(TreeEntry.@Nullable Kind kind, int mode, Instant mtime, long size) {

    static FileFacts of(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Map<String, Object> all = Files.readAttributes(
                    file,
                    "unix:mode,lastModifiedTime,size,isDirectory,isRegularFile,isSymbolicLink",
                    LinkOption.NOFOLLOW_LINKS);
            return new FileFacts(
                    kind(is(all, "isDirectory"), is(all, "isRegularFile"), is(all, "isSymbolicLink")),
                    (Integer) Objects.requireNonNull(all.get("mode")),
                    ((FileTime) Objects.requireNonNull(all.get("lastModifiedTime"))).toInstant(),
                    (Long) Objects.requireNonNull(all.get("size")));
        }
        BasicFileAttributes all = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new FileFacts(
                kind(all.isDirectory(), all.isRegularFile(), all.isSymbolicLink()),
                all.isDirectory() ? 0755 : 0644,
                all.lastModifiedTime().toInstant(),
                all.size());
    }

    private static boolean is(Map<String, Object> all, String name) {
        return Boolean.TRUE.equals(all.get(name));
    }

    private static TreeEntry.@Nullable Kind kind(boolean directory, boolean file, boolean link) {
        return directory ? TreeEntry.Kind.DIRECTORY : file ? TreeEntry.Kind.FILE : link ? TreeEntry.Kind.SYMLINK : null;
    }

    /** An entry of these facts, for something at {@code path}. */
    TreeEntry entry(TreeEntry.Kind ofKind, RawPath path, long offset, long length, RawPath target) {
        return new TreeEntry(ofKind, path, mode, mtime.getEpochSecond(), mtime.getNano(), offset, length, target);
    }
}
