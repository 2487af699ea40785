package io.ashlar.codec.lz4;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.PageCodec;
import java.util.Arrays;
import java.util.Objects;

/**
 * Compresses greedily: of the places with the same four bytes the last one is remembered, by a hash of them, and the first match that
 * is found is taken. Where nothing is found for a while, the search takes longer steps.
 */
final class Lz4Compressor implements PageCodec.Compressor {
    /** A match has at least so many bytes. */
    private static final int MATCH_MIN = 4;

    /** The last so many bytes of a block are literals. */
    private static final int LAST_LITERALS = 5;

    /** The last match begins at least so many bytes before the end. */
    private static final int MATCH_START_LIMIT = 12;

    /** So long are pages at most; distances of up to a byte less can be written. */
    private static final int PAGE_BYTES_MAX = 1 << 16;

    private static final int HASH_BITS = 12;
    private static final byte[] NOTHING = {};

    /** After so many failures, as a power of two, the step becomes longer by one. */
    private static final int PATIENCE_SHIFT = 6;

    /** Places of the current page, counted from {@link #base}; what is less is of earlier pages. */
    private final int[] places = new int[1 << HASH_BITS];

    private int base = 1;

    private byte[] target = NOTHING;
    private int out;
    private int limit;

    @Override
    public int compress(byte[] source, int from, int length, byte[] to, int at, int room) {
        Objects.checkFromIndexSize(from, length, source.length);
        Objects.checkFromIndexSize(at, room, to.length);
        if (length > PAGE_BYTES_MAX) {
            throw new IllegalArgumentException("pages have up to 65536 bytes, not " + length);
        }
        target = to;
        out = at;
        limit = at + room;
        boolean fits = block(source, from, from + length);
        target = NOTHING;
        return fits ? out - at : PageCodec.NO_ROOM;
    }

    private boolean block(byte[] source, int from, int end) {
        int literals = from;
        if (end - from > MATCH_START_LIMIT) {
            // Places of other pages are less than the base; so nothing has to be erased in between.
            if (base > Integer.MAX_VALUE - 2 * (end - from)) {
                Arrays.fill(places, 0);
                base = 1;
            }
            int shift = base - from;
            base += end - from;
            int lastStart = end - MATCH_START_LIMIT;
            int matchEnd = end - LAST_LITERALS;
            places[hash(Bytes.getInt(source, from))] = from + shift;
            int at = from + 1;
            int failures = 1 << PATIENCE_SHIFT;
            while (at <= lastStart) {
                int four = Bytes.getInt(source, at);
                int slot = hash(four);
                int candidate = places[slot] - shift;
                places[slot] = at + shift;
                if (candidate < from || Bytes.getInt(source, candidate) != four) {
                    at += failures++ >>> PATIENCE_SHIFT;
                    continue;
                }
                while (at > literals && candidate > from && source[at - 1] == source[candidate - 1]) {
                    at--;
                    candidate--;
                }
                int length = MATCH_MIN + Bytes.common(source, candidate + MATCH_MIN, at + MATCH_MIN, matchEnd);
                if (!sequence(source, literals, at - literals, at - candidate, length)) {
                    return false;
                }
                at += length;
                literals = at;
                failures = 1 << PATIENCE_SHIFT;
                if (at <= lastStart) {
                    places[hash(Bytes.getInt(source, at - 2))] = at - 2 + shift;
                }
            }
        }
        return lastLiterals(source, literals, end - literals);
    }

    private boolean sequence(byte[] source, int from, int literals, int distance, int length) {
        int matchCode = length - MATCH_MIN;
        // The token, the distance, and the bytes of both lengths.
        if (literals + 3L + extraBytes(literals) + extraBytes(matchCode) > limit - out) {
            return false;
        }
        int token = out++;
        target[token] = (byte) ((Math.min(literals, 15) << 4) | Math.min(matchCode, 15));
        putExtra(literals);
        Bytes.copy(source, from, source.length, target, out, limit, literals);
        out += literals;
        target[out++] = (byte) distance;
        target[out++] = (byte) (distance >>> 8);
        putExtra(matchCode);
        return true;
    }

    private boolean lastLiterals(byte[] source, int from, int literals) {
        if (literals + 1L + extraBytes(literals) > limit - out) {
            return false;
        }
        target[out++] = (byte) (Math.min(literals, 15) << 4);
        putExtra(literals);
        System.arraycopy(source, from, target, out, literals);
        out += literals;
        return true;
    }

    /** How many bytes a length takes beyond the four bits of the token. */
    private static int extraBytes(int length) {
        return length < 15 ? 0 : (length - 15) / 255 + 1;
    }

    private void putExtra(int length) {
        if (length < 15) {
            return;
        }
        int rest = length - 15;
        while (rest >= 255) {
            target[out++] = (byte) 255;
            rest -= 255;
        }
        target[out++] = (byte) rest;
    }

    private static int hash(int four) {
        return (four * 0x9E3779B1) >>> (Integer.SIZE - HASH_BITS);
    }
}
