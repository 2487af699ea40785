package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Compares content byte for byte, so that two contents with one hash are never taken for each other. Reads what is stored in
 * pieces, each verified before it is compared.
 */
public final class ContentComparer {
    private static final int CHUNK_BYTES = 64 << 10;

    private ContentComparer() {}

    /**
     * Compares a stored extent, compressed and encrypted or not, to an image. Hashes and discriminators do not matter, only kind, page size, holes and bytes do.
     *
     * @param stored the one
     * @param image the other, from position to limit, as an {@link ExtentEncoder} made it, neither
     *     compressed nor encrypted; the position is unchanged
     * @return whether their content is equal
     * @throws DamagedException if what is stored is damaged; {@link #certainlyOther} tells more
     * @throws IOException if what is stored cannot be read
     */
    public static boolean equal(ExtentReader stored, ByteBuffer image) throws IOException {
        return equal(stored, image, ByteBuffer.allocate(Math.min(CHUNK_BYTES, stored.presentBytes())));
    }

    /**
     * Compares a stored extent to an image by way of a buffer of the caller's.
     *
     * @param stored the one
     * @param image the other, from position to limit, as an {@link ExtentEncoder} made it, neither
     *     compressed nor encrypted; the position is unchanged
     * @param scratch overwritten; has room for a page at least from its position on, which stays
     * @return whether their content is equal
     * @throws IllegalArgumentException if the buffer has no room for a page
     * @throws DamagedException if what is stored is damaged
     * @throws IOException if what is stored cannot be read
     */
    public static boolean equal(ExtentReader stored, ByteBuffer image, ByteBuffer scratch) throws IOException {
        ByteBuffer bytes = image.slice();
        ExtentIndex theirs = indexOf(image);
        ExtentIndex ours = stored.index();
        if (!ours.sameShape(theirs)) {
            return false;
        }
        int pageBytes = Math.min(stored.pageBytes(), stored.presentBytes());
        if (scratch.isReadOnly() || scratch.remaining() < pageBytes) {
            throw new IllegalArgumentException(
                    "a buffer with room for a page of " + pageBytes + " bytes is needed, not " + scratch.remaining());
        }
        int entries = ours.header().presentPages();
        int pagesAtOnce = pageBytes == 0 ? 1 : scratch.remaining() / pageBytes;
        ByteBuffer chunk = scratch.slice();
        for (int entry = 0; entry < entries; entry += pagesAtOnce) {
            int end = Math.min(entries, entry + pagesAtOnce);
            int length = ours.plainOffsetOf(end) - ours.plainOffsetOf(entry);
            stored.readEntries(entry, end, chunk, 0);
            int from = theirs.offsetOf(entry);
            if (bytes.slice(from, length).mismatch(chunk.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether a damaged extent certainly held something else than an image does: by its shape, by a page that can be read,
     * or by the checksum of one that cannot. Not certain are contents that agree in all of that, as equal ones do.
     *
     * @param stored what is damaged; its header and index are not
     * @param image as for {@link #equal(ExtentReader, ByteBuffer)}
     * @return whether it did
     * @throws IOException if what is stored cannot be read
     */
    public static boolean certainlyOther(ExtentReader stored, ByteBuffer image) throws IOException {
        ByteBuffer bytes = image.slice();
        ExtentIndex theirs = indexOf(image);
        ExtentIndex ours = stored.index();
        if (!ours.sameShape(theirs)) {
            return true;
        }
        ByteBuffer page = ByteBuffer.allocate(Math.min(stored.pageBytes(), stored.presentBytes()));
        for (int entry = 0; entry < ours.header().presentPages(); entry++) {
            int length = ours.plainOffsetOf(entry + 1) - ours.plainOffsetOf(entry);
            try {
                stored.readEntries(entry, entry + 1, page, 0);
                if (bytes.slice(theirs.offsetOf(entry), length).mismatch(page.slice(0, length)) >= 0) {
                    return true;
                }
            } catch (DamagedException e) {
                // All that is left of this page is what its checksum says of it; and of a page that is not stored as it
                // is, not even
                // that.
                if (ours.header().isPlain() && ours.crcOf(entry) != theirs.crcOf(entry)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ExtentIndex indexOf(ByteBuffer image) {
        ByteBuffer bytes = image.slice();
        Where fresh = new Where(null, ExtentSource.of(image, "an image to be compared"));
        if (bytes.limit() < ExtentLayout.HEADER_BYTES) {
            throw new IllegalArgumentException("an image has a header at least, not " + bytes.limit() + " bytes");
        }
        ExtentHeader header = ExtentHeader.parse(bytes, fresh);
        if (!header.isPlain()) {
            throw new IllegalArgumentException("an image that is compressed or encrypted cannot be compared");
        }
        return ExtentIndex.parse(header, bytes, bytes.limit(), fresh);
    }
}
