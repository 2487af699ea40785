package io.ashlar.format;

/**
 * How the catalog's commands lie in the payload of a journal record. Little-endian; an id is its hash code byte, the hash (16
 * or 32 bytes) and a discriminator byte; {@code text} is a u16 length and UTF-8.
 *
 * <pre>
 * PUT          0        1        2            4            8            12         16           24
 *              | kind u8| flags  | links u16  | plain u32  | stored u32 | life u32 | counter u64| id | id of each link | image
 *              flags: 1 takes a reference, 2 the extent's image follows (inline), 4 domain u16 comes before the id; else it is 0
 *
 * RETAIN       | number u32 | id                      takes so many references
 * RELEASE      | number u32 | id                      gives so many references back
 *
 * BIND         | text name | id
 * UNBIND       | text name
 *
 * SWEEP        | extents u16 | of each: life u32 | counter u64 | links u16 | id | id of each link
 *
 * MOVE         | members u16 | domain u16 | plain u32 | stored u32 | life u32 | counter u64 | id of the pack
 *              | of each member: offset u32 | length u32 | life u32 | counter u64 | id
 *
 * PLACE        | kind u8 | shards u8 | life u32 | counter u64 | id | of each shard: drive u32, 0 if it is owed
 *              no shards: they are where the object's name tells, or the object is gone
 *
 * POLICIES     | policies u16 | domains u16 | of each policy: text name | bytes u16, 0 if it is gone | {@link PolicyLayout policy}
 *              | of each domain: number u16 | bytes u16 | {@link PolicyLayout domain}
 * </pre>
 */
public final class CommandLayout {
    /** An extent was stored. */
    public static final int PUT = 1;
    /** References were taken. */
    public static final int RETAIN = 2;
    /** References were given back. */
    public static final int RELEASE = 3;
    /** A name refers to an extent. */
    public static final int BIND = 4;
    /** A name is gone. */
    public static final int UNBIND = 5;
    /** Extents died. */
    public static final int SWEEP = 6;
    /** Small extents went into a pack. */
    public static final int MOVE = 7;
    /** The shards of an object are elsewhere than its name tells, or no longer. */
    public static final int PLACE = 8;

    /** Policies changed. */
    public static final int POLICIES = 9;

    /** Flag of {@link #PUT}: it takes a reference. */
    public static final int PUT_EXPLICIT = 1;
    /** Flag of {@link #PUT}: the image follows. */
    public static final int PUT_INLINE = 2;
    /** Flag of {@link #PUT}: it is in a domain other than 0, whose number comes before the id. */
    public static final int PUT_DOMAIN = 4;

    /** Bytes of {@link #PUT} before the id. */
    public static final int PUT_FIXED_BYTES = 24;
    /** Bytes of {@link #MOVE} before the id. */
    public static final int MOVE_FIXED_BYTES = 24;
    /** Bytes of a member of {@link #MOVE} before its id. */
    public static final int MOVE_MEMBER_FIXED_BYTES = 20;
    /** Bytes of an extent of {@link #SWEEP} before its id. */
    public static final int SWEEP_EXTENT_FIXED_BYTES = 14;

    /** Bytes of {@link #PLACE} before the id. */
    public static final int PLACE_FIXED_BYTES = 14;

    /** The most shards that an object has. */
    public static final int MAX_SHARDS = 48;
    /** The most links that one extent has. */
    public static final int MAX_LINKS = 1024;
    /** The most members that one pack has. */
    public static final int MAX_MEMBERS = 4096;
    /** The most extents that die in one record. */
    public static final int MAX_SWEPT = 256;
    /** The most bytes of a name. */
    public static final int MAX_NAME_BYTES = 256;
    /** More than any record takes: a pack of the most members, a small extent with the most links. */
    public static final int MAX_RECORD_BYTES = 256 << 10;

    private CommandLayout() {}
}
