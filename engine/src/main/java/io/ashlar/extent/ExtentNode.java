package io.ashlar.extent;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.format.NodeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The children of an object, or of a part of one: objects larger than an extent are trees of these. Immutable, and a value.
 *
 * @param level 1 if the children hold content, else they are nodes of the level below; 0 is not used
 * @param totalBytes the length of everything beneath the node
 * @param children in order
 */
public record ExtentNode(int level, long totalBytes, List<Child> children) {

    /** The most children of a node. */
    public static final int MAX_CHILDREN = NodeLayout.CHILDREN_MAX;

    /** The highest level. */
    public static final int MAX_LEVEL = NodeLayout.LEVEL_MAX;

    /**
     * A child.
     *
     * @param id its extent
     * @param bytes the length of everything beneath it, holes included
     */
    public record Child(ExtentId id, long bytes) {

        /**
         * Checks the length.
         *
         * @param id its extent
         * @param bytes the length of everything beneath it
         * @throws IllegalArgumentException if it is negative
         */
        public Child {
            if (bytes < 0) {
                throw new IllegalArgumentException("child " + id + " cannot have " + bytes + " bytes");
            }
        }
    }

    /**
     * Checks the node.
     *
     * @param level 0 to 8
     * @param totalBytes the sum of the children's lengths
     * @param children up to 1,024; copied
     * @throws IllegalArgumentException if level or number of children are out of their bounds, or the lengths do not add up
     */
    public ExtentNode {
        children = List.copyOf(children);
        if (level < 0 || level > MAX_LEVEL || children.size() > MAX_CHILDREN) {
            throw new IllegalArgumentException("a node has a level of 0 to " + MAX_LEVEL + " and up to " + MAX_CHILDREN
                    + " children, not " + level + " and " + children.size());
        }
        if (sum(children) != totalBytes) {
            throw new IllegalArgumentException(
                    "children of " + sum(children) + " bytes in a node of " + totalBytes + " bytes");
        }
    }

    /**
     * Makes a node of children.
     *
     * @param level 1 if they hold content, else they are nodes of the level below; at most 8
     * @param children up to 1,024, in order
     * @return the node
     * @throws IllegalArgumentException if there are too many, or they are longer together than 2^63 - 1 bytes
     */
    public static ExtentNode of(int level, List<Child> children) {
        return new ExtentNode(level, sum(children), children);
    }

    private static long sum(List<Child> children) {
        long sum = 0;
        for (Child child : children) {
            sum += child.bytes;
            if (sum < 0) {
                throw new IllegalArgumentException("children are longer together than 2^63 - 1 bytes");
            }
        }
        return sum;
    }

    /**
     * Writes children as the plain content of an extent of the kind {@link ExtentKind#NODE}.
     *
     * @param level as for {@link #of}
     * @param children as for {@link #of}
     * @return the content, in a heap buffer of its own, from position to limit
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static ByteBuffer encode(int level, List<Child> children) {
        return of(level, children).encode();
    }

    /**
     * Writes the node as the plain content of an extent of the kind {@link ExtentKind#NODE}.
     *
     * @return the content, in a heap buffer of its own, from position to limit
     */
    public ByteBuffer encode() {
        int length = NodeLayout.HEADER_BYTES;
        for (Child child : children) {
            length += child.id.encodedBytes() + NodeLayout.ENTRY_TAIL_BYTES;
        }
        ByteBuffer plain = ByteBuffer.allocate(length);
        plain.put(NodeLayout.LEVEL_OFFSET, (byte) level);
        LittleEndian.putInt(plain, NodeLayout.COUNT_OFFSET, children.size());
        LittleEndian.putLong(plain, NodeLayout.TOTAL_BYTES_OFFSET, totalBytes);
        plain.position(NodeLayout.HEADER_BYTES);
        for (Child child : children) {
            child.id.writeTo(plain);
            LittleEndian.putLong(plain, plain.position(), child.bytes);
            plain.position(plain.position() + Long.BYTES);
        }
        return plain.flip();
    }

    /**
     * Reads and checks a node.
     *
     * @param plain what {@link #encode} gave, from position to limit; the position is unchanged
     * @return the node
     * @throws DamagedException if it is none
     */
    public static ExtentNode decode(ByteBuffer plain) {
        return decode(plain, "a node");
    }

    /**
     * Reads and checks the node that an extent holds.
     *
     * @param extent the extent
     * @return the node
     * @throws DamagedException if it holds none; the message names it
     * @throws IOException if it cannot be read
     */
    public static ExtentNode read(ExtentReader extent) throws IOException {
        if (extent.kind() != ExtentKind.NODE || extent.plainBytes() > NodeLayout.NODE_BYTES_MAX) {
            throw extent.where()
                    .damaged("a node was expected, not " + extent.kind() + " of " + extent.plainBytes() + " bytes");
        }
        ByteBuffer plain = ByteBuffer.allocate(extent.plainBytes());
        extent.readAll(plain);
        return decode(
                plain.flip(),
                "the node in extent " + extent.id() + " in " + extent.where().place());
    }

    private static ExtentNode decode(ByteBuffer plain, String what) {
        ByteBuffer bytes = plain.slice();
        if (bytes.limit() < NodeLayout.HEADER_BYTES) {
            throw damaged(what, "it has " + bytes.limit() + " bytes");
        }
        int level = bytes.get(NodeLayout.LEVEL_OFFSET) & 0xFF;
        int count = LittleEndian.getInt(bytes, NodeLayout.COUNT_OFFSET);
        long totalBytes = LittleEndian.getLong(bytes, NodeLayout.TOTAL_BYTES_OFFSET);
        if (level > MAX_LEVEL || count < 0 || count > MAX_CHILDREN) {
            throw damaged(what, "it tells of " + Integer.toUnsignedString(count) + " children at level " + level);
        }
        for (int i = NodeLayout.RESERVED_OFFSET; i < NodeLayout.COUNT_OFFSET; i++) {
            if (bytes.get(i) != 0) {
                throw damaged(what, "it has values where there should be zeros");
            }
        }
        bytes.position(NodeLayout.HEADER_BYTES);
        List<Child> children = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                ExtentId id = ExtentId.readFrom(bytes);
                if (bytes.remaining() < NodeLayout.ENTRY_TAIL_BYTES) {
                    throw damaged(what, "child " + i + " is cut short");
                }
                children.add(new Child(id, LittleEndian.getLong(bytes, bytes.position())));
                bytes.position(bytes.position() + NodeLayout.ENTRY_TAIL_BYTES);
            }
            if (bytes.hasRemaining()) {
                throw damaged(what, bytes.remaining() + " bytes follow the last child");
            }
            return new ExtentNode(level, totalBytes, children);
        } catch (IllegalArgumentException e) {
            throw new DamagedException(what + " is damaged; restore another copy of it: " + e.getMessage(), e);
        }
    }

    private static DamagedException damaged(String what, String how) {
        return new DamagedException(what + " is damaged: " + how + "; restore another copy of it");
    }
}
