package io.ashlar.format;

/**
 * How a shard lies in bytes: one of the {@code k + m} objects that together hold an object's image, the first {@code k} its
 * bytes, the others parity. Little-endian. Each shard says by itself what it is; every byte of it is covered by a checksum.
 *
 * <pre>
 *   0        4       5        6   7   8     9         10      11  12          16             20            24
 *  +--------+-------+--------+---+---+-----+---------+-------+---+-----------+--------------+-------------+-------------+
 *  | SHD1   |version|division| k | m |index|nameBytes|packing| 0 |imageBytes |metadataBytes |columnBytes  |payloadBytes |
 *  +--------+-------+--------+---+---+-----+---------+-------+---+-----------+--------------+-------------+-------------+
 *  28           32                40          44                 48              52              60                 64
 *  +-----------+-----------------+-----------+------------------+---------------+---------------+------------------+
 *  |packedBytes| generation      |content CRC|CRC of description|CRC of checksums| zeros        | CRC bytes 0..59  |
 *  +-----------+-----------------+-----------+------------------+---------------+---------------+------------------+
 *  64
 *  +------+-----------------+-------+  description: the same in all shards of a stripe; zeros up to a multiple of 4
 *  | name | packed metadata | zeros |
 *  +------+-----------------+-------+
 *  | CRC of block | ...     | zeros |  checksums: of each block of 4,096 bytes of this shard's payload, the last may be
 *  +------+-----------------+-------+  shorter; zeros up to the payload, which begins at one place in all shards
 *  | payload                        |  a column of the image, or parity over all columns
 *  +--------------------------------+
 * </pre>
 *
 * <p>The magic, the version and the checksum at 60 keep their places in every version, so that an unknown version can be told
 * from damage.
 *
 * <p>Packed metadata is what stands before the pages in an extent's image, without what follows from the rest:
 *
 * <pre>
 *  +--------------------+---------------------------+---------------------------------+-------------------+
 *  | header of 64 bytes | bitmap, unless it is DENSE | lengths - 1, u16, unless UNIFORM | CRC of each page  |
 *  +--------------------+---------------------------+---------------------------------+-------------------+
 * </pre>
 */
public final class ShardLayout {

    /** The four bytes {@code SHD1}, read as a little-endian number. */
    public static final int MAGIC = 'S' | 'H' << 8 | 'D' << 16 | '1' << 24;

    /** The version that is written, and the only one that is read so far. */
    public static final int VERSION = 1;

    /** Offset of the magic, u32. */
    public static final int MAGIC_OFFSET = 0;

    /** Offset of the version, u8. */
    public static final int VERSION_OFFSET = 4;

    /** Offset of how the image is divided, u8. */
    public static final int DIVISION_OFFSET = 5;

    /** Offset of the number of data shards, u8. */
    public static final int DATA_SHARDS_OFFSET = 6;

    /** Offset of the number of parity shards, u8. */
    public static final int PARITY_SHARDS_OFFSET = 7;

    /** Offset of the shard's number, u8. */
    public static final int INDEX_OFFSET = 8;

    /** Offset of the length of the object's name, u8. */
    public static final int NAME_BYTES_OFFSET = 9;

    /** Offset of what is left out of the metadata, u8. */
    public static final int PACKING_OFFSET = 10;

    /** Offset of a byte that is zero. */
    public static final int RESERVED_OFFSET = 11;

    /** Offset of the length of the image, u32. */
    public static final int IMAGE_BYTES_OFFSET = 12;

    /** Offset of the length of the image's metadata, u32; zero if the image is no extent. */
    public static final int METADATA_BYTES_OFFSET = 16;

    /** Offset of the length of the longest column, u32. */
    public static final int COLUMN_BYTES_OFFSET = 20;

    /** Offset of the length of this shard's payload, u32. */
    public static final int PAYLOAD_BYTES_OFFSET = 24;

    /** Offset of the length of the packed metadata, u32. */
    public static final int PACKED_BYTES_OFFSET = 28;

    /** Offset of the generation, u64. */
    public static final int GENERATION_OFFSET = 32;

    /** Offset of the CRC-32C of the checksums of all data shards' blocks, u32. */
    public static final int CONTENT_CRC_OFFSET = 40;

    /** Offset of the CRC-32C of the description, u32. */
    public static final int DESCRIPTION_CRC_OFFSET = 44;

    /** Offset of the CRC-32C of the checksums, and of the zeros after them, u32. */
    public static final int CHECKSUMS_CRC_OFFSET = 48;

    /** Offset of bytes that are zero, u64. */
    public static final int RESERVED_TAIL_OFFSET = 52;

    /** Offset of the CRC-32C of the header's bytes before it, u32. */
    public static final int HEADER_CRC_OFFSET = 60;

    /** Length of the header in bytes; the name begins there. */
    public static final int HEADER_BYTES = 64;

    /** The image is an extent: its metadata is in every shard, columns are runs of whole pages. */
    public static final int DIVISION_PAGES = 1;

    /** The image is any bytes: columns are runs of whole blocks of it. */
    public static final int DIVISION_BLOCKS = 2;

    /** Packing: every page is present, and the bitmap left out. */
    public static final int PACKING_DENSE = 1;

    /** Packing: every page is stored in as many bytes as it has, and the lengths are left out. */
    public static final int PACKING_UNIFORM = 2;

