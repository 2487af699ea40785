package io.ashlar.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in arrays, and copies that overlap as those of dictionary codecs do. Every access is checked. */
public final class Bytes {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /**
     * Reads 4 bytes.
     *
     * @param source from where
     * @param at from which place
     * @return the number
     */
    public static int getInt(byte[] source, int at) {
        return (int) INT.get(source, at);
    }

    /**
     * Reads 8 bytes.
     *
     * @param source from where
     * @param at from which place
     * @return the number
     */
    public static long getLong(byte[] source, int at) {
        return (long) LONG.get(source, at);
    }

    /**
     * Writes 4 bytes.
     *
     * @param target where to
     * @param at to which place
     * @param value the number
     */
    public static void putInt(byte[] target, int at, int value) {
        INT.set(target, at, value);
    }

    /**
     * Writes 8 bytes.
     *
     * @param target where to
     * @param at to which place
     * @param value the number
     */
    public static void putLong(byte[] target, int at, long value) {
        LONG.set(target, at, value);
    }

    /**
     * Counts how many bytes two places have in common.
     *
     * @param source holds both
     * @param earlier one place
     * @param later another, behind it
     * @param end where the later one ends
     * @return how many bytes are equal, up to {@code end - later}
     */
    public static int common(byte[] source, int earlier, int later, int end) {
        int at = later;
        int other = earlier;
        while (at <= end - Long.BYTES) {
            long difference = getLong(source, at) ^ getLong(source, other);
            if (difference != 0) {
                return at - later + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            at += Long.BYTES;
            other += Long.BYTES;
        }
        while (at < end && source[at] == source[other]) {
            at++;
            other++;
        }
        return at - later;
    }

    /**
     * Copies bytes from one array to another, perhaps in steps of 8. Up to 7 bytes behind the copy may be overwritten, none of
     * them behind the target's end.
     *
     * @param source from where
     * @param from from which place
     * @param sourceEnd up to where it may be read
     * @param target where to
     * @param at to which place
     * @param targetEnd up to where it may be written
     * @param length how many bytes; the caller has checked that there are so many, and room for them
     */
    public static void copy(byte[] source, int from, int sourceEnd, byte[] target, int at, int targetEnd, int length) {
        if (length > 64 || from > sourceEnd - length - Long.BYTES || at > targetEnd - length - Long.BYTES) {
            System.arraycopy(source, from, target, at, length);
            return;
        }
        for (int i = 0; i < length; i += Long.BYTES) {
            putLong(target, at + i, getLong(source, from + i));
        }
    }

    /**
     * Repeats bytes that lie before a place: where the distance is less than the length, what was just written is repeated. Up to
     * 7 bytes behind the copy may be overwritten, none of them behind the end.
     *
     * @param target holds them
     * @param at where they go
     * @param distance how far back they lie, 1 or more; the caller has checked that there is something
     * @param length how many bytes; the caller has checked that there is room for them
     * @param end up to where may be written
     */
    public static void repeat(byte[] target, int at, int distance, int length, int end) {
        int from = at - distance;
        if (distance >= Long.BYTES && at <= end - length - Long.BYTES) {
            if (distance >= length && length > 64) {
                System.arraycopy(target, from, target, at, length);
                return;
            }
            for (int i = 0; i < length; i += Long.BYTES) {
                putLong(target, at + i, getLong(target, from + i));
            }
        } else if (distance >= length) {
            System.arraycopy(target, from, target, at, length);
        } else {
            for (int i = 0; i < length; i++) {
                target[at + i] = target[from + i];
            }
        }
    }
}
