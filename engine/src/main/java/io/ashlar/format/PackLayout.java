package io.ashlar.format;

/**
 * How small extents lie together in a pack: the plain content of an extent of the kind {@code PACK}. Little-endian. The
 * members are complete images with checksums of their own; the pack's pages carry checksums for all of it, index included.
 *
 * <pre>
 *  +----------------+-------+----------------+-------+--------------------------+---------------------------+
 *  | member image   | zeros | member image   | zeros | index: an entry a member | count | indexOffset | PAK1 |
 *  +----------------+-------+----------------+-------+--------------------------+---------------------------+
 *  0                        multiple of 8            indexOffset                 end - 12
 *
 *  entry:  id (18 or 34 bytes), life u32, counter u64, offset u32, length u32
 * </pre>
 *
 * <p>Each member, and the index, begins at the next multiple of 8 after what is before it. A pack with no members has an
 * index of no entries at offset 0.
 */
public final class PackLayout {

    /** The four bytes {@code PAK1}, read as a little-endian number. */
    public static final int MAGIC = 'P' | 'A' << 8 | 'K' << 16 | '1' << 24;

    /** Members and the index begin at multiples of so many bytes. */
    public static final int ALIGNMENT_BYTES = 8;

    /** Offset of the member's life after the id in an entry, u32. */
    public static final int ENTRY_LIFE_OFFSET = 0;

    /** Offset of the member's counter after the id in an entry, u64. */
    public static final int ENTRY_COUNTER_OFFSET = 4;

    /** Offset of the image's offset after the id in an entry, u32. */
    public static final int ENTRY_IMAGE_OFFSET = 12;

    /** Offset of the image's length after the id in an entry, u32. */
    public static final int ENTRY_LENGTH_OFFSET = 16;

    /** Length of what follows the id in an entry, in bytes. */
    public static final int ENTRY_TAIL_BYTES = 20;

    /** Offset in the trailer of the number of members, u32. */
    public static final int TRAILER_COUNT_OFFSET = 0;

    /** Offset in the trailer of the offset of the index, u32. */
    public static final int TRAILER_INDEX_OFFSET = 4;

    /** Offset in the trailer of the magic, u32. */
    public static final int TRAILER_MAGIC_OFFSET = 8;

    /** Length of the trailer in bytes; it ends the pack. */
    public static final int TRAILER_BYTES = 12;

    /** The most bytes of a pack. */
    public static final int PACK_BYTES_MAX = ExtentLayout.PLAIN_BYTES_MAX;

    /** The most members of a pack, were each an empty extent with the shortest id. */
    public static final int MEMBERS_MAX =
            (PACK_BYTES_MAX - TRAILER_BYTES) / (ExtentLayout.HEADER_BYTES + 18 + ENTRY_TAIL_BYTES);

    private PackLayout() {}

    /**
     * Finds the place for what comes next.
     *
     * @param offset where the last image ends, in bytes
     * @return the next multiple of {@link #ALIGNMENT_BYTES}
     */
    public static int align(int offset) {
        return (offset + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }
}
