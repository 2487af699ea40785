package io.ashlar.format;

/**
 * The keys and values of the catalog, an ordered map from bytes to bytes. Numbers of variable length are LEB128, unsigned.
 *
 * <pre>
 * key                          value
 * 'C' id                       nothing         packs with much garbage in them
 * 'D' number u16 BE            domain          domains of extents: see {@link PolicyLayout}
 * 'E' id                       entry           every extent
 * 'I' segment u64 BE, id       nothing         extents whose bytes are in the journal, by segment
 * 'N' name in UTF-8            id              names
 * 'P' life u32 BE, counter BE  placement       objects whose shards are elsewhere than their names tell
 * 'Y' name in UTF-8            policy          policies: see {@link PolicyLayout}
 * 'Z' id                       nothing         extents that nothing refers to
 *
 * entry:  kind u8 | home u8 | life | counter | plain bytes | stored bytes | count | explicit | domain, if home has the bit 16
 *         | of the home:
 *         home 1, in the journal:  segment | offset of the image
 *         home 2, its own object:  nothing
 *         home 3, in a pack:       offset of the image | id of the pack
 *         and for kind PACK:       live bytes
 *
 * placement:  kind u8 | id | the drive of each shard, 0 if it is owed
 * </pre>
 *
 * <p>{@code count} is how many references there are, {@code explicit} how many of them a put or a retain took.
 */
public final class CatalogLayout {
    /** Packs with much garbage in them. */
    public static final byte CLEANABLE = 'C';
    /** Domains of extents. */
    public static final byte DOMAIN = 'D';
    /** Extents. */
    public static final byte EXTENT = 'E';
    /** Extents whose bytes are in the journal. */
    public static final byte INLINE = 'I';
    /** Names. */
    public static final byte NAME = 'N';
    /** Objects whose shards are elsewhere than their names tell. */
    public static final byte PLACEMENT = 'P';
    /** Policies. */
    public static final byte POLICY = 'Y';
    /** Extents that nothing refers to. */
    public static final byte ZERO = 'Z';

    /** The bytes are in the journal. */
    public static final int HOME_JOURNAL = 1;
    /** The bytes are an object of their own. */
    public static final int HOME_OBJECT = 2;
    /** The bytes are in a pack. */
    public static final int HOME_PACK = 3;
    /** Added to the home of an extent in another domain than 0: its number follows. */
    public static final int HOME_DOMAIN = 16;

    private CatalogLayout() {}
}
