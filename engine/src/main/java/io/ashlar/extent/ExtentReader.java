package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one extent, and returns nothing that it has not verified. {@link #open} reads and checks header, bitmap and directory;
 * each page is checked against its checksum whenever it is read.
 *
 * <p>Where a read throws, the buffer's position is unchanged and what lies after it is unspecified. A {@link DamagedException}
 * means that the bytes are wrong, and names extent, page and source; an {@link IOException} is the source's own.
 *
 * <p>Immutable: as thread-safe as its source. Keeps images of up to 32 KiB in memory, of others only the index.
 */
public final class ExtentReader {
    /** Images of up to so many bytes are read at once when they are opened. */
    static final int SMALL_IMAGE_BYTES = 32 << 10;

    /** How much is read of larger ones at first: the index of 2 MiB in pages of 4 KiB. */
    static final int FIRST_READ_BYTES = 8 << 10;

    /** Ranges that cut through pages are read by way of a buffer of this size at most, in one I/O. */
    static final int SCRATCH_BYTES = 256 << 10;

    private final ExtentSource source;
    private final ExtentIndex index;
    private final Where where;
    /** The whole image, if it is small. */
    private final @Nullable ByteBuffer image;

    private ExtentReader(ExtentSource source, ExtentIndex index, Where where, @Nullable ByteBuffer image) {
        this.source = source;
        this.index = index;
        this.where = where;
        this.image = image;
    }

    /**
     * Opens an extent.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @param expected its id
     * @return a reader
     * @throws DamagedException if header, bitmap or directory are wrong, or belong to another extent
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it
     * @throws IOException if the source cannot be read
     */
    public static ExtentReader open(ExtentSource source, long storedBytes, ExtentId expected) throws IOException {
        return open(source, storedBytes, new Where(Objects.requireNonNull(expected, "expected"), source));
    }

    /**
     * Opens whatever extent there is: for tools that find objects without knowing their ids.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @return a reader
     * @throws DamagedException if header, bitmap or directory are wrong
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it
     * @throws IOException if the source cannot be read
     */
    public static ExtentReader open(ExtentSource source, long storedBytes) throws IOException {
        return open(source, storedBytes, new Where(null, source));
    }

    private static ExtentReader open(ExtentSource source, long storedBytes, Where where) throws IOException {
        if (storedBytes < ExtentLayout.HEADER_BYTES || storedBytes > ExtentLayout.IMAGE_BYTES_MAX) {
            throw where.damaged("no extent has " + storedBytes + " bytes");
        }
        boolean small = storedBytes <= SMALL_IMAGE_BYTES;
        ByteBuffer head = ByteBuffer.allocate(small ? (int) storedBytes : FIRST_READ_BYTES);
        fetch(source, 0, head, where);
        ExtentHeader header = ExtentHeader.parse(head, where);
        if (where.id() != null && !where.id().equals(header.id())) {
            throw where.damaged("it says that it is " + header.id());
        }
        int metadataBytes = header.metadataBytes();
        if (metadataBytes > storedBytes) {
            throw where.damaged("its directory alone has " + metadataBytes + " bytes, and all of it " + storedBytes);
        }
        if (metadataBytes > head.capacity()) {
            ByteBuffer longer = ByteBuffer.allocate(metadataBytes).put(head.flip());
            fetch(source, longer.position(), longer, where);
            head = longer;
        }
        Where known = new Where(header.id(), source);
        ExtentIndex index = ExtentIndex.parse(header, head, storedBytes, known);
        return new ExtentReader(source, index, known, small ? head : null);
    }

    /**
     * Tells which extent this is.
     *
     * @return the id in its header
     */
    public ExtentId id() {
        return index.header().id();
    }

    /**
     * Tells what the content is.
     *
     * @return the kind
     */
    public ExtentKind kind() {
        return index.header().kind();
    }

    /**
     * Tells the page size.
     *
     * @return in bytes, a power of two
     */
    public int pageBytes() {
        return 1 << index.header().pageSizeLog2();
    }

    /**
     * Tells the logical length of the content, holes included.
     *
     * @return in bytes, at most 2 MiB
     */
    public int plainBytes() {
        return index.header().plainBytes();
    }

    /**
     * Counts logical pages, present or absent.
     *
     * @return how many, at most 4,096
     */
    public int pageSlots() {
        return index.header().pageSlots();
    }

    /**
     * Tells the length of all pages that are there.
     *
     * @return in bytes: {@link #plainBytes} if there are no holes
     */
    public int presentBytes() {
        ExtentHeader header = index.header();
        int slots = header.pageSlots();
        return PageBitmap.presentBytes(
                header.presentPages(),
                slots > 0 && index.isPresent(slots - 1),
                slots,
                header.plainBytes(),
                header.pageSizeLog2());
    }

    /**
     * Tells which pages are there.
     *
     * @return a copy
     */
    public BitSet presentPages() {
        return BitSet.valueOf(index.words());
    }

    /**
     * Tells whether a page is there.
     *
     * @param page its number, less than {@link #pageSlots}
     * @return whether it is
     * @throws IndexOutOfBoundsException if there can be no such page
     */
    public boolean isPresent(int page) {
        return index.isPresent(Objects.checkIndex(page, pageSlots()));
    }

    /**
     * Reads all of the content. Absent pages read as zeros; {@link #presentPages} tells them from pages of zeros.
     *
     * @param target where to; has room for {@link #plainBytes}, by which its position advances
     * @throws IllegalArgumentException if there is no room
     * @throws DamagedException if a page is wrong
     * @throws IOException if the source cannot be read
     */
    public void readAll(ByteBuffer target) throws IOException {
        int length = plainBytes();
        checkTarget(target, length);
        readRange(0, target, target.position(), length);
        target.position(target.position() + length);
    }

    /**
     * Reads the pages that are there, without gaps.
     *
     * @param target where to; has room for {@link #presentBytes}, by which its position advances
     * @throws IllegalArgumentException if there is no room
     * @throws DamagedException if a page is wrong
     * @throws IOException if the source cannot be read
     */
    public void readPresent(ByteBuffer target) throws IOException {
        int length = presentBytes();
        checkTarget(target, length);
        readEntries(0, index.header().presentPages(), target, target.position());
        target.position(target.position() + length);
    }

    /**
     * Reads a part of the content, touching only the pages that it lies in, neighbours together. Absent pages read as zeros.
     *
     * @param offset where in the content to begin, in bytes
     * @param target where to; filled to its limit
     * @throws IllegalArgumentException if the content ends before the buffer is full, or the buffer is read-only
     * @throws DamagedException if a page is wrong
     * @throws IOException if the source cannot be read
     */
    public void readRange(long offset, ByteBuffer target) throws IOException {
        int length = target.remaining();
        if (offset < 0 || offset > plainBytes() - length) {
            throw new IllegalArgumentException("extent " + id() + " has " + plainBytes() + " bytes, not " + length
                    + " bytes from " + offset + " on");
        }
        checkTarget(target, length);
        readRange((int) offset, target, target.position(), length);
        target.position(target.position() + length);
    }

    /**
     * Checks everything: each page against its checksum, and all of them against the id.
     *
     * @param scratch overwritten; has room for {@link #presentBytes} from its position on, which stays
     * @throws IllegalArgumentException if there is no room
     * @throws DamagedException if anything is wrong
     * @throws IOException if the source cannot be read
     */
    public void verifyDeep(ByteBuffer scratch) throws IOException {
        int length = presentBytes();
        checkTarget(scratch, length);
        readEntries(0, index.header().presentPages(), scratch, scratch.position());
        ExtentHeader header = index.header();
        ExtentId actual = new ContentHasher(id().hash())
                .idOf(
                        header.kind(),
                        header.pageSizeLog2(),
                        header.plainBytes(),
                        index.words(),
                        scratch,
                        scratch.position(),
                        length);
        if (!Arrays.equals(actual.digest(), id().digest())) {
            throw where.damaged("its pages match their checksums, but its content is that of " + actual);
        }
    }

    ExtentIndex index() {
        return index;
    }

    Where where() {
        return where;
    }

    private static void checkTarget(ByteBuffer target, int length) {
        if (target.isReadOnly() || target.remaining() < length) {
            throw new IllegalArgumentException("a buffer with room for " + length + " bytes is needed, not "
                    + (target.isReadOnly() ? "one that is read-only" : target.remaining()));
        }
    }

    /** Reads the range into {@code target} at {@code at}, which has room for it. */
    private void readRange(int offset, ByteBuffer target, int at, int length) throws IOException {
        if (length == 0) {
            return;
        }
        int log2 = index.header().pageSizeLog2();
        int first = offset >> log2;
        int last = (offset + length - 1) >> log2;
        int begin = first << log2;
        int end = (last << log2) + index.slotBytes(last);
        if (begin == offset && end == offset + length) {
            readSlots(first, last + 1, target, at);
        } else if (end - begin <= Math.max(SCRATCH_BYTES, 1 << log2)) {
            ByteBuffer scratch = ByteBuffer.allocate(end - begin);
            readSlots(first, last + 1, scratch, 0);
            target.put(at, scratch, offset - begin, length);
        } else {
            // Too long for a detour: whole pages go straight to the target, the cut ones at either end by themselves.
            int head = begin == offset ? 0 : begin + (1 << log2) - offset;
            int tail = end == offset + length ? 0 : offset + length - (last << log2);
            readRange(offset, target, at, head);
            readRange(offset + head, target, at + head, length - head - tail);
            readRange(offset + length - tail, target, at + length - tail, tail);
        }
    }

    /** Reads whole logical pages. What is stored of them lies together, so one I/O gets it, however many holes there are. */
    private void readSlots(int firstSlot, int endSlot, ByteBuffer target, int at) throws IOException {
        int firstEntry = index.entryOf(firstSlot);
        int endEntry = index.entryOf(endSlot);
        readEntries(firstEntry, endEntry, target, at);
        if (endEntry - firstEntry == endSlot - firstSlot) {
            return;
        }
        // The pages lie at the beginning; from the last to the first, each moves up to its place or is zeroed there.
        int log2 = index.header().pageSizeLog2();
        int entry = endEntry;
        for (int slot = endSlot - 1; slot >= firstSlot; slot--) {
            int to = at + ((slot - firstSlot) << log2);
            if (!index.isPresent(slot)) {
                zero(target, to, index.slotBytes(slot));
            } else {
                entry--;
                int from = at + index.offsetOf(entry) - index.offsetOf(firstEntry);
                if (from != to) {
                    target.put(to, target, from, index.slotBytes(slot));
                }
            }
        }
        assert entry == firstEntry : "as many pages as entries";
    }

    /** Reads the pages of entries, as they lie in the image, into {@code target} at {@code at}, and verifies each. */
    void readEntries(int firstEntry, int endEntry, ByteBuffer target, int at) throws IOException {
        int begin = index.offsetOf(firstEntry);
        int length = index.offsetOf(endEntry) - begin;
        if (length == 0) {
            return;
        }
        ByteBuffer view = target.duplicate();
        view.limit(at + length).position(at);
        if (image != null) {
            view.put(at, image, begin, length);
        } else {
            fetch(source, begin, view, where);
        }
        CRC32C crc = new CRC32C();
        for (int entry = firstEntry; entry < endEntry; entry++) {
            int from = at + index.offsetOf(entry) - begin;
            crc.reset();
            crc.update(view.limit(at + index.offsetOf(entry + 1) - begin).position(from));
            if ((int) crc.getValue() != index.crcOf(entry)) {
                throw where.damaged("page " + index.slotOf(entry) + " does not match its checksum");
            }
        }
    }

    private static void zero(ByteBuffer target, int from, int length) {
        int index = from;
        int end = from + length;
        for (; index <= end - Long.BYTES; index += Long.BYTES) {
            LittleEndian.putLong(target, index, 0);
        }
        for (; index < end; index++) {
            target.put(index, (byte) 0);
        }
    }

    /** Fills {@code view}, or throws. */
    private static void fetch(ExtentSource source, long offset, ByteBuffer view, Where where) throws IOException {
        int wanted = view.remaining();
        int read = source.read(offset, view);
        if (read != wanted || view.hasRemaining()) {
            throw where.damaged("only " + read + " of " + wanted + " bytes are there from " + offset + " on");
        }
    }
}
