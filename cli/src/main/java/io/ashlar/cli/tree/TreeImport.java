package io.ashlar.cli.tree;

import io.ashlar.ExtentStore;
import io.ashlar.ObjectWriter;
import io.ashlar.ProgressListener;
import io.ashlar.cli.Interrupted;
import io.ashlar.cli.tree.FileTreeWalk.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Stores a tree of files as one object. Runs once, on one thread, with helpers that read ahead. */
public final class TreeImport {
    private static final int CHUNK_BYTES = 1 << 20;

    private final ExtentStore store;
    private final Path source;
    private final int threads;
    private final ProgressListener listener;
    private final Problems problems = new Problems();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private long files;
    private long directories;
    private long symlinks;
    private long bytes;

    /**
     * Prepares an import.
     *
     * @param store where to
     * @param source a directory
     * @param threads how many may read files; at least 1
     * @param listener is told how many bytes of how many are stored; returning false abandons the import
     */
    public TreeImport(ExtentStore store, Path source, int threads, ProgressListener listener) {
        if (threads < 1) {
            throw new IllegalArgumentException("an import needs at least one thread, not " + threads);
        }
        this.store = store;
        this.source = source;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Stores the tree and lets a name refer to it, durably.
     *
     * @param name what to call it
     * @return what was stored, and what could not be read
     * @throws IOException if the source as a whole cannot be read; nothing stays stored
     * @throws Interrupted if the listener asked to stop; nothing stays stored
     * @throws io.ashlar.StorageException if the store refuses; nothing stays stored
     */
    public ImportReport run(String name) throws IOException {
        FileTreeWalk walk = new FileTreeWalk(source, problems);
        try (ObjectWriter object = store.newObject();
                ManifestSpool manifest = new ManifestSpool();
                ReadAhead ahead = new ReadAhead(threads)) {
            ArrayDeque<ReadAhead.Pending> window = new ArrayDeque<>();
            Found next = walk.next();
            while (next != null || !window.isEmpty()) {
                while (next != null && window.size() < ahead.depth()) {
                    window.add(ahead.submit(next));
                    next = walk.next();
                }
                store(window.remove(), object, manifest);
                goOn();
            }
            manifest.appendTo(object);
            goOn();
            return new ImportReport(
                    object.finish(name),
                    files,
                    directories,
                    symlinks,
                    bytes,
                    problems.unreadableCount(),
                    problems.unreadable(),
                    problems.changedCount(),
                    problems.changed());
        }
    }

    private void goOn() {
        if (!listener.progress("importing", bytes, 0)) {
            throw new Interrupted("the import was interrupted; nothing of it is stored");
        }
    }

    private void store(ReadAhead.Pending pending, ObjectWriter object, ManifestSpool manifest) throws IOException {
        Found found = pending.found();
        switch (found.kind()) {
            case DIRECTORY -> {
                manifest.add(found.facts().entry(found.kind(), found.path(), 0, 0, RawPath.EMPTY));
                directories++;
            }
            case SYMLINK -> storeLink(found, manifest);
            case FILE -> storeFile(found, pending.content(), object, manifest);
        }
    }

    private void storeLink(Found found, ManifestSpool manifest) throws IOException {
        RawPath target;
        try {
            target = RawPath.ofLink(Files.readSymbolicLink(found.file()));
        } catch (NoSuchFileException e) {
            problems.changed(found.path(), "vanished");
            return;
        } catch (IOException e) {
            problems.unreadable(found.path(), Problems.reason(e));
            return;
        }
        manifest.add(found.facts().entry(found.kind(), found.path(), 0, 0, target));
        symlinks++;
    }

    private void storeFile(
            Found found, @Nullable Future<ByteBuffer> content, ObjectWriter object, ManifestSpool manifest)
            throws IOException {
        long offset = object.position();
        try {
            if (found.facts().size() == 0) {
                // Opened all the same: an empty file that may not be read is as unreadable as a full one.
                FileChannel.open(found.file(), StandardOpenOption.READ).close();
            } else if (content != null) {
                ByteBuffer ahead = ReadAhead.await(content);
                object.cut();
                bytes += ahead.remaining();
                object.write(ahead);
            } else {
                stream(found, object);
            }
        } catch (NoSuchFileException e) {
            problems.changed(found.path(), "vanished");
            return;
        } catch (IOException e) {
            problems.unreadable(found.path(), Problems.reason(e));
            return;
        }
        long length = object.position() - offset;
        manifest.add(found.facts().entry(found.kind(), found.path(), offset, length, RawPath.EMPTY));
        files++;
        noticeChange(found, length);
    }

    /** Copies as many bytes as the file had when it was found, so that one that grows for ever comes to an end. */
    private void stream(Found found, ObjectWriter object) throws IOException {
        try (FileChannel file = FileChannel.open(found.file(), StandardOpenOption.READ)) {
            object.cut();
            long rest = found.facts().size();
            while (rest > 0) {
                chunk.clear().limit((int) Math.min(rest, CHUNK_BYTES));
                int read = file.read(chunk);
                if (read < 0) {
                    return;
                }
                rest -= read;
                bytes += read;
                object.write(chunk.flip());
                goOn();
            }
        }
    }

    private void noticeChange(Found found, long length) {
        try {
            FileFacts now = FileFacts.of(found.file());
            if (length != found.facts().size()
                    || now.size() != length
                    || !now.mtime().equals(found.facts().mtime())) {
                problems.changed(found.path(), "changed while it was read; " + length + " bytes of it are stored");
            }
        } catch (IOException e) {
            problems.changed(found.path(), "vanished after it was read");
        }
    }
}
