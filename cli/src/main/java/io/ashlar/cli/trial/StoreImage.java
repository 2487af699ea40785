package io.ashlar.cli.trial;

import io.ashlar.cli.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All files of a small, closed store in memory, to put the directory back as it was after something happened to it. For one
 * thread.
 */
public final class StoreImage {
    private static final long MAX_BYTES = 256L << 20;
    private static final long LONG_AGO_MILLIS = 1_000_000_000_000L;

    private final Path store;
    private final Map<String, byte[]> files = new TreeMap<>();
    private long marks;
    private final Map<String, FileTime> marked = new TreeMap<>();

    /**
     * Reads a store.
     *
     * @param store its directory; nobody has it open
     * @throws IOException if it cannot be read, or has more than 256 MiB
     */
    public StoreImage(Path store) throws IOException {
        this.store = store;
        long bytes = 0;
        for (String name : names()) {
            if (!Files.isRegularFile(store.resolve(name))) {
                continue;
            }
            bytes += Files.size(store.resolve(name));
            if (bytes > MAX_BYTES) {
                throw new IOException("the store in " + store + " is too large to be held in memory");
            }
            files.put(name, Files.readAllBytes(store.resolve(name)));
        }
        for (String name : files.keySet()) {
            mark(name);
        }
    }

    /**
     * The files of the store.
     *
     * @return their paths below the directory, in order
     */
    public List<String> files() {
        return List.copyOf(files.keySet());
    }

    /**
     * What a file held.
     *
     * @param name one of {@link #files}
     * @return its bytes; not to be changed
     */
    public byte[] bytes(String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("the store had no file " + name);
        }
        return bytes;
    }

    /**
     * Where a file is.
     *
     * @param name one of {@link #files}
     * @return its path
     */
    public Path path(String name) {
        return store.resolve(name);
    }

    /**
     * Puts everything back: writes files that changed, deletes new ones. What has the time that this class gave it, and its
     * length, is taken as unchanged; whoever changes a file through {@link #change} need not care.
     *
     * @throws IOException if that fails
     */
    public void restore() throws IOException {
        Set<String> there = new HashSet<>(names());
        for (String name : there) {
            Path path = store.resolve(name);
            if (!files.containsKey(name) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                if (!directory || files.keySet().stream().noneMatch(file -> file.startsWith(name + "/"))) {
                    Directories.delete(path);
                }
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!unchanged(file.getKey(), file.getValue().length)) {
                change(file.getKey(), file.getValue());
                mark(file.getKey());
            }
        }
    }

    /**
     * Replaces what is at the place of a file.
     *
     * @param name one of {@link #files}
     * @param bytes its new bytes; null makes it a directory
     * @throws IOException if that fails
     */
    public void change(String name, byte @Nullable [] bytes) throws IOException {
        Path path = store.resolve(name);
        if (bytes == null) {
            Directories.delete(path);
            Files.createDirectory(path);
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Directories.delete(path);
        }
        Files.createDirectories(path.resolveSibling("."));
        Files.write(path, bytes);
    }

    private void mark(String name) throws IOException {
        marks++;
        FileTime time = FileTime.fromMillis(LONG_AGO_MILLIS + marks);
        Files.setLastModifiedTime(store.resolve(name), time);
        marked.put(name, time);
    }

    private boolean unchanged(String name, int size) throws IOException {
        Path path = store.resolve(name);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return now.size() == size && now.lastModifiedTime().equals(marked.get(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            List<String> names = new ArrayList<>();
            all.filter(path -> !path.equals(store))
                    .forEach(path -> names.add(store.relativize(path).toString().replace('\\', '/')));
            return names;
        }
    }
}
