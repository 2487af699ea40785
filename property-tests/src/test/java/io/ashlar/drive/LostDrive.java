package io.ashlar.drive;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Takes the directory of a drive away while a store uses it. */
public final class LostDrive {
    private LostDrive() {}

    /** At one moment, as a drive is pulled: whoever writes a file into it now finds no directory, whatever the deletion has come to. */
    public static void lose(Path drive) throws IOException {
        Path away = Files.move(drive, drive.resolveSibling(drive.getFileName() + "-lost-" + System.nanoTime()));
        Files.walkFileTree(away, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path gone, IOException failure) throws IOException {
                Files.deleteIfExists(gone);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Copies directories as they are, of a store that may be open: as a power failure would leave them, if all is forced. */
    public static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path next, BasicFileAttributes attributes) throws IOException {
                if (next.equals(to)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(next)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
