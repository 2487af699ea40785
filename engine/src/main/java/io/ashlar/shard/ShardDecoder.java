package io.ashlar.shard;

import io.ashlar.erasure.CodingPlan;
import io.ashlar.erasure.ShardCoder;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes a part of a shard of the same part of {@code k} others, as a {@link Reconstruction} says. Every block is checked before it
 * is used.
 *
 * <p>Not thread-safe; keep one a thread.
 */
public final class ShardDecoder {
    private final ShardCoder coder = new ShardCoder();
    private final Scratch scratch = new Scratch();
    private final CRC32C crc = new CRC32C();

    /** Makes a decoder. */
    public ShardDecoder() {}

    /**
     * Makes what the reconstruction tells of.
     *
     * @param reconstruction what to make, of what
     * @param heads the heads of the shards that were read, in the order of the reads; may be null where there is nothing to read
     * @param blocks what was read, likewise, each from position to limit, both of which stay
     * @param target where to; its position advances by the length of the reconstruction
     * @throws ShardDamagedException if a block is not what was written, or not all there: read another shard in its stead. The
     *     target's position is unchanged, and what lies after it is unspecified
     * @throws IllegalArgumentException if there are more or less of them than the reconstruction says, if a head is that of
     *     another shard or stripe, or if the target is read-only or too short; nothing was written
     */
    public void decode(
            Reconstruction reconstruction,
            @Nullable ShardHead[] heads,
            @Nullable ByteBuffer[] blocks,
            ByteBuffer target) {
        Buffers.requireRoom(target, reconstruction.length());
        List<BlockRange> reads = reconstruction.reads();
        if (heads.length != reads.size() || blocks.length != reads.size()) {
            throw new IllegalArgumentException(heads.length + " heads and blocks of " + blocks.length
                    + " shards, where " + reads.size() + " are read");
        }
        @Nullable Source[] sources = new @Nullable Source[reads.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = Source.of(reconstruction.stripe(), reads.get(i), heads[i], blocks[i]);
            if (sources[i] == null && reads.get(i).length() > 0) {
                throw new IllegalArgumentException("shard " + reads.get(i).shard() + " has to be read, and was not");
            }
        }
        for (Source source : sources) {
            if (source != null && !source.isComplete()) {
                throw source.head().incomplete(source.range(), source.bytes().remaining());
            }
        }
        decode(reconstruction, sources, target);
        target.position(target.position() + reconstruction.length());
    }

    private void decode(Reconstruction reconstruction, @Nullable Source[] sources, ByteBuffer target) {
        CodingPlan plan = reconstruction.stripe().shape().code().rebuildPlan(reconstruction.sources(), new int[] {
            reconstruction.shard()
        });
        scratch.prepare(sources.length, 1);
        int begin = reconstruction.offset();
        int end = begin + reconstruction.length();
        // Whole blocks of what is read, so that they can be checked, even if less of them is needed.
        int first = begin & -ShardLayout.BLOCK_BYTES;
        int last = end;
        for (BlockRange read : reconstruction.reads()) {
            last = Math.max(last, first + read.length());
        }
        for (int at = first; at < last; at += scratch.stepBytes()) {
            int bytes = Math.min(scratch.stepBytes(), last - at);
            for (int i = 0; i < sources.length; i++) {
                take(sources[i], at - first, scratch.sources()[i], bytes);
            }
            int from = Math.max(begin, at);
            int count = Math.min(end, at + bytes) - from;
            coder.code(plan, scratch.sources(), scratch.targets(), from - at, count);
            target.put(target.position() + from - begin, scratch.targets()[0], from - at, count);
        }
    }

    private void take(@Nullable Source source, int done, byte[] to, int count) {
        if (source == null) {
            // There was nothing to read: zeros, wherever that shard may be.
            Arrays.fill(to, 0, count, (byte) 0);
            return;
        }
        int damaged = source.take(done, to, count, crc);
        if (damaged >= 0) {
            throw source.head().damaged(damaged);
        }
    }
}
