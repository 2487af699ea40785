package io.ashlar.runtime;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.ObjectReader;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a tree that {@link TreeWriter} wrote. Keeps the nodes it came by last. */
final class TreeReader implements ObjectReader {
    private static final int NODES_MAX = 64;

    private final ExtentId root;
    private final ReadableExtents.PinnedReads pin;
    private final Map<ExtentId, ExtentNode> nodes = new LinkedHashMap<>(16, 0.75f, true);
    private final @Nullable ExtentNode rootNode;
    private final long length;

    TreeReader(ExtentId root, ReadableExtents.PinnedReads pin) {
        this.root = root;
        this.pin = pin;
        ExtentNode[] node = new ExtentNode[1];
        length = pin.read(root, (reader, entry) -> {
            if (reader.kind() != ExtentKind.NODE) {
                return (long) reader.plainBytes();
            }
            node[0] = ExtentNode.read(reader);
            return node[0].totalBytes();
        });
        rootNode = node[0];
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long offset, ByteBuffer target) {
        ReadableExtents.checkOffset(offset);
        int start = target.position();
        long at = offset;
        while (target.hasRemaining() && at < length) {
            int count = readLeaf(at, target);
            if (count == 0) {
                throw new DamagedException("object " + root + " of " + length + " bytes has none at " + at
                        + ": a node of it says that its parts are longer than they are; put the object again");
            }
            at += count;
        }
        return target.position() - start;
    }

    /** Reads from the leaf in which an offset lies. */
    private int readLeaf(long offset, ByteBuffer target) {
        ExtentId id = root;
        long inside = offset;
        ExtentNode node = rootNode;
        while (node != null) {
            int level = node.level();
            for (ExtentNode.Child child : node.children()) {
                if (inside < child.bytes()) {
                    id = child.id();
                    break;
                }
                inside -= child.bytes();
            }
            node = level > 1 ? node(id) : null;
        }
        return pin.get(id, inside, target);
    }

    private ExtentNode node(ExtentId id) {
        ExtentNode node = nodes.get(id);
        if (node == null) {
            node = pin.read(id, (reader, entry) -> ExtentNode.read(reader));
            nodes.put(id, node);
            if (nodes.size() > NODES_MAX) {
                nodes.remove(nodes.keySet().iterator().next());
            }
        }
        return node;
    }

    @Override
    public void close() {
        pin.close();
        nodes.clear();
    }
}
