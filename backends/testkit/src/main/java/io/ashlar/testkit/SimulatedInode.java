package io.ashlar.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A file without its name: what readers see, what the platter holds, and the changes in between that were not forced, in
 * order.
 *
 * <p>As long as {@code diverged} is false, {@code live} is {@code durable} with {@code pending} applied. A failed force
 * breaks that: its pages count as clean although some never reached the platter. Readers go on seeing them until the page
 * cache is evicted, and no later force writes them.
 */
final class SimulatedInode implements SimulatedNode {

    /** A change that was not forced: a write, or a cut if there are no bytes. */
    private static final class Change {
        final long position;
        final byte[] bytes;
        final boolean cut;

        Change(long position, byte[] bytes, boolean cut) {
            this.position = position;
            this.bytes = bytes;
            this.cut = cut;
        }

        void applyTo(SimulatedBytes image) {
            if (cut) {
                image.truncate(position);
            } else {
                image.write(position, bytes, 0, bytes.length);
            }
        }

        boolean touches(long offset) {
            return cut ? offset >= position : offset >= position && offset < position + bytes.length;
        }
    }

    private SimulatedBytes live;
    private SimulatedBytes durable;
    private final ArrayList<Change> pending;
    private boolean diverged;
    private long modifiedMillis;

    /** Whether a live directory names it, and how many open handles it has: without either, its space is free. */
    boolean linked;

    int handles;

    SimulatedInode(long modifiedMillis) {
        this.live = new SimulatedBytes();
        this.durable = new SimulatedBytes();
        this.pending = new ArrayList<>(0);
        this.modifiedMillis = modifiedMillis;
    }

    private SimulatedInode(
            SimulatedBytes live, SimulatedBytes durable, List<Change> pending, boolean diverged, long modifiedMillis) {
        this.live = live;
        this.durable = durable;
        this.pending = new ArrayList<>(pending);
        this.diverged = diverged;
        this.modifiedMillis = modifiedMillis;
    }

    /** The same file on a forked disk, page cache included. */
    SimulatedInode fork() {
        SimulatedInode copy =
                new SimulatedInode(live.snapshot(), durable.snapshot(), pending, diverged, modifiedMillis);
        copy.linked = linked;
        return copy;
    }

    /** The same file after a power loss. */
    SimulatedInode crashed(String name, SimulatedFate fate) {
        SimulatedBytes image = platter(name, fate);
        SimulatedInode after = new SimulatedInode(image, image.snapshot(), List.of(), false, modifiedMillis);
        after.linked = true;
        return after;
    }

    long sizeBytes() {
        return live.sizeBytes();
    }

    long fingerprint() {
        return live.fingerprint();
    }

    long durableBytes() {
        return durable.sizeBytes();
    }

    long modifiedMillis() {
        return modifiedMillis;
    }

    boolean hasUnforced() {
        return !pending.isEmpty();
    }

    int read(ByteBuffer target, long position) {
        return live.read(target, position);
    }

    void write(long position, byte[] bytes, long nowMillis) {
        if (bytes.length > 0) {
            change(new Change(position, bytes, false), nowMillis);
        }
    }

    void truncate(long sizeBytes, long nowMillis) {
        change(new Change(sizeBytes, new byte[0], true), nowMillis);
    }

    private void change(Change change, long nowMillis) {
        change.applyTo(live);
        pending.add(change);
        modifiedMillis = nowMillis;
    }

    void force() {
        if (diverged) {
            pending.forEach(change -> change.applyTo(durable));
        } else if (!pending.isEmpty()) {
            durable = live.snapshot();
        }
        pending.clear();
    }

    /** A force that fails: some of the pages reached the platter, and all of them are clean from here on. */
    void failForce(String name, SimulatedFate fate) {
        if (!pending.isEmpty()) {
            durable = platter(name, fate);
            pending.clear();
            diverged = true;
        }
    }

    /**
     * A force that succeeds, but one write of which the drive puts elsewhere. Returns the bytes of that write, for the
     * caller to put somewhere; empty if there was none.
     */
    byte[] forceMisdirected(SimulatedRandom random) {
        List<Change> writes = new ArrayList<>();
        pending.stream().filter(change -> !change.cut).forEach(writes::add);
        if (writes.isEmpty()) {
            force();
            return new byte[0];
        }
        Change stray = writes.get(random.nextInt(writes.size()));
        for (Change change : pending) {
            if (change == stray) {
                durable.extend(change.position + change.bytes.length);
            } else {
                change.applyTo(durable);
            }
        }
        pending.clear();
        diverged = true;
        return stray.bytes;
    }

    /** Overwrites a part of the platter behind the file system's back. */
    void scribble(long position, byte[] bytes, int length) {
        assert position + length <= durable.sizeBytes();
        durable.write(position, bytes, 0, length);
        for (int i = 0; i < length; i++) {
            if (isCleanAt(position + i)) {
                live.write(position + i, bytes, i, 1);
            }
        }
    }

    /** Flips bits on the platter; readers see it unless the page is dirty in the cache. */
    void flip(long offset, int mask) {
        durable.flip(offset, mask);
        if (isCleanAt(offset)) {
            live.flip(offset, mask);
        }
    }

    private boolean isCleanAt(long offset) {
        return offset < live.sizeBytes() && pending.stream().noneMatch(change -> change.touches(offset));
    }

    /** Forgets clean pages: readers see the platter again, below what is still dirty. */
    void evict() {
        if (diverged) {
            live = durable.snapshot();
            pending.forEach(change -> change.applyTo(live));
            diverged = false;
        }
    }

    private SimulatedBytes platter(String name, SimulatedFate fate) {
        SimulatedBytes image = durable.snapshot();
        if (pending.isEmpty()) {
            return image;
        }
        long pendingBytes = 0;
        for (Change change : pending) {
            pendingBytes += change.bytes.length;
        }
        fate.begin(name, pendingBytes);
        for (Change change : pending) {
            if (change.cut) {
                if (fate.keepsCut()) {
                    image.truncate(change.position);
                }
            } else {
                fate.settle(image, change.position, change.bytes);
            }
        }
        return image;
    }
}
