package io.ashlar.extent;

import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What an extent says of itself before its pages: for those who find extents without a catalog. Takes neither codecs nor keys, and
 * reads no page.
 *
 * @param id which extent it is
 * @param kind what it holds
 * @param pageBytes the size of its pages, a power of two
 * @param plainBytes the logical length of its content, holes included
 * @param codec the number of the codec of its pages, 0 for none
 * @param encrypted whether its pages are encrypted
 */
public record ExtentFacts(ExtentId id, ExtentKind kind, int pageBytes, int plainBytes, int codec, boolean encrypted) {

    /**
     * Reads and checks header, bitmap and directory.
     *
     * @param source where the image is
     * @param storedBytes how long the image is
     * @param expected its id
     * @return the facts
     * @throws io.ashlar.DamagedException if any of that is wrong, or belongs to another extent
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it
     * @throws IOException if the source cannot be read
     */
    public static ExtentFacts read(ExtentSource source, long storedBytes, ExtentId expected) throws IOException {
        Where where = new Where(expected, source);
        if (storedBytes < ExtentLayout.HEADER_BYTES || storedBytes > ExtentLayout.IMAGE_BYTES_MAX) {
            throw where.damaged("no extent has " + storedBytes + " bytes");
        }
        byte[] head = new byte[ExtentLayout.HEADER_BYTES];
        StoredPages.fetch(source, 0, ByteBuffer.wrap(head), where);
        ExtentHeader header = ExtentHeader.parse(ByteBuffer.wrap(head), where);
        if (!header.id().equals(expected)) {
            throw where.damaged("it says that it is " + header.id());
        }
        int metadataBytes = header.metadataBytes();
        if (metadataBytes > storedBytes) {
            throw where.damaged("its directory alone has " + metadataBytes + " bytes, and all of it " + storedBytes);
        }
        byte[] metadata = Arrays.copyOf(head, metadataBytes);
        StoredPages.fetch(
                source, head.length, ByteBuffer.wrap(metadata, head.length, metadataBytes - head.length), where);
        ExtentIndex.parse(header, ByteBuffer.wrap(metadata), storedBytes, where);
        return new ExtentFacts(
                header.id(),
                header.kind(),
                1 << header.pageSizeLog2(),
                header.plainBytes(),
                header.codec(),
                header.isEncrypted());
    }
}
