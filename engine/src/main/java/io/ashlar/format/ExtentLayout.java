package io.ashlar.format;

/**
 * How an extent lies in bytes: a header, a bitmap of its pages, a directory of the pages that are there, and the pages.
 * Little-endian; every byte of an image is covered by a checksum, and the image is exactly as long as the directory says.
 *
 * <pre>
 *   0        4       5    6         7    8         10        12         16    17     18   19
 *  +--------+-------+----+---------+----+---------+---------+----------+-----+------+----+---+
 *  | EXT1   |version|kind|page log2|hash|pageSlots|  present|plainBytes|codec|cipher|disc| 0 |
 *  +--------+-------+----+---------+----+---------+---------+----------+-----+------+----+---+
 *  20       24                                            56                  60                  64
 *  +--------+----------------------------------------------+-------------------+------------------+
 *  | keyId  | content hash, zeros up to 32 bytes            | CRC bitmap + dir. | CRC bytes 0..59  |
 *  +--------+----------------------------------------------+-------------------+------------------+
 *  64
 *  +---------------------------------+  one bit a page slot, bit i of byte i/8 is page i; zeros up to a
 *  | bitmap                          |  multiple of 8 bytes
 *  +----------+-------------+--------+
 *  | offset   | storedBytes | CRC    |  one entry for each page that is present, in order; offsets from the
 *  +----------+-------------+--------+  beginning of the image
 *  | salt           | tag            |  only with a cipher: 32 bytes each
 *  +----------------+----------------+
 *  | page | page | ...               |  as stored, in order, without gaps
 *  +---------------------------------+
 * </pre>
 *
 * <p>Version 1 has neither codec nor cipher, version 2 at least one of them: an image whose pages are stored as they are has the
 * same bytes whether or not the engine knows of version 2.
 *
 * <p>With a codec, a page of fewer stored bytes than it has is compressed; one of as many is stored as it is. With a cipher, each page
 * ends with a tag of 16 bytes.
 *
 * <p>The magic, the version and the checksum at 60 keep their places in every version, so that an unknown version can be told
 * from damage.
 */
public final class ExtentLayout {

    /** The four bytes {@code EXT1}, read as a little-endian number. */
    public static final int MAGIC = 'E' | 'X' << 8 | 'T' << 16 | '1' << 24;

    /** The version of images whose pages are stored as they are. */
    public static final int VERSION = 1;

    /** The version of images with a codec or a cipher, and the newest that is read. */
    public static final int VERSION_SEALED = 2;

    /** Offset of the magic, u32. */
    public static final int MAGIC_OFFSET = 0;

    /** Offset of the version, u8. */
    public static final int VERSION_OFFSET = 4;

    /** Offset of the kind of content, u8. */
    public static final int KIND_OFFSET = 5;

    /** Offset of the binary logarithm of the page size, u8. */
    public static final int PAGE_SIZE_LOG2_OFFSET = 6;

    /** Offset of the number of the content hash, u8. */
    public static final int HASH_OFFSET = 7;

    /** Offset of the number of logical pages, u16. */
    public static final int PAGE_SLOTS_OFFSET = 8;

    /** Offset of the number of pages that are present, u16. */
    public static final int PRESENT_PAGES_OFFSET = 10;

    /** Offset of the logical length in bytes, u32. */
    public static final int PLAIN_BYTES_OFFSET = 12;

    /** Offset of the number of the codec, u8. */
    public static final int CODEC_OFFSET = 16;

    /** Offset of the number of the cipher, u8. */
    public static final int CIPHER_OFFSET = 17;

    /** Offset of the discriminator of the id, u8. */
    public static final int DISCRIMINATOR_OFFSET = 18;

    /** Offset of a byte that is zero. */
    public static final int RESERVED_OFFSET = 19;

    /** Offset of the number of the key, u32; zero without a cipher, and only then. */
    public static final int KEY_ID_OFFSET = 20;

    /** Offset of the content hash. */
    public static final int CONTENT_HASH_OFFSET = 24;

    /** Room for the content hash, in bytes; shorter hashes are followed by zeros. */
    public static final int CONTENT_HASH_BYTES = 32;

    /** Offset of the CRC-32C of everything between header and pages, u32. What is before it is bound to each encrypted page. */
    public static final int METADATA_CRC_OFFSET = 56;

    /** Offset of the CRC-32C of the header's bytes before it, u32. */
    public static final int HEADER_CRC_OFFSET = 60;

    /** Length of the header in bytes; the bitmap begins there. */
    public static final int HEADER_BYTES = 64;

    /** Offset in a directory entry of the page's offset, u32. */
    public static final int ENTRY_PAGE_OFFSET = 0;

    /** Offset in a directory entry of the page's stored length in bytes, u32. */
    public static final int ENTRY_STORED_BYTES_OFFSET = 4;

    /** Offset in a directory entry of the CRC-32C of the page as stored, u32. */
    public static final int ENTRY_CRC_OFFSET = 8;

    /** Length of a directory entry in bytes. */
    public static final int ENTRY_BYTES = 12;

    /** The codec that changes nothing. */
    public static final int CODEC_NONE = 0;

    /** The cipher that changes nothing. */
    public static final int CIPHER_NONE = 0;

    /** AES-256 in Galois/counter mode. */
    public static final int CIPHER_AES_256_GCM = 1;

    /** Length of the tag at the end of each encrypted page, in bytes. */
    public static final int PAGE_TAG_BYTES = 16;

    /** Length of the salt from which the keys of an extent are derived, in bytes. */
    public static final int SALT_BYTES = 32;

    /** Length of the tag over header, bitmap and directory, in bytes. */
    public static final int METADATA_TAG_BYTES = 32;

