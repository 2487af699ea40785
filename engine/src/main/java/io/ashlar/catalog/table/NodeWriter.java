package io.ashlar.catalog.table;

import io.ashlar.format.TableLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fills one node, an entry page or an index page, in place. Begins a new one with {@link #begin}. */
final class NodeWriter {
    private static final int RESTARTS_MAX =
            TableLayout.PAGE_BYTES / TableLayout.RESTART_BYTES / TableLayout.RESTART_INTERVAL;

    private final int kind;
    private final int[] restarts = new int[RESTARTS_MAX];
    private byte[] image = new byte[0];
    private int base;
    private int ordinal;
    private int end;
    private int count;
    private int restartCount;
    private byte[] lastKey = new byte[0];

    NodeWriter(int kind) {
        this.kind = kind;
    }

    /** Begins a node at {@code base} of an image that is all zeros there. */
    void begin(byte[] target, int targetBase, int targetOrdinal) {
        image = target;
        base = targetBase;
        ordinal = targetOrdinal;
        end = TableLayout.NODE_HEADER_BYTES;
        count = 0;
        restartCount = 0;
        lastKey = new byte[0];
    }

    /** Appends a separator if there is room. */
    boolean tryAddSeparator(byte[] key) {
        return tryAdd(key, null);
    }

    /** Appends an entry, a tombstone if the value is null, if there is room. */
    boolean tryAdd(byte[] key, byte @Nullable [] value) {
        boolean restart = count % TableLayout.RESTART_INTERVAL == 0;
        int shared = restart ? 0 : Math.max(0, mismatch(lastKey, key));
        int rest = key.length - shared;
        int valueBytes = value == null ? 0 : value.length;
        int bytes = varintBytes(shared) + varintBytes(rest) + rest;
        if (kind == TableLayout.KIND_ENTRIES) {
            bytes += varintBytes(value == null ? 0 : valueBytes + 1) + valueBytes;
        }
        int room = TableLayout.PAGE_BYTES - (restartCount + (restart ? 1 : 0)) * TableLayout.RESTART_BYTES;
        if (end + bytes > room) {
            return false;
        }
        if (restart) {
            restarts[restartCount++] = end;
        }
        int at = putVarint(putVarint(base + end, shared), rest);
        if (kind == TableLayout.KIND_ENTRIES) {
            at = putVarint(at, value == null ? 0 : valueBytes + 1);
        }
        System.arraycopy(key, shared, image, at, rest);
        at += rest;
        if (value != null) {
            System.arraycopy(value, 0, image, at, valueBytes);
            at += valueBytes;
        }
        end += bytes;
        assert at == base + end;
        count++;
        lastKey = key;
        return true;
    }

    /** Completes the node. */
    void end() {
        assert count > 0;
        image[base + TableLayout.NODE_KIND_OFFSET] = (byte) kind;
        LittleEndian.putU16(image, base + TableLayout.NODE_COUNT_OFFSET, count);
        LittleEndian.putU16(image, base + TableLayout.NODE_RESTARTS_OFFSET, restartCount);
        LittleEndian.putU16(image, base + TableLayout.NODE_ORDINAL_OFFSET, ordinal);
        for (int i = 0; i < restartCount; i++) {
            LittleEndian.putU16(
                    image, base + TableLayout.PAGE_BYTES - (i + 1) * TableLayout.RESTART_BYTES, restarts[i]);
        }
    }

    /** The first position where two different keys differ: the length of the shorter, if that is where it is. */
    static int mismatch(byte[] a, byte[] b) {
        return Arrays.mismatch(a, b);
    }

    private int putVarint(int at, int value) {
        if (value < 0x80) {
            image[at] = (byte) value;
            return at + 1;
        }
        assert value < 1 << 14 : value;
        image[at] = (byte) (value | 0x80);
        image[at + 1] = (byte) (value >>> 7);
        return at + 2;
    }

    private static int varintBytes(int value) {
        return value < 0x80 ? 1 : 2;
    }
}
