package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one extent, and returns nothing that it has not verified. {@link #open} reads and checks header, bitmap and directory;
 * each page is checked whenever it is read: its stored bytes against their checksum, then, if it is encrypted, against their tag;
 * then it is decompressed.
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

    private final StoredPages pages;
    private final ExtentIndex index;

    private ExtentReader(StoredPages pages) {
        this.pages = pages;
        this.index = pages.index();
    }

    /**
     * Opens an extent that is neither compressed nor encrypted.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @param expected its id
     * @return a reader
     * @throws DamagedException if header, bitmap or directory are wrong, or belong to another extent
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it, or it is compressed
     * @throws io.ashlar.UnknownKeyException if it is encrypted
     * @throws IOException if the source cannot be read
     */
    public static ExtentReader open(ExtentSource source, long storedBytes, ExtentId expected) throws IOException {
        return open(source, storedBytes, expected, Unsealer.NONE);
    }

    /**
     * Opens an extent.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @param expected its id
     * @param unsealer the codecs and keys that there are
     * @return a reader, which keeps the key of this extent's pages, if they are encrypted, for as long as it is there
     * @throws DamagedException if header, bitmap or directory are wrong, were tampered with, or belong to another extent; or if the
     *     key of that number is not the one that it was written with
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it, or a codec that is not there
     * @throws io.ashlar.UnknownKeyException if it is encrypted under a key that is not there
     * @throws IOException if the source cannot be read, or the key cannot be had just now
     */
    public static ExtentReader open(ExtentSource source, long storedBytes, ExtentId expected, Unsealer unsealer)
            throws IOException {
        return open(source, storedBytes, new Where(Objects.requireNonNull(expected, "expected"), source), unsealer);
    }

    /**
     * Opens whatever extent there is, if it is neither compressed nor encrypted: for tools that find objects without knowing their
     * ids.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @return a reader
     * @throws DamagedException if header, bitmap or directory are wrong
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it, or it is compressed
     * @throws io.ashlar.UnknownKeyException if it is encrypted
     * @throws IOException if the source cannot be read
     */
    public static ExtentReader open(ExtentSource source, long storedBytes) throws IOException {
        return open(source, storedBytes, Unsealer.NONE);
    }

    /**
     * Opens whatever extent there is: for tools that find objects without knowing their ids.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @param unsealer the codecs and keys that there are
     * @return a reader
     * @throws DamagedException as for {@link #open(ExtentSource, long, ExtentId, Unsealer)}
     * @throws io.ashlar.UnsupportedFormatException likewise
     * @throws io.ashlar.UnknownKeyException likewise
     * @throws IOException likewise
     */
    public static ExtentReader open(ExtentSource source, long storedBytes, Unsealer unsealer) throws IOException {
        return open(source, storedBytes, new Where(null, source), unsealer);
    }

    /**
     * Checks all that is stored of an extent against its checksums. That takes neither codecs nor keys, and finds what happens to
     * bytes by accident; what somebody does to them on purpose is found when they are opened.
     *
     * @param source where its image is
     * @param storedBytes how long the image is
     * @param expected its id
     * @throws DamagedException if anything is wrong
     * @throws io.ashlar.UnsupportedFormatException if a newer version of the engine wrote it
     * @throws IOException if the source cannot be read
     */
    public static void verifyStored(ExtentSource source, long storedBytes, ExtentId expected) throws IOException {
        Where where = new Where(Objects.requireNonNull(expected, "expected"), source);
        Head head = head(source, storedBytes, where);
        new StoredPages(source, head.index, head.where, Unsealer.NONE, null, head.image()).verifyStored();
    }

    private static ExtentReader open(ExtentSource source, long storedBytes, Where where, Unsealer unsealer)
            throws IOException {
        Head head = head(source, storedBytes, where);
        ExtentHeader header = head.index.header();
        unsealer.codecs().expect(header.codec(), head.where);
        Unsealer.PageKey key = header.isEncrypted() ? unsealer.unlock(header, head.bytes, head.where) : null;
        return new ExtentReader(new StoredPages(source, head.index, head.where, unsealer, key, head.image()));
    }

    /** What is before the pages, which agrees with its checksums; all of the image, if it is small. */
    private static final class Head {
        final ExtentIndex index;
        final byte[] bytes;
        final Where where;
        private final boolean isAll;

        Head(ExtentIndex index, byte[] bytes, Where where, boolean isAll) {
            this.index = index;
            this.bytes = bytes;
            this.where = where;
            this.isAll = isAll;
        }

        @Nullable
        ByteBuffer image() {
            return isAll ? ByteBuffer.wrap(bytes) : null;
        }
    }

    private static Head head(ExtentSource source, long storedBytes, Where where) throws IOException {
        if (storedBytes < ExtentLayout.HEADER_BYTES || storedBytes > ExtentLayout.IMAGE_BYTES_MAX) {
            throw where.damaged("no extent has " + storedBytes + " bytes");
        }
        boolean small = storedBytes <= SMALL_IMAGE_BYTES;
        byte[] head = new byte[small ? (int) storedBytes : FIRST_READ_BYTES];
        StoredPages.fetch(source, 0, ByteBuffer.wrap(head), where);
        ExtentHeader header = ExtentHeader.parse(ByteBuffer.wrap(head), where);
        if (where.id() != null && !where.id().equals(header.id())) {
            throw where.damaged("it says that it is " + header.id());
        }
        // Else whoever can write where extents are stored could put there anything at all, unencrypted, under any id.
        if (header.id().hash() == ExtentId.Hash.HMAC_SHA_256 && !header.isEncrypted()) {
            throw where.damaged("it is not encrypted, and extents with such an id are: somebody put it there");
        }
        int metadataBytes = header.metadataBytes();
        if (metadataBytes > storedBytes) {
            throw where.damaged("its directory alone has " + metadataBytes + " bytes, and all of it " + storedBytes);
        }
        if (metadataBytes > head.length) {
            int have = head.length;
            head = Arrays.copyOf(head, metadataBytes);
            StoredPages.fetch(source, have, ByteBuffer.wrap(head, have, metadataBytes - have), where);
        }
        Where known = new Where(header.id(), source);
        ExtentIndex index = ExtentIndex.parse(header, ByteBuffer.wrap(head), storedBytes, known);
        return new Head(index, head, known, small);
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
     * Tells which key the pages are encrypted under.
     *
     * @return its number, as unsigned; 0 if they are not encrypted
     */
    public int keyId() {
        return index.header().keyId();
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
        return index.presentBytes();
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
     * Checks everything: each page as when it is read, and all of them against the id.
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
        ExtentId actual = pages.unsealer()
                .hasher(header)
                .idOf(
                        header.kind(),
                        header.pageSizeLog2(),
                        header.plainBytes(),
                        index.words(),
                        scratch,
                        scratch.position(),
                        length);
        if (!Arrays.equals(actual.digest(), id().digest())) {
            throw where().damaged("its pages match their checksums, but its content is that of " + actual);
        }
    }

    ExtentIndex index() {
        return index;
    }

    Where where() {
        return pages.where();
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
                int from = at + index.plainOffsetOf(entry) - index.plainOffsetOf(firstEntry);
                if (from != to) {
                    target.put(to, target, from, index.slotBytes(slot));
                }
            }
        }
        assert entry == firstEntry : "as many pages as entries";
    }

    /** Reads the pages of entries, one after the other, into {@code target} at {@code at}, and verifies each. */
    void readEntries(int firstEntry, int endEntry, ByteBuffer target, int at) throws IOException {
        pages.readEntries(firstEntry, endEntry, target, at);
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
}
