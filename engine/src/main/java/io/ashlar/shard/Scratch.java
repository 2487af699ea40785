package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Arrays of whole blocks through which columns pass: they stay in the processor's second cache, checksums and code find them
 * there, and what was checked is what is used, whoever else writes to the buffers.
 */
final class Scratch {
    /** All together: see {@link io.ashlar.erasure.ShardCoder}. */
    private static final int BYTES = 128 << 10;

    private static final int STEP_BYTES_MAX = 16 << 10;

    private byte[][] sources = {};
    private byte[][] targets = {};
    private byte[][] spare = {};
    private int stepBytes;

    /** Makes room for so many columns to be read and to be made. */
    void prepare(int sourceCount, int targetCount) {
        if (sources.length == sourceCount && targets.length == targetCount) {
            return;
        }
        int arrays = sourceCount + targetCount;
        if (spare.length < arrays) {
            int share = BYTES / arrays & -ShardLayout.BLOCK_BYTES;
            stepBytes = Math.max(ShardLayout.BLOCK_BYTES, Math.min(STEP_BYTES_MAX, share));
            spare = new byte[arrays][stepBytes];
        }
        sources = Arrays.copyOf(spare, sourceCount);
        targets = Arrays.copyOfRange(spare, sourceCount, arrays);
    }

    byte[][] sources() {
        return sources;
    }

    byte[][] targets() {
        return targets;
    }

    /** How many bytes of each column are worked on at a time: whole blocks. */
    int stepBytes() {
        return stepBytes;
    }

    /**
     * Copies what a buffer holds, and zeros after it.
     *
     * @param buffer absolute
     * @param at where to begin in it
     * @param length how many bytes it holds, 0 or less for none
     * @param to where to
     * @param total how many bytes are filled
     * @return how many were copied
     */
    static int fill(ByteBuffer buffer, int at, int length, byte[] to, int total) {
        int count = Math.max(0, Math.min(length, total));
        if (count > 0) {
            buffer.get(at, to, 0, count);
        }
        Arrays.fill(to, count, total, (byte) 0);
        return count;
    }
}
