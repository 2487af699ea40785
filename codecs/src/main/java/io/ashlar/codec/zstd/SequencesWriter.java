package io.ashlar.codec.zstd;

import java.util.Arrays;

/** Writes the sequences of a block (RFC 8878, section 3.1.1.3.2). */
final class SequencesWriter {
    /** Describing a table for fewer sequences costs more than it saves. */
    private static final int TABLE_SEQUENCES_MIN = 32;

    private static final int SEQUENCES_MAX = ZstdFormat.PAGE_BYTES_MAX / SequenceCodes.MATCH_MIN;

    private final Codes literals = new Codes(SequenceCodes.LITERALS);
    private final Codes offsets = new Codes(SequenceCodes.OFFSETS);
    private final Codes matches = new Codes(SequenceCodes.MATCHES);
    private final BitWriter bits = new BitWriter();

    /** One of the three things that a sequence consists of: the codes of all sequences, and how they are written. */
    private static final class Codes {
        final SequenceCodes.Kind kind;
        final byte[] codes = new byte[SEQUENCES_MAX];
        private final int[] counts;
        private final FseCode predefined;
        private final FseCode fitted;
        private FseCode code;
        private int mode;

        Codes(SequenceCodes.Kind kind) {
            this.kind = kind;
            this.counts = new int[kind.codeCount()];
            this.predefined = new FseCode(kind.predefinedLog, kind.codeCount());
            predefined.set(kind.predefined, kind.predefinedLog);
            this.fitted = new FseCode(kind.logMax, kind.codeCount());
            this.code = predefined;
        }

        void clear() {
            Arrays.fill(counts, 0);
        }

        void set(int sequence, int value) {
            int found = kind.codeOf(value);
            codes[sequence] = (byte) found;
            counts[found]++;
        }

        /** Chooses how to write so many codes. */
        void choose(int total) {
            int symbols = 0;
            int most = 0;
            for (int symbol = 0; symbol < counts.length; symbol++) {
                if (counts[symbol] > 0) {
                    symbols = symbol + 1;
                    most = Math.max(most, counts[symbol]);
                }
            }
            code = predefined;
            mode = ZstdFormat.MODE_PREDEFINED;
            if (most == total && total > 2) {
                mode = ZstdFormat.MODE_RLE;
            } else if (most < total && total >= TABLE_SEQUENCES_MIN) {
                fitted.fit(counts, symbols, total, kind.logMax);
                // About five bits a symbol for the description.
                if (fitted.cost(counts, symbols) + 5L * symbols < predefined.cost(counts, symbols)) {
                    mode = ZstdFormat.MODE_FSE;
                    code = fitted;
                }
            }
        }

        /** Writes what the reader needs to know of it, and tells where that ends; -1 if there is no room. */
        int describe(BitWriter bits, byte[] target, int at, int end) {
            if (mode == ZstdFormat.MODE_RLE) {
                if (at == end) {
                    return -1;
                }
                target[at] = codes[0];
                return at + 1;
            }
            if (mode == ZstdFormat.MODE_PREDEFINED) {
                return at;
            }
            bits.open(target, at, end);
            code.writeDistribution(bits);
            int finished = bits.finish();
            return bits.overflown() ? -1 : finished;
        }

        int lastState(int sequence) {
            return mode == ZstdFormat.MODE_RLE ? 0 : code.lastState(codes[sequence]);
        }

        int encode(BitWriter bits, int state, int sequence) {
            return mode == ZstdFormat.MODE_RLE ? 0 : code.encode(bits, state, codes[sequence]);
        }

        void writeState(BitWriter bits, int state) {
            if (mode != ZstdFormat.MODE_RLE) {
                code.writeState(bits, state);
            }
        }

        void writeExtra(BitWriter bits, int sequence, int value) {
            int found = codes[sequence];
            bits.write(value - kind.baselines[found], kind.extraBits[found]);
        }
    }

    /**
     * Writes the section.
     *
     * @return where it ends; -1 if there is no room
     */
    int write(MatchFinder found, byte[] target, int from, int end) {
        int count = found.count();
        int at = from;
        if (end - at < 4) {
            return -1;
        }
        if (count < 128) {
            target[at++] = (byte) count;
        } else if (count < 0x7F00) {
            target[at++] = (byte) ((count >>> 8) + 128);
            target[at++] = (byte) count;
        } else {
            target[at++] = (byte) 255;
            target[at++] = (byte) (count - 0x7F00);
            target[at++] = (byte) ((count - 0x7F00) >>> 8);
        }
        if (count == 0) {
            return at;
        }
        literals.clear();
        offsets.clear();
        matches.clear();
        for (int i = 0; i < count; i++) {
            literals.set(i, found.literalLength(i));
            offsets.set(i, found.offsetValue(i));
            matches.set(i, found.matchLength(i));
        }
        literals.choose(count);
        offsets.choose(count);
        matches.choose(count);
        target[at++] = (byte) ((literals.mode << 6) | (offsets.mode << 4) | (matches.mode << 2));
        at = literals.describe(bits, target, at, end);
        at = at < 0 ? -1 : offsets.describe(bits, target, at, end);
        at = at < 0 ? -1 : matches.describe(bits, target, at, end);
        return at < 0 ? -1 : stream(found, count, target, at, end);
    }

    /** What is read first is written last. */
    private int stream(MatchFinder found, int count, byte[] target, int at, int end) {
        bits.open(target, at, end);
        int sequence = count - 1;
        int literalState = literals.lastState(sequence);
        int offsetState = offsets.lastState(sequence);
        int matchState = matches.lastState(sequence);
        extra(found, sequence);
        while (--sequence >= 0) {
            offsetState = offsets.encode(bits, offsetState, sequence);
            matchState = matches.encode(bits, matchState, sequence);
            literalState = literals.encode(bits, literalState, sequence);
            extra(found, sequence);
        }
        matches.writeState(bits, matchState);
        offsets.writeState(bits, offsetState);
        literals.writeState(bits, literalState);
        int finished = bits.finishMarked();
        return bits.overflown() ? -1 : finished;
    }

    private void extra(MatchFinder found, int sequence) {
        literals.writeExtra(bits, sequence, found.literalLength(sequence));
        matches.writeExtra(bits, sequence, found.matchLength(sequence));
        offsets.writeExtra(bits, sequence, found.offsetValue(sequence));
    }
}
