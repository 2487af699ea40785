package io.ashlar.format;

/**
 * How a superblock lies in bytes: one of two copies, each a file of {@value #BYTES} bytes. Little-endian.
 *
 * <pre>
 *     0  u32  magic "ASB1"
 *     4  u16  version, {@value #VERSION}
 *     6  u16  zero
 *     8  u64  store id, first half
 *    16  u64  store id, second half
 *    24  u64  format features in use, a bit each; an unknown bit means that this engine must not touch the store
 *    32  u64  counter, from 1; the copy with the greater one is the newer
 *    40  u64  when the store was created, in milliseconds since the epoch of 1970
 *    48  u32  default page size of extents, in bytes
 *    52  u8   number of the hash that identifies extents
 *    53  u8   bytes of the manifest's object name; 0 if there has been no checkpoint
 *    54  u8   bytes of the manifest's extent id
 *    55  u8   zero
 *    56  u32  stored bytes of the manifest
 *    60  u32  zero
 *    64       object name, {@value #MAX_NAME_BYTES} bytes, ASCII, filled with zeros
 *   264       extent id, {@value #MAX_ID_BYTES} bytes, filled with zeros
 *   298       zeros
 *  4092  u32  CRC-32C of bytes 0 to 4091
 * </pre>
 *
 * <p>Bits of the format features: 0, the objects are divided into shards over several drives; 1, extents are in other domains than
 * 0.
 *
 * <p>Magic, version, size and checksum stay where they are in every future version, so that any engine can tell a damaged
 * superblock from a newer one.
 */
public final class SuperblockLayout {
    /** The size of a copy, in bytes. */
    public static final int BYTES = 4096;
    /** "ASB1", read as a little-endian number. */
    public static final int MAGIC = 0x31425341;
    /** The version that this engine writes. */
    public static final int VERSION = 1;
    /** The longest name of an object, in bytes. */
    public static final int MAX_NAME_BYTES = 200;
    /** The longest extent id, in bytes. */
    public static final int MAX_ID_BYTES = 34;

    /** Offset of the magic. */
    public static final int MAGIC_OFFSET = 0;
    /** Offset of the version. */
    public static final int VERSION_OFFSET = 4;
    /** Offset of the first half of the store id. */
    public static final int STORE_ID_HIGH_OFFSET = 8;
    /** Offset of the second half of the store id. */
    public static final int STORE_ID_LOW_OFFSET = 16;
    /** Offset of the format features. */
    public static final int FEATURES_OFFSET = 24;
    /** Offset of the counter. */
    public static final int COUNTER_OFFSET = 32;
    /** Offset of the time of creation. */
    public static final int CREATED_MILLIS_OFFSET = 40;
    /** Offset of the page size. */
    public static final int PAGE_BYTES_OFFSET = 48;
    /** Offset of the hash's number. */
    public static final int HASH_OFFSET = 52;
    /** Offset of the length of the manifest's name. */
    public static final int NAME_BYTES_OFFSET = 53;
    /** Offset of the length of the manifest's id. */
    public static final int ID_BYTES_OFFSET = 54;
    /** Offset of the manifest's stored size. */
    public static final int STORED_BYTES_OFFSET = 56;
    /** Offset of the manifest's name. */
    public static final int NAME_OFFSET = 64;
    /** Offset of the manifest's id. */
    public static final int ID_OFFSET = NAME_OFFSET + MAX_NAME_BYTES;
    /** Offset of the zeros that fill the copy. */
    public static final int FILL_OFFSET = ID_OFFSET + MAX_ID_BYTES;
    /** Offset of the checksum, which covers everything before it. */
    public static final int CRC_OFFSET = BYTES - Integer.BYTES;

    private SuperblockLayout() {}
}