    /** Length of what a cipher puts between directory and pages: the salt, then the tag. */
    public static final int CIPHER_BLOCK_BYTES = SALT_BYTES + METADATA_TAG_BYTES;

    /** The binary logarithm of the smallest page size, 512 bytes. */
    public static final int PAGE_SIZE_LOG2_MIN = 9;

    /** The binary logarithm of the largest page size, 64 KiB. */
    public static final int PAGE_SIZE_LOG2_MAX = 16;

    /** The most bytes of content that an extent holds. */
    public static final int PLAIN_BYTES_MAX = 2 << 20;

    /** The most logical pages that an extent has. */
    public static final int PAGE_SLOTS_MAX = PLAIN_BYTES_MAX >> PAGE_SIZE_LOG2_MIN;

    /** The most bytes before the pages of an image. */
    public static final int METADATA_BYTES_MAX =
            HEADER_BYTES + PAGE_SLOTS_MAX / 8 + PAGE_SLOTS_MAX * ENTRY_BYTES + CIPHER_BLOCK_BYTES;

    /** The most bytes of an image. */
    public static final int IMAGE_BYTES_MAX = METADATA_BYTES_MAX + PLAIN_BYTES_MAX + PAGE_SLOTS_MAX * PAGE_TAG_BYTES;

    private ExtentLayout() {}

    /**
     * Checks that a page size is one that extents may have.
     *
     * @param pageBytes a page size
     * @return its binary logarithm
     * @throws IllegalArgumentException if it is no power of two from 512 to 65,536
     */
    public static int pageSizeLog2(int pageBytes) {
        int log2 = Integer.numberOfTrailingZeros(pageBytes);
        if (Integer.bitCount(pageBytes) != 1 || log2 < PAGE_SIZE_LOG2_MIN || log2 > PAGE_SIZE_LOG2_MAX) {
            throw new IllegalArgumentException(
                    "a page size is a power of two from 512 to 65536 bytes, not " + pageBytes);
        }
        return log2;
    }

    /**
     * Checks that a length is one that the content of an extent may have.
     *
     * @param plainBytes a length in bytes
     * @return the same
     * @throws IllegalArgumentException if it is negative or more than 2 MiB
     */
    public static int checkPlainBytes(int plainBytes) {
        if (plainBytes < 0 || plainBytes > PLAIN_BYTES_MAX) {
            throw new IllegalArgumentException("an extent holds 0 to " + PLAIN_BYTES_MAX + " bytes, not " + plainBytes);
        }
        return plainBytes;
    }

    /**
     * Counts the logical pages of content.
     *
     * @param plainBytes its logical length, 0 to 2 MiB
     * @param pageSizeLog2 the binary logarithm of the page size
     * @return how many pages, the last perhaps partial
     */
    public static int pageSlots(int plainBytes, int pageSizeLog2) {
        return (plainBytes + (1 << pageSizeLog2) - 1) >> pageSizeLog2;
    }

    /**
     * Tells how many bytes of content a logical page has.
     *
     * @param slot which page, less than {@link #pageSlots}
     * @param plainBytes the logical length of the content
     * @param pageSizeLog2 the binary logarithm of the page size
     * @return the page size, or less for the last page
     */
    public static int slotBytes(int slot, int plainBytes, int pageSizeLog2) {
        return Math.min(1 << pageSizeLog2, plainBytes - (slot << pageSizeLog2));
    }

    /**
     * Tells how long the bitmap is.
     *
     * @param pageSlots how many logical pages
     * @return its length in bytes, a multiple of 8
     */
    public static int bitmapBytes(int pageSlots) {
        return (pageSlots + 63) >> 6 << 3;
    }

    /**
     * Tells where the pages begin without a cipher, which is the length of header, bitmap and directory.
     *
     * @param pageSlots how many logical pages
     * @param presentPages how many of them are present
     * @return the offset in bytes
     */
    public static int metadataBytes(int pageSlots, int presentPages) {
        return HEADER_BYTES + bitmapBytes(pageSlots) + presentPages * ENTRY_BYTES;
    }

    /**
     * Tells where the pages begin.
     *
     * @param pageSlots how many logical pages
     * @param presentPages how many of them are present
     * @param cipher the number of the cipher
     * @return the offset in bytes
     */
    public static int metadataBytes(int pageSlots, int presentPages, int cipher) {
        return metadataBytes(pageSlots, presentPages) + (cipher == CIPHER_NONE ? 0 : CIPHER_BLOCK_BYTES);
    }

    /**
     * Tells how much a cipher adds to each page.
     *
     * @param cipher the number of the cipher
     * @return in bytes
     */
    public static int pageTagBytes(int cipher) {
        return cipher == CIPHER_NONE ? 0 : PAGE_TAG_BYTES;
    }

    /**
     * Tells how large a buffer must be to hold an image without a cipher. A page is never stored in more bytes than it has.
     *
     * @param plainBytes the logical length of the content, 0 to 2 MiB
     * @param pageBytes the page size
     * @return the most bytes that the image can have, whatever its codec
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public static int maxImageBytes(int plainBytes, int pageBytes) {
        return maxImageBytes(plainBytes, pageBytes, CIPHER_NONE);
    }

    /**
     * Tells how large a buffer must be to hold an image. A page is never stored in more bytes than it has and the cipher adds.
     *
     * @param plainBytes the logical length of the content, 0 to 2 MiB
     * @param pageBytes the page size
     * @param cipher the number of the cipher
     * @return the most bytes that the image can have, whatever its codec
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public static int maxImageBytes(int plainBytes, int pageBytes, int cipher) {
        int slots = pageSlots(checkPlainBytes(plainBytes), pageSizeLog2(pageBytes));
        return metadataBytes(slots, slots, cipher) + plainBytes + slots * pageTagBytes(cipher);
    }
}
