package io.ashlar.format;

/**
 * How a node of an object lies in bytes: the plain content of an extent of the kind {@code NODE}. Little-endian; the extent's
 * pages carry the checksums. There is one way to write a node, so equal nodes are one extent.
 *
 * <pre>
 *   0       1           4         8             16
 *  +-------+-----------+---------+-------------+----------------------------------------------+
 *  | level | zeros     | count   | totalBytes  | count times: id (18 or 34 bytes), bytes u64  |
 *  +-------+-----------+---------+-------------+----------------------------------------------+
 * </pre>
 *
 * <p>{@code totalBytes} is the sum of the children's lengths. An id is as {@code ExtentId.writeTo} writes it.
 */
public final class NodeLayout {

    /** Offset of the level, u8: 1 if the children hold content, else they are nodes of the level below. */
    public static final int LEVEL_OFFSET = 0;

    /** Offset of three bytes that are zero. */
    public static final int RESERVED_OFFSET = 1;

    /** Offset of the number of children, u32. */
    public static final int COUNT_OFFSET = 4;

    /** Offset of the length of everything beneath the node, u64. */
    public static final int TOTAL_BYTES_OFFSET = 8;

    /** Length of the header in bytes; the children follow. */
    public static final int HEADER_BYTES = 16;

    /** Length of what follows the id in an entry, in bytes: the length of the subtree, u64. */
    public static final int ENTRY_TAIL_BYTES = 8;

    /** The most children of a node. */
    public static final int CHILDREN_MAX = 1024;

    /** The highest level. */
    public static final int LEVEL_MAX = 8;

    /** The most bytes of a node, all ids being of the longest kind. */
    public static final int NODE_BYTES_MAX = HEADER_BYTES + CHILDREN_MAX * (34 + ENTRY_TAIL_BYTES);

    private NodeLayout() {}
}
