package io.ashlar.format;

/**
 * How the image of one extent of a sorted table lies in bytes. Little-endian.
 *
 * <pre>
 *   page  0 … e-1          entry pages:  sorted keys with their values
 *   page  e … e+i-1        index pages:  one separator for every entry page
 *   page  e+i … e+i+f-1    filter pages: 64 blocks of 64 bytes each, of a blocked Bloom filter
 *   page  e+i+f            trailer:      where those lie, and the extent's first and last key
 * </pre>
 *
 * <p>Every page has {@value #PAGE_BYTES} bytes. Pages carry no checksums of their own: the directory of the extent that
 * holds the image has one for each.
 *
 * <p>Entry and index pages are <b>nodes</b>:
 *
 * <pre>
 *    0  u8   kind: {@value #KIND_ENTRIES} entries, {@value #KIND_INDEX} index
 *    1  u8   zero
 *    2  u16  number of entries, at least 1
 *    4  u16  number of restarts: entries / {@value #RESTART_INTERVAL}, rounded up
 *    6  u16  entry page: its own number. Index page: the number of the entry page that its first entry describes
 *    8       entries, one after the other
 *    …       zeros
 *  end       offset of the first restart, u16, in the last two bytes; of the second in the two before them; and so on
 * </pre>
 *
 * <p>An <b>entry</b> of an entry page, and of an index page without the value:
 *
 * <pre>
 *   varint  bytes that the key shares with the key before it; 0 at a restart
 *   varint  bytes of the key that follow
 *   varint  bytes of the value, plus 1; 0 for a tombstone        (entry pages only)
 *   bytes   the rest of the key
 *   bytes   the value                                            (entry pages only)
 * </pre>
 *
 * <p>Every {@value #RESTART_INTERVAL}th entry, beginning with the first, is a restart: its key is whole. Varints have one
 * byte below 128, otherwise two, the low seven bits first and marked by the high bit.
 *
 * <p>A <b>separator</b> of an index page is the shortest key that is greater than every key before its entry page and not
 * greater than any key in it; that of the first entry page is empty.
 *
 * <p>The <b>filter</b> has {@code b} blocks of 512 bits. With {@code h} the XXH3-64 (seed 0) of a key, its block is {@code
 * ((h >>> 32) * b) >>> 32}; with {@code m = h * 0x9E3779B97F4A7C15} (modulo 2^64), its {@value #FILTER_PROBES} bits in that
 * block are those numbered {@code (m >>> (64 - 9 * n)) & 511} for {@code n} from 1. Bit {@code k} of a block is bit
 * {@code k & 7} of its byte {@code k >>> 3}.
 *
 * <p>The <b>trailer</b>:
 *
 * <pre>
 *    0  u32  magic "ATB1"
 *    4  u16  version, {@value #VERSION}
 *    6  u16  zero
 *    8  u32  entry pages
 *   12  u32  index pages
 *   16  u32  filter blocks
 *   20  u32  entries, tombstones included
 *   24  u32  tombstones
 *   28  u16  bytes of the first key
 *   30  u16  bytes of the last key
 *   32       first key, last key, zeros to the end of the page
 * </pre>
 *
 * <p>Looking a key up needs no trailer, since the manifest names all of it; fsck and recovery tools do.
 */
public final class TableLayout {
    /** The size of every page, in bytes. */
    public static final int PAGE_BYTES = 4096;

    /** The longest key, in bytes. The shortest has one. */
    public static final int MAX_KEY_BYTES = 300;

    /** The longest value, in bytes: with the longest key it still fits in a page. */
    public static final int MAX_VALUE_BYTES = 3584;

    /** The smallest image: one entry page, index page and filter page, and the trailer. */
    public static final int MIN_IMAGE_BYTES = 4 * PAGE_BYTES;

    /** The largest image, in bytes. */
    public static final int MAX_IMAGE_BYTES = 2 << 20;

    /** Kind of a node that holds entries. */
    public static final int KIND_ENTRIES = 0xE1;
    /** Kind of a node that holds separators. */
    public static final int KIND_INDEX = 0x1D;

