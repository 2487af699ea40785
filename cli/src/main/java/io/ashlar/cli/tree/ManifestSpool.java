package io.ashlar.cli.tree;

import io.ashlar.ObjectWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Collects the manifest of a tree in a temporary file, because it may be larger than memory and comes after the contents in
 * the object. For one thread.
 */
final class ManifestSpool implements AutoCloseable {
    private static final int BUFFER_BYTES = TreeLayout.MAX_ENTRY_BYTES * 2;

    private final FileChannel file;
    private final ByteBuffer buffer = TreeLayout.allocate(BUFFER_BYTES);
    private final CRC32C crc = new CRC32C();
    private long bytes;
    private long entries;

    ManifestSpool() throws IOException {
        Path path = Files.createTempFile("ashlar-manifest", ".spool");
        file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    void add(TreeEntry entry) throws IOException {
        if (buffer.remaining() < TreeLayout.MAX_ENTRY_BYTES) {
            spill();
        }
        TreeLayout.writeEntry(buffer, entry);
        entries++;
    }

    private void spill() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        bytes += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Appends manifest and trailer to the object; nothing can be added after that. */
    void appendTo(ObjectWriter object) throws IOException {
        spill();
        long offset = object.position();
        object.cut();
        long at = 0;
        while (at < bytes) {
            buffer.clear();
            int read = file.read(buffer, at);
            if (read <= 0) {
                throw new IOException(
                        "the temporary file of the manifest ended after " + at + " of " + bytes + " bytes");
            }
            at += read;
            object.write(buffer.flip());
        }
        object.write(TreeLayout.trailer(new TreeLayout.Trailer(entries, offset, bytes, (int) crc.getValue())));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
