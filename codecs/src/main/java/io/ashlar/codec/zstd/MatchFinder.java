package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;
import java.util.Arrays;

/**
 * Turns a page into sequences: some literals, then a match with what came before. Two tables remember the last place with the same 8
 * and with the same 5 bytes; the longer one is tried first, then whether the next place has a longer one. The most recent offset is
 * tried before either, since it costs almost nothing to write.
 */
final class MatchFinder {
    private static final int LONG_BITS = 13;
    private static final int SHORT_BITS = 12;
    private static final int SHORT_BYTES = 5;

    /** A match by the most recent offset or by the short table has at least so many bytes. */
    private static final int MATCH_BYTES_MIN = 4;

    /** Behind the last place where a match is looked for lie at least so many bytes. */
    private static final int TAIL_BYTES = 8;

    /** After so many failures, as a power of two, the step becomes longer by one. */
    private static final int PATIENCE_SHIFT = 7;

    private static final int SEQUENCES_MAX = ZstdFormat.PAGE_BYTES_MAX / MATCH_BYTES_MIN;

    /** Places of the current page, counted from {@link #base}; what is less is of earlier pages. */
    private final int[] longPlaces = new int[1 << LONG_BITS];

    private final int[] shortPlaces = new int[1 << SHORT_BITS];
    private final int[] literalLengths = new int[SEQUENCES_MAX];
    private final int[] matchLengths = new int[SEQUENCES_MAX];
    private final int[] offsetValues = new int[SEQUENCES_MAX];
    private final int[] offsets = new int[SequenceCodes.REPEATS];
    private final byte[] literals = new byte[ZstdFormat.PAGE_BYTES_MAX + Long.BYTES];
    private int base = 1;
    private int count;
    private int literalCount;

    int count() {
        return count;
    }

    int literalLength(int sequence) {
        return literalLengths[sequence];
    }

    int matchLength(int sequence) {
        return matchLengths[sequence];
    }

    /** The offset as it is written: 1 to 3 for one of the most recent ones, others themselves and 3. */
    int offsetValue(int sequence) {
        return offsetValues[sequence];
    }

    byte[] literals() {
        return literals;
    }

    int literalCount() {
        return literalCount;
    }

    /** Takes a page apart. */
    void find(byte[] source, int from, int length) {
        int end = from + length;
        count = 0;
        literalCount = 0;
        System.arraycopy(SequenceCodes.FIRST_OFFSETS, 0, offsets, 0, offsets.length);
        // Places of other pages are less than the base; so nothing has to be erased in between.
        if (base > Integer.MAX_VALUE - 2 * ZstdFormat.PAGE_BYTES_MAX) {
            Arrays.fill(longPlaces, 0);
            Arrays.fill(shortPlaces, 0);
            base = 1;
        }
        int shift = base - from;
        base += length;
        int anchor = from;
        int last = end - TAIL_BYTES;
        int at = from;
        while (at < last) {
            int repeated = at + 1 - offsets[0];
            if (repeated >= from && Bytes.getInt(source, repeated) == Bytes.getInt(source, at + 1)) {
                remember(source, at, shift);
                at++;
                int matched =
                        MATCH_BYTES_MIN + Bytes.common(source, repeated + MATCH_BYTES_MIN, at + MATCH_BYTES_MIN, end);
                add(source, anchor, at, at - repeated, matched);
                at = after(source, at + matched, last, shift);
                anchor = at;
                continue;
            }
            long eight = Bytes.getLong(source, at);
            int longSlot = longHash(eight);
            int shortSlot = shortHash(eight);
            int candidate = longPlaces[longSlot] - shift;
            int shorter = shortPlaces[shortSlot] - shift;
            longPlaces[longSlot] = at + shift;
            shortPlaces[shortSlot] = at + shift;
            if (candidate < from || Bytes.getLong(source, candidate) != eight) {
                if (shorter < from || Bytes.getInt(source, shorter) != (int) eight) {
                    at += 1 + ((at - anchor) >>> PATIENCE_SHIFT);
                    continue;
                }
                candidate = shorter;
                if (at + 1 < last) {
                    long nextEight = Bytes.getLong(source, at + 1);
                    int nextSlot = longHash(nextEight);
                    int next = longPlaces[nextSlot] - shift;
                    if (next >= from && Bytes.getLong(source, next) == nextEight) {
                        at++;
                        candidate = next;
                        longPlaces[nextSlot] = at + shift;
                    }
                }
            }
            int matched = Bytes.common(source, candidate, at, end);
            while (at > anchor && candidate > from && source[at - 1] == source[candidate - 1]) {
                at--;
                candidate--;
                matched++;
            }
            add(source, anchor, at, at - candidate, matched);
            at = after(source, at + matched, last, shift);
            anchor = at;
        }
        addLiterals(source, anchor, end - anchor);
    }

    /** Remembers places near the end of a match, and tells where to go on. */
    private int after(byte[] source, int at, int last, int shift) {
        if (at < last) {
            remember(source, at - 2, shift);
        }
        return at;
    }

    private void remember(byte[] source, int at, int shift) {
        long eight = Bytes.getLong(source, at);
        longPlaces[longHash(eight)] = at + shift;
        shortPlaces[shortHash(eight)] = at + shift;
    }

    private void add(byte[] source, int anchor, int at, int offset, int matched) {
        int literalLength = at - anchor;
        literalLengths[count] = literalLength;
        matchLengths[count] = matched;
        offsetValues[count] = valueOf(offset, literalLength == 0);
        count++;
        addLiterals(source, anchor, literalLength);
    }

    private void addLiterals(byte[] source, int from, int length) {
        Bytes.copy(source, from, source.length, literals, literalCount, literals.length, length);
        literalCount += length;
    }

    /** How an offset is written, which becomes the most recent one. Without literals the most recent one has no value. */
    private int valueOf(int offset, boolean noLiterals) {
        int first = offsets[0];
        int second = offsets[1];
        if (offset == first && !noLiterals) {
            return 1;
        }
        offsets[0] = offset;
        offsets[1] = first;
        if (offset == second) {
            return noLiterals ? 1 : 2;
        }
        int third = offsets[2];
        offsets[2] = second;
        if (offset == third) {
            return noLiterals ? 2 : 3;
        }
        return noLiterals && offset == first - 1 ? 3 : offset + SequenceCodes.REPEATS;
    }

    private static int longHash(long eight) {
        return (int) ((eight * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - LONG_BITS));
    }

    private static int shortHash(long eight) {
        return (int) (((eight << (Long.SIZE - 8 * SHORT_BYTES)) * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - SHORT_BITS));
    }
}
