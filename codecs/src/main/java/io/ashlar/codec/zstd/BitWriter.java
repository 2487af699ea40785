package io.ashlar.codec.zstd;

import io.ashlar.codec.Bytes;

/**
 * Writes bits one after the other, the lowest of each number first. Where the room does not suffice nothing more is written, and
 * {@link #overflown} tells.
 */
final class BitWriter {
    private byte[] target = {};
    private int at;
    private int limit;
    private long word;
    private int pending;
    private boolean overflown;

    void open(byte[] bytes, int from, int end) {
        target = bytes;
        at = from;
        limit = end;
        word = 0;
        pending = 0;
        overflown = false;
    }

    /** Writes the lowest bits of a number, up to 31, above which it has none. */
    void write(int value, int count) {
        word |= (long) value << pending;
        pending += count;
        if (pending >= Integer.SIZE) {
            flush();
        }
    }

    private void flush() {
        if (at > limit - Long.BYTES) {
            overflown = true;
        } else {
            Bytes.putLong(target, at, word);
            at += pending >>> 3;
        }
        word = pending >= Long.SIZE ? 0 : word >>> (pending & ~7);
        pending &= 7;
    }

    boolean overflown() {
        return overflown;
    }

    /** Ends a stream that is read from its end: a bit that is set marks it. Tells where it ends. */
    int finishMarked() {
        write(1, 1);
        return finish();
    }

    /** Fills the last byte with zeros, and tells where it ends. */
    int finish() {
        pending = (pending + 7) & ~7;
        flush();
        return at;
    }
}
