package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.util.zip.CRC32C;

/** CRC-32C of arrays, with a checksum of the caller's, so that none is made for each block. */
final class Checksums {
    private Checksums() {}

    static int of(CRC32C crc, byte[] bytes, int from, int length) {
        crc.reset();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Computes that of each block of the first {@code length} bytes, which begin at a block. */
    static void ofBlocks(CRC32C crc, byte[] bytes, int length, int[] crcs, int at) {
        for (int from = 0; from < length; from += ShardLayout.BLOCK_BYTES) {
            crcs[at + (from >> ShardLayout.BLOCK_BYTES_LOG2)] =
                    of(crc, bytes, from, Math.min(ShardLayout.BLOCK_BYTES, length - from));
        }
    }

    /** Finds the first block that does not match, by its place among these; or tells -1. */
    static int mismatch(CRC32C crc, byte[] bytes, int length, int[] crcs, int at) {
        for (int from = 0; from < length; from += ShardLayout.BLOCK_BYTES) {
            int block = from >> ShardLayout.BLOCK_BYTES_LOG2;
            if (crcs[at + block] != of(crc, bytes, from, Math.min(ShardLayout.BLOCK_BYTES, length - from))) {
                return block;
            }
        }
        return -1;
    }

    /** Goes on with a checksum of checksums, each in four bytes, the lowest first. */
    static void feed(CRC32C crc, int[] crcs, int from, int count) {
        for (int i = from; i < from + count; i++) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                crc.update(crcs[i] >>> shift);
            }
        }
    }
}
