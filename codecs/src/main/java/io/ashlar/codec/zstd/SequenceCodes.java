package io.ashlar.codec.zstd;

/**
 * How lengths and offsets are split into codes and extra bits, and how the codes are distributed where a block does not say: the
 * tables of RFC 8878, sections 3.1.1.3.2.1 and 3.1.1.3.2.2. A code stands for a baseline and a number of bits to be added to it.
 */
final class SequenceCodes {
    /** A match has at least so many bytes. */
    static final int MATCH_MIN = 3;

    /** Offsets of the history take these values; others are themselves and this. */
    static final int REPEATS = 3;

    /** What the history of offsets holds at the beginning of a frame. */
    static final int[] FIRST_OFFSETS = {1, 4, 8};

    static final Kind LITERALS = new Kind(
            9,
            6,
            new int[] {
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13,
                14, 15, 16
            },
            0,
            new short[] {
                4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
                -1, -1
            });

    static final Kind MATCHES = new Kind(
            9,
            6,
            new int[] {
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1,
                1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
            },
            MATCH_MIN,
            new short[] {
                1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
            });

    /** A code of n stands for n bits below a leading one. */
    static final Kind OFFSETS = new Kind(
            8,
            5,
            new int[] {
                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                28, 29, 30
            },
            1,
            new short[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1});

    /** One of the three things that a sequence consists of. */
    static final class Kind {
        /** The largest table that a block may describe, as a power of two. */
        final int logMax;

        /** The size of the predefined table, as a power of two. */
        final int predefinedLog;

        /** How many bits follow each code. */
        final int[] extraBits;

        /** What each code stands for, before what follows is added. */
        final int[] baselines;

        /** How often each code is expected; -1 for less than once. */
        final short[] predefined;

        private final byte[] codes;

        private Kind(int logMax, int predefinedLog, int[] extraBits, int first, short[] predefined) {
            this.logMax = logMax;
            this.predefinedLog = predefinedLog;
            this.extraBits = extraBits;
            this.predefined = predefined;
            this.baselines = new int[extraBits.length];
            // Each code begins where the range of the one before ends.
            int baseline = first;
            for (int code = 0; code < extraBits.length; code++) {
                baselines[code] = baseline;
                baseline += 1 << extraBits[code];
            }
            this.codes = new byte[ZstdFormat.PAGE_BYTES_MAX + REPEATS + 1];
            int code = 0;
            for (int value = first; value < codes.length; value++) {
                while (code + 1 < baselines.length && baselines[code + 1] <= value) {
                    code++;
                }
                codes[value] = (byte) code;
            }
        }

        int codeCount() {
            return extraBits.length;
        }

        /** The code of a value that a page can have. */
        int codeOf(int value) {
            return codes[value];
        }
    }

    private SequenceCodes() {}
}
