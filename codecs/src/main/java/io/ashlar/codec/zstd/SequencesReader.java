package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;
import io.ashlar.spi.MalformedPageException;

/** Reads the sequences of a block (RFC 8878, section 3.1.1.3.2), and does what they say: copies literals and repeats matches. */
final class SequencesReader {
    private final BitReader bits = new BitReader();
    private final Codes literalCodes = new Codes(SequenceCodes.LITERALS);
    private final Codes offsetCodes = new Codes(SequenceCodes.OFFSETS);
    private final Codes matchCodes = new Codes(SequenceCodes.MATCHES);
    private final int[] offsets = new int[SequenceCodes.REPEATS];

    /** The table by which one kind of codes is read; and the predefined one, which never changes. */
    private static final class Codes {
        final SequenceCodes.Kind kind;
        private final FseTable predefined;
        private final FseTable own;
        private FseTable table;
        private boolean isThere;

        Codes(SequenceCodes.Kind kind) {
            this.kind = kind;
            this.predefined = new FseTable(kind.predefinedLog, kind.codeCount());
            predefined.build(kind.predefined, kind.predefined.length, kind.predefinedLog);
            this.own = new FseTable(kind.logMax, kind.codeCount());
            this.table = predefined;
        }

        /** Reads what a block says of the table, and tells where that ends. */
        int read(int mode, byte[] source, int at, int end) throws MalformedPageException {
            switch (mode) {
                case ZstdFormat.MODE_PREDEFINED -> table = predefined;
                case ZstdFormat.MODE_RLE -> {
                    if (at == end || (source[at] & 0xFF) >= kind.codeCount()) {
                        throw new MalformedPageException("a code that there is not");
                    }
                    own.setOnly(source[at]);
                    table = own;
                    isThere = true;
                    return at + 1;
                }
                case ZstdFormat.MODE_FSE -> {
                    isThere = false;
                    own.read(source, at, end, kind.codeCount(), kind.logMax);
                    table = own;
                    isThere = true;
                    return at + own.headerBytes();
                }
                default -> {
                    if (!isThere) {
                        throw new MalformedPageException("codes refer to a table that is not there");
                    }
                    return at;
                }
            }
            isThere = true;
            return at;
        }
    }

    /** Begins a page: what earlier ones held is not to be referred to. */
    void clear() {
        literalCodes.isThere = false;
        offsetCodes.isThere = false;
        matchCodes.isThere = false;
        System.arraycopy(SequenceCodes.FIRST_OFFSETS, 0, offsets, 0, offsets.length);
    }

    /**
     * Reads the sequences and writes what comes out of the block.
     *
     * @param from where the sequences begin, behind the literals
     * @param end where the block ends
     * @param page where the page begins in the target
     * @param at where this block's part of it begins
     * @param limit where it ends at the latest
     * @return where it ends
     */
    int execute(byte[] source, int from, int end, LiteralsReader literals, byte[] target, int page, int at, int limit)
            throws MalformedPageException {
        if (from >= end) {
            throw new MalformedPageException("a block without sequences");
        }
        int in = from;
        int count = source[in++] & 0xFF;
        if (count >= 128) {
            int more = count == 255 ? 2 : 1;
            if (more > end - in) {
                throw new MalformedPageException("the number of sequences is cut short");
            }
            count = count == 255
                    ? (source[in] & 0xFF) + ((source[in + 1] & 0xFF) << 8) + 0x7F00
                    : ((count - 128) << 8) + (source[in] & 0xFF);
            in += more;
        }
        int out = at;
        int literal = 0;
        if (count == 0) {
            if (in != end) {
                throw new MalformedPageException("something lies behind the last sequence");
            }
        } else {
            in = readTables(source, in, end);
            bits.open(source, in, end - in);
            int literalState = bits.read(literalCodes.table.log());
            int offsetState = bits.read(offsetCodes.table.log());
            int matchState = bits.read(matchCodes.table.log());
            for (int i = 0; i < count; i++) {
                int offsetCode = offsetCodes.table.symbol(offsetState);
                int offsetValue = (1 << offsetCode) + bits.read(offsetCode);
                int matchCode = matchCodes.table.symbol(matchState);
                int matched = matchCodes.kind.baselines[matchCode] + bits.read(matchCodes.kind.extraBits[matchCode]);
                int literalCode = literalCodes.table.symbol(literalState);
                int length =
                        literalCodes.kind.baselines[literalCode] + bits.read(literalCodes.kind.extraBits[literalCode]);
                if (i < count - 1) {
                    literalState = next(literalCodes.table, literalState);
                    matchState = next(matchCodes.table, matchState);
                    offsetState = next(offsetCodes.table, offsetState);
                }
                if (bits.left() < 0) {
                    throw new MalformedPageException("sequences are cut short");
                }
                int offset = offset(offsetValue, length == 0);
                if (length > literals.count() - literal || length > limit - out) {
                    throw new MalformedPageException("a sequence has " + length + " literals, and there are "
                            + (literals.count() - literal) + ", and room for " + (limit - out));
                }
                Bytes.copy(literals.literals(), literal, literals.literals().length, target, out, limit, length);
                literal += length;
                out += length;
                if (offset <= 0 || offset > out - page || matched > limit - out) {
                    throw new MalformedPageException("a match of " + matched + " bytes from " + offset + " back at "
                            + (out - page) + ", where " + (limit - out) + " may come");
                }
                Bytes.repeat(target, out, offset, matched, limit);
                out += matched;
            }
            if (bits.left() != 0) {
                throw new MalformedPageException("something lies behind the last sequence");
            }
        }
        int rest = literals.count() - literal;
        if (rest > limit - out) {
            throw new MalformedPageException(rest + " literals at the end, where " + (limit - out) + " may come");
        }
        System.arraycopy(literals.literals(), literal, target, out, rest);
        return out + rest;
    }

    private int readTables(byte[] source, int from, int end) throws MalformedPageException {
        if (from == end) {
            throw new MalformedPageException("the modes of sequences are cut short");
        }
        int modes = source[from] & 0xFF;
        if ((modes & 3) != 0) {
            throw new MalformedPageException("modes of sequences that there are not");
        }
        int at = literalCodes.read(modes >>> 6, source, from + 1, end);
        at = offsetCodes.read(modes >>> 4 & 3, source, at, end);
        return matchCodes.read(modes >>> 2 & 3, source, at, end);
    }

    private int next(FseTable table, int state) {
        return table.baseline(state) + bits.read(table.bits(state));
    }

    /** The offset that a value stands for, which becomes the most recent one. */
    private int offset(int value, boolean noLiterals) {
        int offset;
        int place;
        if (value > SequenceCodes.REPEATS) {
            offset = value - SequenceCodes.REPEATS;
            place = 2;
        } else {
            place = noLiterals ? value : value - 1;
            offset = place == 3 ? offsets[0] - 1 : offsets[place];
            place = Math.min(place, 2);
        }
        if (place == 2) {
            offsets[2] = offsets[1];
        }
        if (place >= 1) {
            offsets[1] = offsets[0];
        }
        offsets[0] = offset;
        return offset;
    }
}
