package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Blocks of a shard that were read, and the head that they are checked against. */
record Source(BlockRange range, ShardHead head, ByteBuffer bytes) {

    /** Refuses heads of another shard or stripe. */
    static @Nullable Source of(Stripe stripe, BlockRange range, @Nullable ShardHead head, @Nullable ByteBuffer bytes) {
        if (head != null && (head.shard() != range.shard() || !head.stripe().equals(stripe))) {
            throw new IllegalArgumentException("shard " + head.shard() + " of " + head.stripe()
                    + " in the stead of shard " + range.shard() + " of " + stripe);
        }
        return head == null || bytes == null ? null : new Source(range, head, bytes);
    }

    boolean isComplete() {
        return bytes.remaining() >= range.length();
    }

    /**
     * Copies a step, with zeros after the end of the blocks, and checks it.
     *
     * @param done how many bytes were taken before: whole blocks
     * @param to where to
     * @param count how many bytes are filled: whole blocks, or at least up to the end of the last
     * @return the number of the first block that does not match its checksum, or -1
     */
    int take(int done, byte[] to, int count, CRC32C crc) {
        int copied = Scratch.fill(bytes, bytes.position() + done, range.length() - done, to, count);
        int block = (range.offset() + done) >> ShardLayout.BLOCK_BYTES_LOG2;
        int mismatch = Checksums.mismatch(crc, to, copied, head.crcs(), block);
        return mismatch < 0 ? -1 : block + mismatch;
    }
}
