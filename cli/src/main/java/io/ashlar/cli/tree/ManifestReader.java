package io.ashlar.cli.tree;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a manifest one by one, and its checksum on the way. For one thread. */
final class ManifestReader {
    private static final int BUFFER_BYTES = TreeLayout.MAX_ENTRY_BYTES * 2;

    private final RenewingReader object;
    private final TreeLayout.Trailer trailer;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private long fetched;
    private long entries;

    ManifestReader(RenewingReader object, TreeLayout.Trailer trailer) {
        this.object = object;
        this.trailer = trailer;
        buffer = TreeLayout.allocate((int) Math.min(BUFFER_BYTES, trailer.manifestBytes()));
        buffer.limit(0);
    }

    /**
     * The next entry; null at the end.
     *
     * @throws TreeFormatException if the manifest is not well formed, or at its end does not match its checksum
     */
    @Nullable
    TreeEntry next() {
        if (!has(TreeLayout.ENTRY_HEADER_BYTES)) {
            return end();
        }
        int bytes = TreeLayout.checkEntryBytes(buffer.getInt(buffer.position() + TreeLayout.ENTRY_BYTES_OFFSET));
        if (!has(bytes)) {
            throw new TreeFormatException("the manifest of the tree ends within an entry");
        }
        TreeEntry entry = TreeLayout.readEntry(buffer);
        entries++;
        return entry;
    }

    private @Nullable TreeEntry end() {
        if (buffer.hasRemaining() || entries != trailer.entries()) {
            throw new TreeFormatException("the manifest of the tree has " + entries + " entries, and "
                    + buffer.remaining() + " bytes more; its trailer says " + trailer.entries());
        }
        if ((int) crc.getValue() != trailer.manifestCrc()) {
            throw new TreeFormatException("the manifest of the tree does not match its checksum");
        }
        return null;
    }

    private boolean has(int bytes) {
        if (buffer.remaining() >= bytes) {
            return true;
        }
        buffer.compact();
        long rest = trailer.manifestBytes() - fetched;
        buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + rest));
        int start = buffer.position();
        int read = buffer.remaining();
        if (read > 0) {
            object.read(trailer.manifestOffset() + fetched, buffer);
        }
        crc.update(buffer.duplicate().position(start));
        fetched += read;
        buffer.flip();
        return buffer.remaining() >= bytes;
    }
}
