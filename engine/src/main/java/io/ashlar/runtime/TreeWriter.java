package io.ashlar.runtime;

import io.ashlar.Durability;
import io.ashlar.EngineSettings;
import io.ashlar.ExtentId;
import io.ashlar.ObjectWriter;
import io.ashlar.catalog.Command;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ExtentNode;
import io.ashlar.pipeline.PutTask;
import io.ashlar.pipeline.StorageDomain;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes an object as a tree: leaves of up to 2 MiB, nodes of up to 1,024 children above them. An object of one leaf has no
 * node.
 *
 * <p>Leaves and nodes are put without a reference of their own. Until a node refers to them, or a name or a reference to the
 * root, they are held in memory, and what a crash leaves is garbage for the collector. Since the journal keeps order, the one
 * durable record at the end makes all before it durable.
 */
final class TreeWriter implements ObjectWriter {
    /** So many extents are on their way at once at most; memory is bounded by the payload ring. */
    private static final int UNDER_WAY_MAX = 64;

    private static final int LEAF_BYTES_FIRST = 32 << 10;

    private record Part(CompletableFuture<ExtentId> put, long bytes) {}

    private final Extents extents;
    private final EngineCore.Driver driver;
    private final EngineSettings settings;

    /** All of an object is stored alike, even if the policy changes meanwhile. */
    private final StorageDomain domain;

    /** For each level the parts that no node refers to yet. */
    private final List<List<Part>> levels = new ArrayList<>();

    private @Nullable ByteBuffer leaf;
    private long position;
    private int underWayFrom;
    private boolean over;
    private boolean failed;

    TreeWriter(Extents extents, EngineCore.Driver driver, EngineSettings settings, StorageDomain domain) {
        this.extents = extents;
        this.driver = driver;
        this.settings = settings;
        this.domain = domain;
        levels.add(new ArrayList<>());
    }

    @Override
    public void write(ByteBuffer bytes) {
        checkUsable();
        while (bytes.hasRemaining()) {
            ByteBuffer target = leaf();
            int count = Math.min(bytes.remaining(), target.remaining());
            int limit = bytes.limit();
            target.put(bytes.limit(bytes.position() + count));
            bytes.limit(limit);
            position += count;
            if (target.position() == EngineSettings.MAX_EXTENT_BYTES) {
                cut();
            }
        }
    }

    /** The leaf being filled, with room for something. It grows as it fills, as most objects are small. */
    private ByteBuffer leaf() {
        ByteBuffer present = leaf;
        if (present == null) {
            present = ByteBuffer.allocateDirect(LEAF_BYTES_FIRST);
            leaf = present;
        } else if (!present.hasRemaining()) {
            present = ByteBuffer.allocateDirect(Math.min(EngineSettings.MAX_EXTENT_BYTES, present.capacity() * 8))
                    .put(present.flip());
            leaf = present;
        }
        return present;
    }

    @Override
    public void cut() {
        checkUsable();
        if (leaf().position() > 0) {
            putLeaf();
        }
    }

    private void putLeaf() {
        ByteBuffer plain = leaf();
        int bytes = plain.position();
        add(0, ExtentKind.DATA, plain.flip(), List.of(), bytes);
        plain.clear();
    }

    /** Puts an extent and adds it to a level; makes a node of that level when it is full. */
    private void add(int level, ExtentKind kind, ByteBuffer plain, List<Part> children, long bytes) {
        guarded(() -> {
            List<ExtentId> links = new ArrayList<>(children.size());
            for (Part child : children) {
                links.add(extents.await(child.put));
            }
            CompletableFuture<ExtentId> put =
                    driver.put(PutTask.dense(kind, settings.extentPageBytes(), plain, links, false, Durability.BUFFERED)
                            .in(domain));
            if (!links.isEmpty()) {
                // The node refers to them now, or never will.
                put = put.whenComplete((id, failure) -> links.forEach(extents.catalog()::unhold));
                children.clear();
            }
            while (levels.size() <= level) {
                levels.add(new ArrayList<>());
            }
            List<Part> parts = levels.get(level);
            parts.add(new Part(put, bytes));
            if (level == 0) {
                boundUnderWay(parts);
            }
            if (parts.size() == ExtentNode.MAX_CHILDREN) {
                putNode(level);
            }
        });
    }

    private void boundUnderWay(List<Part> leaves) {
        underWayFrom = Math.min(underWayFrom, leaves.size());
        while (leaves.size() - underWayFrom > UNDER_WAY_MAX) {
            extents.await(leaves.get(underWayFrom++).put);
        }
    }

    private void putNode(int level) {
        List<Part> parts = levels.get(level);
        List<ExtentNode.Child> children = new ArrayList<>(parts.size());
        long bytes = 0;
        for (Part part : parts) {
            children.add(new ExtentNode.Child(extents.await(part.put), part.bytes));
            bytes += part.bytes;
        }
        if (level == 0) {
            underWayFrom = 0;
        }
        add(level + 1, ExtentKind.NODE, ExtentNode.encode(level + 1, children), parts, bytes);
    }

    private void guarded(Runnable action) {
        boolean done = false;
        try {
            action.run();
            done = true;
        } finally {
            failed |= !done;
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public ExtentId finish() {
        ExtentId root = root();
        return referTo(root, new Command.Retain(root, 1));
    }

    @Override
    public ExtentId finish(String name) {
        Extents.checkName(name);
        ExtentId root = root();
        return referTo(root, new Command.Bind(name, root));
    }

    private ExtentId referTo(ExtentId root, Command reference) {
        guarded(() -> extents.await(extents.unhold(root, Durability.SYNC, reference)));
        return root;
    }

    /** Completes the tree; the root is held by the caller from then on. */
    private ExtentId root() {
        checkUsable();
        if (leaf().position() > 0 || position == 0) {
            putLeaf();
        }
        for (int level = 0; ; level++) {
            List<Part> parts = levels.get(level);
            boolean top = level == levels.size() - 1;
            if (top && parts.size() == 1) {
                Part root = parts.get(0);
                guarded(() -> extents.await(root.put));
                parts.clear();
                over = true;
                return root.put.join();
            }
            if (!parts.isEmpty()) {
                int below = level;
                guarded(() -> putNode(below));
            }
        }
    }

    private void checkUsable() {
        extents.checkWritable();
        if (over || failed) {
            throw new IllegalStateException(
                    over ? "the object is finished or closed" : "a part of the object could not be stored; begin anew");
        }
    }

    @Override
    public void close() {
        over = true;
        leaf = null;
        for (List<Part> parts : levels) {
            for (Part part : parts) {
                // Held if it was stored, be it now or later.
                CompletableFuture<Void> unused = part.put.thenAccept(extents.catalog()::unhold);
            }
            parts.clear();
        }
    }
}
