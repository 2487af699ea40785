package io.ashlar.codec.zstd;

import java.util.Arrays;

/** Writes the literals of a block (RFC 8878, section 3.1.1.3.1), in whichever way takes least. */
final class LiteralsWriter {
    /** Fewer literals are not worth a tree. */
    private static final int TREE_LITERALS_MIN = 24;

    /** From so many on, four streams, which a reader may decode at once. */
    private static final int FOUR_STREAMS_MIN = 256;

    private final int[] counts = new int[256];
    private final HuffmanCode code = new HuffmanCode();

    /**
     * Writes the section.
     *
     * @return where it ends; -1 if there is no room
     */
    int write(byte[] literals, int count, byte[] target, int at, int end) {
        if (count >= TREE_LITERALS_MIN) {
            Arrays.fill(counts, 0);
            for (int i = 0; i < count; i++) {
                counts[literals[i] & 0xFF]++;
            }
            int most = 0;
            for (int literal : counts) {
                most = Math.max(most, literal);
            }
            if (most == count) {
                int out = header(target, at, end, ZstdFormat.LITERALS_RLE, count);
                if (out < 0 || out == end) {
                    return -1;
                }
                target[out] = literals[0];
                return out + 1;
            }
            // Where all come about equally often there is nothing to gain.
            if (most > (count >> 7) + 4) {
                int compressed = compressed(literals, count, target, at, end);
                if (compressed >= 0) {
                    return compressed;
                }
            }
        }
        int out = header(target, at, end, ZstdFormat.LITERALS_RAW, count);
        if (out < 0 || count > end - out) {
            return -1;
        }
        System.arraycopy(literals, 0, target, out, count);
        return out + count;
    }

    /** Writes a tree and one or four streams; -1 if that takes as much as the literals themselves, or there is no room. */
    private int compressed(byte[] literals, int count, byte[] target, int at, int end) {
        code.fit(counts);
        if (code.cost(counts) >>> 3 >= count - (count >> 5)) {
            return -1;
        }
        boolean four = count >= FOUR_STREAMS_MIN;
        int format = !four ? 0 : count < 1 << 10 ? 1 : count < 1 << 14 ? 2 : 3;
        int sizeBits = format == 3 ? 18 : format == 2 ? 14 : 10;
        int headerBytes = format == 3 ? 5 : format == 2 ? 4 : 3;
        if (headerBytes > end - at) {
            return -1;
        }
        int begin = at + headerBytes;
        int out = code.write(target, begin, end);
        if (out < 0) {
            return -1;
        }
        if (!four) {
            out = code.encode(literals, 0, count, target, out, end);
        } else {
            int sizes = out;
            out += 6;
            int each = (count + 3) / 4;
            for (int stream = 0; stream < 4 && out >= 0; stream++) {
                int from = stream * each;
                int next = code.encode(literals, from, Math.min(each, count - from), target, out, end);
                if (next >= 0 && stream < 3) {
                    target[sizes + 2 * stream] = (byte) (next - out);
                    target[sizes + 2 * stream + 1] = (byte) ((next - out) >>> 8);
                }
                out = next;
            }
        }
        if (out < 0 || out - begin >= count) {
            return -1;
        }
        long header = ZstdFormat.LITERALS_COMPRESSED
                | format << 2
                | (long) count << 4
                | (long) (out - begin) << (4 + sizeBits);
        put(target, at, header, headerBytes);
        return out;
    }

    /** The header of literals that are not compressed; tells where it ends, or -1. */
    private static int header(byte[] target, int at, int end, int type, int count) {
        int bytes = count < 1 << 5 ? 1 : count < 1 << 12 ? 2 : 3;
        if (bytes > end - at) {
            return -1;
        }
        put(target, at, bytes == 1 ? type | (count << 3) : type | ((bytes == 2 ? 1 : 3) << 2) | (count << 4), bytes);
        return at + bytes;
    }

    private static void put(byte[] target, int at, long header, int bytes) {
        for (int i = 0; i < bytes; i++) {
            target[at + i] = (byte) (header >>> (8 * i));
        }
    }
}
