package io.ashlar.format;

/**
 * How a drive's identity lies in bytes: the objects {@value #OBJECT_NAME} and {@value #SECOND_OBJECT_NAME} of each drive, which say whose drive it is and repeat the
 * map of all drives of the store. Little-endian.
 *
 * <pre>
 *   0  u32  magic "DRV1"
 *   4  u16  version, {@value #VERSION}
 *   6  u16  how many drives the map has
 *   8  u32  bytes of all of it
 *  12  u32  number of this drive
 *  16  u64  store id, first half
 *  24  u64  store id, second half
 *  32  u64  version of the map, from 1
 *  40  u32  how many epochs of placement the map has
 *  44  u32  how many drives have the journal and the superblocks
 *  48       drives, epochs, and a u32 for each drive with the journal: its number, in ascending order
 *       u32  CRC-32C of everything before it
 *
 *  drive:  u32 number | u64 id, u64 id | u64 weight | u8 role | u8 bytes of domain | u16 bytes of URI | domain | URI, both UTF-8
 *  epoch:  u32 life | u64 counter | u16 how many members | a member each: u32 number | u64 weight
 * </pre>
 *
 * <p>Magic, version, size and the place of the checksum stay where they are in every future version.
 */
public final class DriveLayout {
    /** The object that holds a drive's identity. */
    public static final String OBJECT_NAME = "drive-identity";
    /** The object that holds it once more, written after the other is durable. */
    public static final String SECOND_OBJECT_NAME = "drive-identity-2";
    /** "DRV1", read as a little-endian number. */
    public static final int MAGIC = 0x31565244;
    /** The version that this engine writes. */
    public static final int VERSION = 1;

    /** Offset of the version. */
    public static final int VERSION_OFFSET = 4;
    /** Offset of the number of drives. */
    public static final int DRIVES_OFFSET = 6;
    /** Offset of the size of all of it. */
    public static final int BYTES_OFFSET = 8;
    /** Offset of this drive's number. */
    public static final int NUMBER_OFFSET = 12;
    /** Offset of the first half of the store id. */
    public static final int STORE_ID_HIGH_OFFSET = 16;
    /** Offset of the second half of the store id. */
    public static final int STORE_ID_LOW_OFFSET = 24;
    /** Offset of the map's version. */
    public static final int MAP_VERSION_OFFSET = 32;
    /** Offset of the number of epochs. */
    public static final int EPOCHS_OFFSET = 40;
    /** Offset of the number of drives that have the journal. */
    public static final int LOG_OFFSET = 44;
    /** Offset of the drives. */
    public static final int HEADER_BYTES = 48;

    /** The most drives that a store has had. */
    public static final int DRIVES_MAX = 4_096;
    /** The most members that an epoch has. */
    public static final int MEMBERS_MAX = 1_024;
    /** The most epochs of a store. */
    public static final int EPOCHS_MAX = 4_096;
    /** The longest name of a domain, in bytes. */
    public static final int DOMAIN_BYTES_MAX = 200;
    /** The longest URI, in bytes. */
    public static final int URI_BYTES_MAX = 4_096;
    /** The largest identity, in bytes. */
    public static final int BYTES_MAX = 16 << 20;

    private DriveLayout() {}
}
