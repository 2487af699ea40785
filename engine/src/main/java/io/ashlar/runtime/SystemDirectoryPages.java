package io.ashlar.runtime;

import io.ashlar.spi.Disk.DirectoryEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Sorted pages of a directory, in memory that grows with the page and not with the directory. */
final class SystemDirectoryPages {

    private SystemDirectoryPages() {}

    static List<DirectoryEntry> list(Path directory, String after, int limit) throws IOException {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive, not " + limit);
        }
        List<DirectoryEntry> page = new ArrayList<>();
        String last = after;
        while (true) {
            int wanted = limit - page.size();
            List<String> names = smallestNames(directory, last, wanted);
            for (String name : names) {
                DirectoryEntry entry = entry(directory, name);
                if (entry != null) {
                    page.add(entry);
                }
            }
            // A file that vanished in between must not make the page look like the last one: fill it up.
            if (names.size() < wanted || page.size() == limit) {
                return page;
            }
            last = names.get(names.size() - 1);
        }
    }

    private static List<String> smallestNames(Path directory, String after, int limit) throws IOException {
        PriorityQueue<String> largestFirst = new PriorityQueue<>(Comparator.reverseOrder());
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path path : stream) {
                String name = path.getFileName().toString();
                if (name.compareTo(after) <= 0) {
                    continue;
                }
                if (largestFirst.size() < limit) {
                    largestFirst.add(name);
                } else if (name.compareTo(largestFirst.element()) < 0) {
                    largestFirst.remove();
                    largestFirst.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        List<String> names = new ArrayList<>(largestFirst);
        Collections.sort(names);
        return names;
    }

    static @Nullable DirectoryEntry entry(Path directory, String name) throws IOException {
        Path path = directory.resolve(name);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (FileSystemException gone) {
            if (!SystemDisk.isMissing(path, gone)) {
                throw gone;
            }
            try {
                // Perhaps a link that leads nowhere, which is an entry all the same.
                attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (FileSystemException e) {
                if (SystemDisk.isMissing(path, e)) {
                    return null;
                }
                throw e;
            }
        }
        boolean isDirectory = attributes.isDirectory();
        return new DirectoryEntry(
                name,
                isDirectory,
                isDirectory ? 0 : attributes.size(),
                attributes.lastModifiedTime().toMillis());
    }
}
