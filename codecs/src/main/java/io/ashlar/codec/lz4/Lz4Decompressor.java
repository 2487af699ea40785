package io.ashlar.codec.lz4;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.MalformedPageException;
import io.ashlar.spi.PageCodec;
import java.util.Objects;

/** Decompresses blocks. Every length and distance is checked before it is used; keeps nothing. */
final class Lz4Decompressor implements PageCodec.Decompressor {
    private static final int MATCH_MIN = 4;

    @Override
    public void decompress(byte[] source, int from, int length, byte[] target, int at, int plainLength)
            throws MalformedPageException {
        Objects.checkFromIndexSize(from, length, source.length);
        Objects.checkFromIndexSize(at, plainLength, target.length);
        // So no sum of lengths comes near to what an int holds.
        if (length > Lz4Codec.compressedBytesMax(plainLength)) {
            throw new MalformedPageException(length + " bytes for a page of " + plainLength);
        }
        int end = from + length;
        int targetEnd = at + plainLength;
        int in = from;
        int out = at;
        while (in < end) {
            int token = source[in++] & 0xFF;
            int literals = token >>> 4;
            if (literals == 15) {
                int more;
                do {
                    if (in == end) {
                        throw new MalformedPageException("a length is cut short");
                    }
                    more = source[in++] & 0xFF;
                    literals += more;
                } while (more == 255);
            }
            if (literals > end - in || literals > targetEnd - out) {
                throw new MalformedPageException(literals + " literals where " + (end - in) + " bytes are left, and "
                        + (targetEnd - out) + " of the page");
            }
            Bytes.copy(source, in, end, target, out, targetEnd, literals);
            in += literals;
            out += literals;
            if (in == end) {
                break;
            }
            if (end - in < 2) {
                throw new MalformedPageException("a distance is cut short");
            }
            int distance = (source[in] & 0xFF) | (source[in + 1] & 0xFF) << 8;
            in += 2;
            int matched = token & 15;
            if (matched == 15) {
                int more;
                do {
                    if (in == end) {
                        throw new MalformedPageException("a length is cut short");
                    }
                    more = source[in++] & 0xFF;
                    matched += more;
                } while (more == 255);
            }
            matched += MATCH_MIN;
            if (distance == 0 || distance > out - at || matched > targetEnd - out) {
                throw new MalformedPageException("a match of " + matched + " bytes from " + distance + " back at "
                        + (out - at) + " of " + plainLength);
            }
            Bytes.repeat(target, out, distance, matched, targetEnd);
            out += matched;
        }
        if (out != targetEnd) {
            throw new MalformedPageException((out - at) + " bytes came out instead of " + plainLength);
        }
    }
}
