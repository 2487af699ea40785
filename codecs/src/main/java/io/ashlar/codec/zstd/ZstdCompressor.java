package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.PageCodec;
import java.util.Objects;

/** Puts a frame together: header, and one block, compressed if that is shorter (RFC 8878, section 3.1.1). */
final class ZstdCompressor implements PageCodec.Compressor {
    /** How much more room writers of bits need than they fill. */
    private static final int SLACK_BYTES = 16;

    private final MatchFinder matches = new MatchFinder();
    private final LiteralsWriter literals = new LiteralsWriter();
    private final SequencesWriter sequences = new SequencesWriter();
    private final byte[] block = new byte[ZstdFormat.PAGE_BYTES_MAX + SLACK_BYTES];

    @Override
    public int compress(byte[] source, int from, int length, byte[] target, int at, int room) {
        Objects.checkFromIndexSize(from, length, source.length);
        Objects.checkFromIndexSize(at, room, target.length);
        if (length > ZstdFormat.PAGE_BYTES_MAX) {
            throw new IllegalArgumentException("pages have up to 65536 bytes, not " + length);
        }
        boolean oneByte = length < 256;
        int headerBytes = Integer.BYTES + 1 + (oneByte ? 1 : 2);
        int blockRoom = room - headerBytes - ZstdFormat.BLOCK_HEADER_BYTES;
        if (blockRoom < 1) {
            return PageCodec.NO_ROOM;
        }
        int compressed = block(source, from, length, Math.min(blockRoom, length - 1));
        if (compressed < 0 && blockRoom < length) {
            return PageCodec.NO_ROOM;
        }
        Bytes.putInt(target, at, ZstdFormat.MAGIC);
        // A single segment, whose length takes one byte, or two from 256 on.
        target[at + 4] = (byte) (oneByte ? 0x20 : 0x60);
        int stored = oneByte ? length : length - 256;
        target[at + 5] = (byte) stored;
        int out = at + 6;
        if (!oneByte) {
            target[out++] = (byte) (stored >>> 8);
        }
        boolean isCompressed = compressed >= 0;
        int size = isCompressed ? compressed : length;
        int header = 1 | ((isCompressed ? ZstdFormat.BLOCK_COMPRESSED : ZstdFormat.BLOCK_RAW) << 1) | (size << 3);
        for (int i = 0; i < ZstdFormat.BLOCK_HEADER_BYTES; i++) {
            target[out++] = (byte) (header >>> (8 * i));
        }
        System.arraycopy(isCompressed ? block : source, isCompressed ? 0 : from, target, out, size);
        return out + size - at;
    }

    /** Compresses a page into {@link #block}, and tells how long it is; -1 if that is more than there may be. */
    private int block(byte[] source, int from, int length, int sizeMax) {
        matches.find(source, from, length);
        int limit = Math.min(block.length, sizeMax + SLACK_BYTES);
        int at = literals.write(matches.literals(), matches.literalCount(), block, 0, limit);
        if (at >= 0) {
            at = sequences.write(matches, block, at, limit);
        }
        return at > sizeMax ? -1 : at;
    }
}
