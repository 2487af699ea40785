package io.ashlar.cli.tree;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A tree of files in a store. For one thread. */
public final class TreeObject implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final RenewingReader reader;
    private final TreeLayout.Trailer trailer;

    /**
     * Opens a tree.
     *
     * @param store where it is
     * @param root the object that holds it
     * @throws TreeFormatException if it is no tree
     * @throws io.ashlar.ExtentNotFoundException if there is no such object
     */
    public TreeObject(ExtentStore store, ExtentId root) {
        reader = new RenewingReader(store, root);
        try {
            trailer = readTrailer(reader);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static TreeLayout.Trailer readTrailer(RenewingReader reader) {
        ByteBuffer bytes = TreeLayout.allocate(TreeLayout.TRAILER_BYTES);
        if (reader.length() < TreeLayout.TRAILER_BYTES) {
            bytes.limit(0);
        } else {
            reader.read(reader.length() - TreeLayout.TRAILER_BYTES, bytes);
            bytes.flip();
        }
        return TreeLayout.readTrailer(bytes, reader.length());
    }

    /**
     * Tells how many entries there are.
     *
     * @return the entries, the root included
     */
    public long entryCount() {
        return trailer.entries();
    }

    /**
     * Tells how many bytes of content there are.
     *
     * @return the contents of all files together
     */
    public long contentBytes() {
        return trailer.manifestOffset();
    }

    /**
     * Gives the entries in order, checked one by one.
     *
     * @param action is given each, the root first
     * @throws TreeFormatException if the manifest is refused; entries before the fault have been given
     */
    public void forEach(Consumer<TreeEntry> action) {
        ManifestReader manifest = new ManifestReader(reader, trailer);
        TreeCheck check = new TreeCheck(trailer.manifestOffset());
        for (TreeEntry entry = manifest.next(); entry != null; entry = manifest.next()) {
            check.next(entry);
            action.accept(entry);
        }
    }

    /**
     * Writes the content of a file to a stream.
     *
     * @param file an entry of this tree
     * @param target where to; not closed
     * @throws IOException if the stream fails
     */
    public void copy(TreeEntry file, OutputStream target) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(1, file.length())));
        long at = 0;
        while (at < file.length()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), file.length() - at));
            reader.read(file.offset() + at, chunk);
            target.write(chunk.array(), 0, chunk.position());
            at += chunk.position();
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
