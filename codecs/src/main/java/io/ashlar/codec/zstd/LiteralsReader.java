package io.ashlar.codec.zstd;

import io.ashlar.spi.MalformedPageException;
import java.util.Arrays;

/** Reads the literals of a block (RFC 8878, section 3.1.1.3.1). */
final class LiteralsReader {
    private final HuffmanTable table = new HuffmanTable();
    private byte[] literals = new byte[0];
    private int count;

    /** Begins a page: what earlier ones held is not to be referred to. */
    void clear() {
        table.clear();
    }

    byte[] literals() {
        return literals;
    }

    /** How many of them the block has. */
    int count() {
        return count;
    }

    /**
     * Reads the section at the beginning of a block.
     *
     * @param countMax how many literals there may be
     * @return where the section ends
     */
    int read(byte[] source, int from, int end, int countMax) throws MalformedPageException {
        if (from >= end) {
            throw new MalformedPageException("a block without literals");
        }
        int first = source[from] & 0xFF;
        int type = first & 3;
        int format = first >>> 2 & 3;
        if (type == ZstdFormat.LITERALS_RAW || type == ZstdFormat.LITERALS_RLE) {
            int headerBytes = format == 1 ? 2 : format == 3 ? 3 : 1;
            long header = header(source, from, end, headerBytes);
            count = (int) (headerBytes == 1 ? header >>> 3 : header >>> 4);
            makeRoom(countMax);
            int at = from + headerBytes;
            if (type == ZstdFormat.LITERALS_RLE) {
                if (at == end) {
                    throw new MalformedPageException("literals are cut short");
                }
                Arrays.fill(literals, 0, count, source[at]);
                return at + 1;
            }
            if (count > end - at) {
                throw new MalformedPageException("literals are cut short");
            }
            System.arraycopy(source, at, literals, 0, count);
            return at + count;
        }
        int sizeBits = format == 3 ? 18 : format == 2 ? 14 : 10;
        int headerBytes = format == 3 ? 5 : format == 2 ? 4 : 3;
        long header = header(source, from, end, headerBytes);
        int mask = (1 << sizeBits) - 1;
        count = (int) (header >>> 4) & mask;
        int compressed = (int) (header >>> (4 + sizeBits)) & mask;
        makeRoom(countMax);
        int at = from + headerBytes;
        if (compressed > end - at) {
            throw new MalformedPageException("literals are cut short");
        }
        int streamsEnd = at + compressed;
        if (type == ZstdFormat.LITERALS_COMPRESSED) {
            at += table.read(source, at, streamsEnd);
        } else if (!table.isThere()) {
            throw new MalformedPageException("literals refer to a tree that is not there");
        }
        if (format == 0) {
            table.decode(source, at, streamsEnd - at, literals, 0, count);
        } else {
            decodeFour(source, at, streamsEnd);
        }
        return streamsEnd;
    }

    private void decodeFour(byte[] source, int from, int end) throws MalformedPageException {
        int at = from + 6;
        int each = (count + 3) / 4;
        if (at > end || 3 * each > count) {
            throw new MalformedPageException("four streams for " + count + " literals");
        }
        for (int stream = 0; stream < 4; stream++) {
            int length = stream == 3
                    ? end - at
                    : (source[from + 2 * stream] & 0xFF) | (source[from + 2 * stream + 1] & 0xFF) << 8;
            if (length > end - at) {
                throw new MalformedPageException("a stream of literals is cut short");
            }
            int out = stream * each;
            table.decode(source, at, length, literals, out, stream == 3 ? count - out : each);
            at += length;
        }
    }

    private void makeRoom(int countMax) throws MalformedPageException {
        if (count > countMax) {
            throw new MalformedPageException(count + " literals, where " + countMax + " bytes may come out");
        }
        if (literals.length < count) {
            literals = new byte[Math.max(count, Math.min(countMax, 2 * count))];
        }
    }

    private static long header(byte[] source, int from, int end, int bytes) throws MalformedPageException {
        if (bytes > end - from) {
            throw new MalformedPageException("the header of literals is cut short");
        }
        long header = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            header = header << 8 | (source[from + i] & 0xFF);
        }
        return header;
    }
}
