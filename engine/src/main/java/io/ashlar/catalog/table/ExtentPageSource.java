package io.ashlar.catalog.table;

import io.ashlar.DamagedException;
import io.ashlar.extent.ExtentReader;
import io.ashlar.extent.ExtentSource;
import io.ashlar.format.TableLayout;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the extents of tables and manifests from one backend. Safe for use by many threads. */
public final class ExtentPageSource implements PageSource {
    /** Reader, index, offsets and checksums, without what each page adds. */
    private static final int READER_HEAP_BYTES = 512;

    private static final int READER_HEAP_BYTES_PER_PAGE = 2 * Integer.BYTES;

    /** Below this a reader keeps the whole image: see {@link ExtentReader}. */
    private static final int SMALL_IMAGE_BYTES = 32 << 10;

    private final ExtentBackend backend;

    /**
     * Reads from a backend.
     *
     * @param backend holds the objects
     */
    public ExtentPageSource(ExtentBackend backend) {
        this.backend = backend;
    }

    @Override
    public Pages open(StoredObject object) throws IOException {
        ExtentReader reader =
                ExtentReader.open(ExtentSource.of(backend, object.name()), object.storedBytes(), object.id());
        if (reader.pageBytes() != TableLayout.PAGE_BYTES
                || reader.plainBytes() % TableLayout.PAGE_BYTES != 0
                || reader.presentBytes() != reader.plainBytes()) {
            throw new DamagedException("object " + object.name() + " holds " + reader.presentBytes() + " of "
                    + reader.plainBytes() + " bytes in pages of " + reader.pageBytes()
                    + ": it is no part of a table or manifest; run fsck, or fall back to an older checkpoint");
        }
        int image = object.storedBytes() <= SMALL_IMAGE_BYTES ? object.storedBytes() : 0;
        int heapBytes = READER_HEAP_BYTES + reader.pageSlots() * READER_HEAP_BYTES_PER_PAGE + image;
        return new ExtentPages(object, reader, heapBytes);
    }

    private record ExtentPages(StoredObject object, ExtentReader reader, int heapBytes) implements Pages {

        @Override
        public int pageCount() {
            return reader.pageSlots();
        }

        @Override
        public void read(int firstPage, int count, byte[] target, int offset) throws IOException {
            if (firstPage < 0 || count <= 0 || firstPage > reader.pageSlots() - count) {
                throw new DamagedException("object " + object.name() + " has " + reader.pageSlots() + " pages, not "
                        + count + " from page " + firstPage + " on; run fsck, or fall back to an older checkpoint");
            }
            ByteBuffer pages = ByteBuffer.wrap(target, offset, count * TableLayout.PAGE_BYTES);
            reader.readRange((long) firstPage * TableLayout.PAGE_BYTES, pages);
        }
    }
}
