package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoop;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Makes shards of others, as a {@link CodingPlan} says. Works on a range as well as on the whole: the same range of all of them.
 *
 * <p>Buffers may be heap, direct or read-only, and begin where they like. Those that are not arrays with one offset in common pass
 * through blocks that stay in the processor's second cache. What is made must not overlap what it is made of.
 *
 * <p>Not thread-safe; keep one a thread. Allocates nothing once it has seen the largest plan.
 */
public final class ShardCoder {
    /** All blocks together: an eighth of the second cache of small machines, so that the rest of the work keeps its own. */
    private static final int SCRATCH_BYTES = 128 << 10;

    private static final int BLOCK_BYTES_MIN = 1 << 10;
    private static final int BLOCK_BYTES_MAX = 16 << 10;

    private final boolean follows;
    private Kernels kernels;
    private CodingLoop loop;
    private byte[][] from = {};
    private byte[][] to = {};
    private byte[][] blocks = {};
    private int blockBytes;

    /** Makes a coder that uses whatever is the best: see {@link KernelSelection}. */
    public ShardCoder() {
        this(KernelSelection.current(), true);
    }

    /**
     * Makes a coder.
     *
     * @param kernels what it uses
     */
    public ShardCoder(Kernels kernels) {
        this(kernels, false);
    }

    private ShardCoder(Kernels kernels, boolean follows) {
        this.follows = follows;
        this.kernels = kernels;
        this.loop = kernels.newCodingLoop();
    }

    /**
     * Makes a range of shards, in arrays.
     *
     * @param plan which ones, of which
     * @param sources those that are read, in the order of the plan
     * @param targets where those that are made go, in the order of the plan
     * @param offset where the range begins in each of them, in bytes
     * @param length its length, in bytes
     * @throws IllegalArgumentException if there are more or less shards than the plan says; nothing was written
     * @throws IndexOutOfBoundsException if the range does not lie in every shard; nothing was written
     */
    public void code(CodingPlan plan, byte[][] sources, byte[][] targets, int offset, int length) {
        requireCounts(plan, sources.length, targets.length);
        for (byte[] source : sources) {
            Objects.checkFromIndexSize(offset, length, source.length);
        }
        for (byte[] target : targets) {
            Objects.checkFromIndexSize(offset, length, target.length);
        }
        refresh();
        run(plan, sources, targets, offset, length);
    }

    /**
     * Makes shards, or a range of them, in buffers.
     *
     * @param plan which ones, of which
     * @param sources those that are read, in the order of the plan, each from its position to its limit; neither is changed
     * @param targets where those that are made go, in the order of the plan, likewise
     * @throws IllegalArgumentException if there are more or less shards than the plan says, if they are not of one length, or if a
     *     target is read-only; nothing was written
     */
    public void code(CodingPlan plan, ByteBuffer[] sources, ByteBuffer[] targets) {
        requireCounts(plan, sources.length, targets.length);
        int length = sources[0].remaining();
        for (ByteBuffer source : sources) {
            requireLength(source, length);
        }
        for (ByteBuffer target : targets) {
            requireLength(target, length);
            if (target.isReadOnly()) {
                throw new IllegalArgumentException("a shard to be made is a read-only buffer");
            }
        }
        refresh();
        if (haveOneOffset(sources, targets)) {
            codeArrays(plan, sources, targets, length);
        } else {
            codeBlocks(plan, sources, targets, length);
        }
    }

    private static void requireCounts(CodingPlan plan, int sources, int targets) {
        if (sources != plan.sourceCount() || targets != plan.wantedCount()) {
            throw new IllegalArgumentException(sources + " shards to read and " + targets
                    + " to make, where the plan has " + plan.sourceCount() + " and " + plan.wantedCount());
        }
    }

    private static void requireLength(ByteBuffer shard, int length) {
        if (shard.remaining() != length) {
            throw new IllegalArgumentException("one shard has " + length + " bytes and another " + shard.remaining());
        }
    }

    /** Others may have been selected since the last time. */
    private void refresh() {
        Kernels best = follows ? KernelSelection.current() : kernels;
        if (best != kernels) {
            kernels = best;
            loop = best.newCodingLoop();
        }
    }

    private void codeArrays(CodingPlan plan, ByteBuffer[] sources, ByteBuffer[] targets, int length) {
        growArrays(plan);
        for (int i = 0; i < sources.length; i++) {
            from[i] = sources[i].array();
        }
        for (int i = 0; i < targets.length; i++) {
            to[i] = targets[i].array();
        }
        run(plan, from, to, offset(sources[0]), length);
        // A coder lives long: it must not keep the caller's arrays.
        Arrays.fill(from, null);
        Arrays.fill(to, null);
    }

    private void codeBlocks(CodingPlan plan, ByteBuffer[] sources, ByteBuffer[] targets, int length) {
        growArrays(plan);
        growBlocks(sources.length + targets.length);
        System.arraycopy(blocks, 0, from, 0, sources.length);
        System.arraycopy(blocks, sources.length, to, 0, targets.length);
        for (int at = 0; at < length; at += blockBytes) {
            int bytes = Math.min(blockBytes, length - at);
            for (int i = 0; i < sources.length; i++) {
                sources[i].get(sources[i].position() + at, from[i], 0, bytes);
            }
            run(plan, from, to, 0, bytes);
            for (int i = 0; i < targets.length; i++) {
                targets[i].put(targets[i].position() + at, to[i], 0, bytes);
            }
        }
    }

    private void run(CodingPlan plan, byte[][] sources, byte[][] targets, int offset, int length) {
        if (length > 0) {
            loop.codeSomeShards(plan.rows(), sources, plan.sourceCount(), targets, plan.wantedCount(), offset, length);
        }
    }

    private void growArrays(CodingPlan plan) {
        if (from.length < plan.sourceCount()) {
            from = new byte[plan.sourceCount()][];
        }
        if (to.length < plan.wantedCount()) {
            to = new byte[plan.wantedCount()][];
        }
    }

    private void growBlocks(int count) {
        if (blocks.length < count) {
            // Whole vectors, so that only the last block of a shard has an odd end.
            int share = SCRATCH_BYTES / count & -BLOCK_BYTES_MIN;
            blockBytes = Math.max(BLOCK_BYTES_MIN, Math.min(BLOCK_BYTES_MAX, share));
            blocks = new byte[count][blockBytes];
        }
    }

    private static boolean haveOneOffset(ByteBuffer[] sources, ByteBuffer[] targets) {
        return sources[0].hasArray()
                && haveOffset(sources, offset(sources[0]))
                && haveOffset(targets, offset(sources[0]));
    }

    private static boolean haveOffset(ByteBuffer[] shards, int offset) {
        for (ByteBuffer shard : shards) {
            if (!shard.hasArray() || offset(shard) != offset) {
                return false;
            }
        }
        return true;
    }

    private static int offset(ByteBuffer shard) {
        return shard.arrayOffset() + shard.position();
    }
}