    /** Payloads are checksummed by blocks of so many bytes; only the last block may be shorter. */
    public static final int BLOCK_BYTES = 4096;

    /** The binary logarithm of {@link #BLOCK_BYTES}. */
    public static final int BLOCK_BYTES_LOG2 = 12;

    /** Length of a checksum in bytes. */
    public static final int CHECKSUM_BYTES = 4;

    /** Length of the stored length of a page in packed metadata, in bytes. */
    public static final int PACKED_LENGTH_BYTES = 2;

    /** The most data shards. */
    public static final int DATA_SHARDS_MAX = 32;

    /** The most parity shards. */
    public static final int PARITY_SHARDS_MAX = 16;

    /** The most bytes of an object's name. */
    public static final int NAME_BYTES_MAX = 200;

    /** The most bytes of an image: more than any extent has. */
    public static final int IMAGE_BYTES_MAX = 4 << 20;

    /** The most bytes of packed metadata. */
    public static final int PACKED_BYTES_MAX = ExtentLayout.HEADER_BYTES
            + ExtentLayout.PAGE_SLOTS_MAX / 8
            + ExtentLayout.PAGE_SLOTS_MAX * (PACKED_LENGTH_BYTES + CHECKSUM_BYTES);

    /** The most bytes before a payload. */
    public static final int HEAD_BYTES_MAX = payloadOffset(NAME_BYTES_MAX, PACKED_BYTES_MAX, IMAGE_BYTES_MAX);

    /**
     * How much to read of a shard at first: all before the payload, for 2 MiB in pages of 4 KiB, however many shards; half as
     * much does where there are two data shards or more.
     */
    public static final int FIRST_READ_BYTES = 8 << 10;

    private static final int ALIGNMENT_BYTES = 8;

    private ShardLayout() {}

    /**
     * Counts the blocks of a payload.
     *
     * @param bytes its length, 0 or more
     * @return how many, the last perhaps shorter
     */
    public static int blocks(int bytes) {
        return (bytes + BLOCK_BYTES - 1) >> BLOCK_BYTES_LOG2;
    }

    /**
     * Tells how long packed metadata are.
     *
     * @param pageSlots how many logical pages the extent has
     * @param presentPages how many of them are present
     * @param packing {@link #PACKING_DENSE} and {@link #PACKING_UNIFORM}, or not
     * @return the length in bytes
     */
    public static int packedBytes(int pageSlots, int presentPages, int packing) {
        int bitmapBytes = (packing & PACKING_DENSE) != 0 ? 0 : ExtentLayout.bitmapBytes(pageSlots);
        int pageBytes = (packing & PACKING_UNIFORM) != 0 ? CHECKSUM_BYTES : PACKED_LENGTH_BYTES + CHECKSUM_BYTES;
        return ExtentLayout.HEADER_BYTES + bitmapBytes + presentPages * pageBytes;
    }

    /**
     * Tells where the checksums of blocks begin.
     *
     * @param nameBytes the length of the object's name
     * @param packedBytes the length of the packed metadata
     * @return the offset in bytes, a multiple of 4
     */
    public static int checksumsOffset(int nameBytes, int packedBytes) {
        return align(HEADER_BYTES + nameBytes + packedBytes, CHECKSUM_BYTES);
    }

    /**
     * Tells where the payload begins: at a multiple of the block, so that no page of a disk is read for two blocks; but of 8
     * where the longest shard is not longer than a block altogether.
     *
     * @param nameBytes the length of the object's name
     * @param packedBytes the length of the packed metadata
     * @param columnBytes the length of the longest column
     * @return the offset in bytes, the same for all shards of a stripe
     */
    public static int payloadOffset(int nameBytes, int packedBytes, int columnBytes) {
        int end = checksumsOffset(nameBytes, packedBytes) + blocks(columnBytes) * CHECKSUM_BYTES;
        int near = align(end, ALIGNMENT_BYTES);
        return near + columnBytes <= BLOCK_BYTES ? near : align(end, BLOCK_BYTES);
    }

    /**
     * Tells how large a buffer must be for a shard of any image of a length, under any name.
     *
     * @param imageBytes the length of the image, 0 to {@link #IMAGE_BYTES_MAX}
     * @param dataShards how many data shards there are, 1 to {@link #DATA_SHARDS_MAX}
     * @return the most bytes that a shard can have
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public static int maxShardBytes(int imageBytes, int dataShards) {
        if (imageBytes < 0 || imageBytes > IMAGE_BYTES_MAX || dataShards < 1 || dataShards > DATA_SHARDS_MAX) {
            throw new IllegalArgumentException("an image has 0 to " + IMAGE_BYTES_MAX + " bytes and 1 to "
                    + DATA_SHARDS_MAX + " data shards, not " + imageBytes + " and " + dataShards);
        }
        // Less than half a page is added to a share at either end.
        int share = (imageBytes + dataShards - 1) / dataShards + (1 << ExtentLayout.PAGE_SIZE_LOG2_MAX);
        int columnBytes = Math.min(imageBytes, share);
        return payloadOffset(NAME_BYTES_MAX, Math.min(imageBytes, PACKED_BYTES_MAX), columnBytes) + columnBytes;
    }

    private static int align(int offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}