    /** Offset of a node's kind. */
    public static final int NODE_KIND_OFFSET = 0;
    /** Offset of a node's zero byte. */
    public static final int NODE_ZERO_OFFSET = 1;
    /** Offset of the number of a node's entries. */
    public static final int NODE_COUNT_OFFSET = 2;
    /** Offset of the number of a node's restarts. */
    public static final int NODE_RESTARTS_OFFSET = 4;
    /** Offset of the number of the entry page that a node is, or begins with. */
    public static final int NODE_ORDINAL_OFFSET = 6;
    /** Offset of a node's first entry. */
    public static final int NODE_HEADER_BYTES = 8;
    /** Entries from one restart to the next. */
    public static final int RESTART_INTERVAL = 16;
    /** Size of a restart's offset. */
    public static final int RESTART_BYTES = 2;

    /** Size of a block of the filter: a cache line. */
    public static final int FILTER_BLOCK_BYTES = 64;
    /** Blocks in a filter page. */
    public static final int FILTER_BLOCKS_PER_PAGE = PAGE_BYTES / FILTER_BLOCK_BYTES;
    /** Bits of a filter for each key. */
    public static final int FILTER_BITS_PER_KEY = 10;
    /** Bits that a key sets in its block. */
    public static final int FILTER_PROBES = 6;
    /** Multiplied with a key's hash to get its bits within a block. */
    public static final long FILTER_MIX = 0x9E3779B97F4A7C15L;

    /** "ATB1", read as a little-endian number. */
    public static final int TRAILER_MAGIC = 0x31425441;
    /** The version that this engine writes. */
    public static final int VERSION = 1;
    /** Offset of the trailer's magic. */
    public static final int TRAILER_MAGIC_OFFSET = 0;
    /** Offset of the version. */
    public static final int TRAILER_VERSION_OFFSET = 4;
    /** Offset of the number of entry pages. */
    public static final int TRAILER_ENTRY_PAGES_OFFSET = 8;
    /** Offset of the number of index pages. */
    public static final int TRAILER_INDEX_PAGES_OFFSET = 12;
    /** Offset of the number of filter blocks. */
    public static final int TRAILER_FILTER_BLOCKS_OFFSET = 16;
    /** Offset of the number of entries. */
    public static final int TRAILER_ENTRIES_OFFSET = 20;
    /** Offset of the number of tombstones. */
    public static final int TRAILER_TOMBSTONES_OFFSET = 24;
    /** Offset of the first key's length. */
    public static final int TRAILER_FIRST_KEY_BYTES_OFFSET = 28;
    /** Offset of the last key's length. */
    public static final int TRAILER_LAST_KEY_BYTES_OFFSET = 30;
    /** Offset of the first key. */
    public static final int TRAILER_KEYS_OFFSET = 32;

    private TableLayout() {}

    /**
     * Sizes a filter.
     *
     * @param entries keys that it covers; positive
     * @return its blocks
     */
    public static int filterBlocks(int entries) {
        int bitsPerBlock = FILTER_BLOCK_BYTES * Byte.SIZE;
        return Math.toIntExact(((long) entries * FILTER_BITS_PER_KEY + bitsPerBlock - 1) / bitsPerBlock);
    }

    /**
     * Sizes a filter in pages.
     *
     * @param blocks its blocks
     * @return the pages that hold them
     */
    public static int filterPages(int blocks) {
        return (blocks + FILTER_BLOCKS_PER_PAGE - 1) / FILTER_BLOCKS_PER_PAGE;
    }

    /**
     * Checks a key's length.
     *
     * @param length in bytes
     * @throws IllegalArgumentException if no key may have it
     */
    public static void checkKeyBytes(int length) {
        if (length < 1 || length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_BYTES + " bytes, not " + length);
        }
    }

    /**
     * Checks a value's length.
     *
     * @param length in bytes
     * @throws IllegalArgumentException if no value may have it
     */
    public static void checkValueBytes(int length) {
        if (length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("a value has at most " + MAX_VALUE_BYTES + " bytes, not " + length);
        }
    }
}
