package io.ashlar.cli.tree;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ProgressListener;
import io.ashlar.cli.Interrupted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes a tree out of a store into a directory. Runs once, on one thread, with helpers that copy contents.
 *
 * <p>Nothing is written outside the directory, whatever the manifest says: it is checked as a whole before anything is
 * written ({@link TreeCheck}), symbolic links are made after all files, and no existing link is followed.
 */
public final class TreeExport {
    private final ExtentStore store;
    private final ExtentId root;
    private final Path target;
    private final boolean overwrite;
    private final int threads;
    private final ProgressListener listener;
    private long files;
    private long directories;
    private long symlinks;
    private long bytes;

    /**
     * Prepares an export.
     *
     * @param store where the tree is
     * @param root the object that holds it
     * @param target the directory to write; created if it is not there
     * @param overwrite whether it may hold something already; files of the tree then replace those of the same name
     * @param threads how many copy contents; at least 1
     * @param listener is told how many bytes of how many are written; returning false ends the export
     */
    public TreeExport(
            ExtentStore store, ExtentId root, Path target, boolean overwrite, int threads, ProgressListener listener) {
        if (threads < 1) {
            throw new IllegalArgumentException("an export needs at least one thread, not " + threads);
        }
        this.store = store;
        this.root = root;
        this.target = target;
        this.overwrite = overwrite;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Writes the tree.
     *
     * @return what was written
     * @throws IOException if a file cannot be written, or the directory holds something and may not be overwritten
     * @throws TreeFormatException if the object is no tree, or one that leads outside; nothing was written
     * @throws Interrupted if the listener asked to stop; part of the tree is written
     * @throws io.ashlar.StorageException if the store cannot read; part of the tree may be written
     */
    public ExportReport run() throws IOException {
        try (TreeObject tree = new TreeObject(store, root)) {
            tree.forEach(entry -> {});
            Path directory = prepare();
            try (ExportWorkers workers = new ExportWorkers(store, root, threads)) {
                tree.forEach(entry -> unchecked(() -> content(directory, entry, tree.contentBytes(), workers)));
                workers.finish();
            }
            tree.forEach(entry -> unchecked(() -> link(directory, entry)));
            finishDirectories(tree, directory);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new ExportReport(files, directories, symlinks, bytes);
    }

    private Path prepare() throws IOException {
        Files.createDirectories(target);
        Path real = target.toRealPath();
        if (!overwrite) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
                if (entries.iterator().hasNext()) {
                    throw new DirectoryNotEmptyException(target.toString());
                }
            }
        }
        return real;
    }

    private void content(Path directory, TreeEntry entry, long totalBytes, ExportWorkers workers) throws IOException {
        if (!listener.progress("exporting", workers.bytes(), totalBytes)) {
            throw new Interrupted("the export was interrupted; what is in the directory is incomplete");
        }
        Path path = entry.path().under(directory);
        switch (entry.kind()) {
            case DIRECTORY -> {
                directories++;
                if (entry.path().size() > 0 && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    makeWay(path);
                    Files.createDirectory(path);
                }
            }
            case FILE -> {
                files++;
                bytes += entry.length();
                makeWay(path);
                workers.write(entry, path);
            }
            case SYMLINK -> symlinks++;
        }
    }

    private void link(Path directory, TreeEntry entry) throws IOException {
        if (entry.kind() == TreeEntry.Kind.SYMLINK) {
            Path path = entry.path().under(directory);
            makeWay(path);
            Files.createSymbolicLink(path, entry.target().asLink());
            FileMarks.setTime(path, entry);
        }
    }

    /** Removes what stands in the way; never follows a link, never removes a directory with something in it. */
    private void makeWay(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!overwrite) {
                throw new FileAlreadyExistsException(
                        path.toString(), null, "exists; does the file system tell its name from that of another file?");
            }
            Files.delete(path);
        }
    }

    /**
     * Directories get their times when nothing is written in them any more. One that its owner may not enter gets its mode
     * after all that is below it; those are few.
     */
    private static void finishDirectories(TreeObject tree, Path directory) {
        Deque<TreeEntry> closed = new ArrayDeque<>();
        tree.forEach(entry -> {
            if (entry.kind() == TreeEntry.Kind.DIRECTORY) {
                if ((entry.mode() & 0700) == 0700) {
                    unchecked(() -> FileMarks.set(entry.path().under(directory), entry));
                } else {
                    closed.push(entry);
                }
            }
        });
        for (TreeEntry entry : closed) {
            unchecked(() -> FileMarks.set(entry.path().under(directory), entry));
        }
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
