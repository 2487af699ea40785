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

    /** Reads from the leaf in which an offset lies, and no more of it than its parent knows of. */
    private int readLeaf(long offset, ByteBuffer target) {
        ExtentId id = root;
        long inside = offset;
        long left = length - offset;
        ExtentNode node = rootNode;
        while (node != null) {
            long begin = 0;
            ExtentNode.Child child = null;
            for (ExtentNode.Child candidate : node.children()) {
                if (inside < begin + candidate.bytes()) {
                    child = candidate;
                    break;
                }
                begin += candidate.bytes();
            }
            if (child == null) {
                throw damaged("a node of it has no children");
            }
            inside -= begin;
            id = child.id();
            left = child.bytes() - inside;
            node = node.level() > 1 ? node(child, node.level() - 1) : null;
        }
        if (left >= target.remaining()) {
            return pin.get(id, inside, target);
        }
        int limit = target.limit();
        target.limit(target.position() + (int) left);
        try {
            return pin.get(id, inside, target);
        } finally {
            target.limit(limit);
        }
    }

    private ExtentNode node(ExtentNode.Child child, int level) {
        ExtentNode node = nodes.get(child.id());
        if (node == null) {
            node = pin.read(child.id(), (reader, entry) -> ExtentNode.read(reader));
            nodes.put(child.id(), node);
            if (nodes.size() > NODES_MAX) {
                nodes.remove(nodes.keySet().iterator().next());
            }
        }
        if (node.level() != level || node.totalBytes() != child.bytes()) {
            throw damaged("node " + child.id() + " is of level " + node.level() + " and has " + node.totalBytes()
                    + " bytes beneath it, but its parent knows of level " + level + " and " + child.bytes() + " bytes");
        }
        return node;
    }

    private DamagedException damaged(String how) {
        return new DamagedException("object " + root + " contradicts itself: " + how + "; put the object again");
    }

    @Override
    public void close() {
        pin.close();
        nodes.clear();
    }
}
