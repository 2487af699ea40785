package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.util.Arrays;
import java.util.Objects;

/** Takes a frame apart (RFC 8878, section 3.1.1). */
final class ZstdDecompressor implements PageCodec.Decompressor {
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int RESERVED = 1 << 3;
    private static final int CHECKSUM = 1 << 2;
    private static final int DICTIONARY = 3;

    private final LiteralsReader literals = new LiteralsReader();
    private final SequencesReader sequences = new SequencesReader();

    @Override
    public void decompress(byte[] source, int from, int length, byte[] target, int at, int plainLength)
            throws MalformedPageException {
        Objects.checkFromIndexSize(from, length, source.length);
        Objects.checkFromIndexSize(at, plainLength, target.length);
        int end = from + length;
        int in = frameHeader(source, from, end, plainLength);
        literals.clear();
        sequences.clear();
        int out = at;
        int limit = at + plainLength;
        boolean last = false;
        while (!last) {
            if (ZstdFormat.BLOCK_HEADER_BYTES > end - in) {
                throw new MalformedPageException("the header of a block is cut short");
            }
            int header = (source[in] & 0xFF) | (source[in + 1] & 0xFF) << 8 | (source[in + 2] & 0xFF) << 16;
            in += ZstdFormat.BLOCK_HEADER_BYTES;
            last = (header & 1) != 0;
            int size = header >>> 3;
            int type = header >>> 1 & 3;
            int stored = type == ZstdFormat.BLOCK_RLE ? 1 : size;
            if (size > ZstdFormat.BLOCK_BYTES_MAX || stored > end - in) {
                throw new MalformedPageException(
                        "a block of " + size + " bytes, of which " + (end - in) + " are there");
            }
            if (type == ZstdFormat.BLOCK_COMPRESSED) {
                int blockLimit = Math.min(limit, out + ZstdFormat.BLOCK_BYTES_MAX);
                int sequencesAt = literals.read(source, in, in + size, blockLimit - out);
                out = sequences.execute(source, sequencesAt, in + size, literals, target, at, out, blockLimit);
            } else {
                if (size > limit - out) {
                    throw new MalformedPageException(size + " bytes, where " + (limit - out) + " may come");
                }
                if (type == ZstdFormat.BLOCK_RAW) {
                    System.arraycopy(source, in, target, out, size);
                } else if (type == ZstdFormat.BLOCK_RLE) {
                    Arrays.fill(target, out, out + size, source[in]);
                } else {
                    throw new MalformedPageException("a block of a type that there is not");
                }
                out += size;
            }
            in += stored;
        }
        if (in != end || out != limit) {
            throw new MalformedPageException((out - at) + " bytes came out instead of " + plainLength + ", and "
                    + (end - in) + " are left over");
        }
    }

    /** Reads the header, and tells where it ends. */
    private static int frameHeader(byte[] source, int from, int end, int plainLength) throws MalformedPageException {
        if (end - from < Integer.BYTES + 1 || Bytes.getInt(source, from) != ZstdFormat.MAGIC) {
            throw new MalformedPageException("no frame begins here");
        }
        int in = from + Integer.BYTES;
        int descriptor = source[in++] & 0xFF;
        if ((descriptor & (RESERVED | CHECKSUM | DICTIONARY)) != 0) {
            throw new MalformedPageException("a frame with something that frames of pages do not have");
        }
        boolean singleSegment = (descriptor & SINGLE_SEGMENT) != 0;
        int lengthFlag = descriptor >>> 6;
        int lengthBytes = lengthFlag == 0 ? singleSegment ? 1 : 0 : 1 << lengthFlag;
        // The window matters to those who do not have all of the page before them.
        in += singleSegment ? 0 : 1;
        if (lengthBytes > end - in) {
            throw new MalformedPageException("the header of a frame is cut short");
        }
        if (lengthBytes > 0) {
            long length = 0;
            for (int i = lengthBytes - 1; i >= 0; i--) {
                length = length << 8 | (source[in + i] & 0xFF);
            }
            if (lengthBytes == 2) {
                length += 256;
            }
            if (length != plainLength) {
                throw new MalformedPageException(
                        "a frame of " + Long.toUnsignedString(length) + " bytes instead of " + plainLength);
            }
        }
        return in + lengthBytes;
    }
}
