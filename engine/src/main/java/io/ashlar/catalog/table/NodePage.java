package io.ashlar.catalog.table;

import io.ashlar.DamagedException;
import io.ashlar.format.TableLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Searches and walks one node of a table. The bytes have passed their checksum, and still nothing in them is believed without
 * a check: whatever they are, a method returns or throws {@link DamagedException}.
 */
final class NodePage {
    private static final int NO_VALUE = -1;

    private final String objectName;
    private final int pageNumber;
    private final byte[] bytes;
    private final int base;
    private final boolean entries;
    private final int count;
    private final int restartCount;
    private final int limit;

    // The entry that was decoded last. Offsets are into bytes.
    private int shared;
    private int restAt;
    private int restBytes;
    private int valueAt;
    private int valueBytes;
    private int nextAt;

    /** Checks the header of a node of {@code kind} that begins at {@code base}. */
    NodePage(String objectName, int pageNumber, byte[] bytes, int base, int kind) {
        this.objectName = objectName;
        this.pageNumber = pageNumber;
        this.bytes = bytes;
        this.base = base;
        this.entries = kind == TableLayout.KIND_ENTRIES;
        int foundKind = bytes[base + TableLayout.NODE_KIND_OFFSET] & 0xFF;
        if (foundKind != kind || bytes[base + TableLayout.NODE_ZERO_OFFSET] != 0) {
            throw damaged("it has kind " + foundKind + " instead of " + kind);
        }
        this.count = LittleEndian.getU16(bytes, base + TableLayout.NODE_COUNT_OFFSET);
        this.restartCount = LittleEndian.getU16(bytes, base + TableLayout.NODE_RESTARTS_OFFSET);
        this.limit = base + TableLayout.PAGE_BYTES - restartCount * TableLayout.RESTART_BYTES;
        if (count == 0
                || restartCount != (count + TableLayout.RESTART_INTERVAL - 1) / TableLayout.RESTART_INTERVAL
                || limit < base + TableLayout.NODE_HEADER_BYTES) {
            throw damaged("it has " + count + " entries and " + restartCount + " restarts");
        }
    }

    int count() {
        return count;
    }

    int ordinal() {
        return LittleEndian.getU16(bytes, base + TableLayout.NODE_ORDINAL_OFFSET);
    }

    /** Looks a key up in an entry page. */
    Lookup get(byte[] key) {
        int found = floor(key, true);
        if (found < 0) {
            return Lookup.ABSENT;
        }
        return valueBytes == NO_VALUE
                ? Lookup.TOMBSTONE
                : Lookup.of(Arrays.copyOfRange(bytes, valueAt, valueAt + valueBytes));
    }

    /** The position in this node of the last key that is not greater than {@code key}; -1 if all are. */
    int floor(byte[] key) {
        return floor(key, false);
    }

    /** How the first key of this node compares to {@code key}. */
    int compareFirst(byte[] key) {
        decode(restartAt(0));
        checkRestart();
        return Arrays.compareUnsigned(bytes, restAt, restAt + restBytes, key, 0, key.length);
    }

    /** Of the last key not greater, or of an equal one only; the entry found is left decoded. */
    private int floor(byte[] key, boolean exact) {
        int low = 0;
        int high = restartCount - 1;
        // The last restart whose key is not greater, in [low - 1, high].
        while (low <= high) {
            int middle = (low + high) >>> 1;
            decode(restartAt(middle));
            checkRestart();
            int order = Arrays.compareUnsigned(bytes, restAt, restAt + restBytes, key, 0, key.length);
            if (order == 0) {
                return middle * TableLayout.RESTART_INTERVAL;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? -1 : scan(high, key, exact);
    }

    /**
     * Searches the entries of one restart, whose own key is smaller than {@code key}. No key is put together: {@code matched}
     * is how many bytes the key before has in common with {@code key}. If the next one shares more than those with the key
     * before, it is smaller for the same reason; if fewer, it is greater; if as many, its rest decides.
     */
    private int scan(int restart, byte[] key, boolean exact) {
        int position = restart * TableLayout.RESTART_INTERVAL;
        int end = Math.min(count, position + TableLayout.RESTART_INTERVAL);
        decode(restartAt(restart));
        checkRestart();
        int matched = common(key, 0);
        int keyBytes = restBytes;
        for (position++; position < end; position++) {
            decode(nextAt);
            if (shared > keyBytes) {
                throw damaged("a key shares " + shared + " bytes with one of " + keyBytes);
            }
            keyBytes = shared + restBytes;
            if (shared < matched) {
                return exact ? -1 : position - 1;
            }
            if (shared == matched) {
                matched += common(key, matched);
                if (matched == key.length && keyBytes == key.length) {
                    return position;
                }
                if (isRestGreater(key, matched)) {
                    return exact ? -1 : position - 1;
                }
            }
        }
        return exact ? -1 : end - 1;
    }

    /** How many bytes of the rest of the decoded key equal those of {@code key} from {@code from}. */
    private int common(byte[] key, int from) {
        int mismatch = Arrays.mismatch(bytes, restAt, restAt + restBytes, key, from, key.length);
        return mismatch < 0 ? restBytes : mismatch;
    }

    private boolean isRestGreater(byte[] key, int matched) {
        int at = matched - shared;
        if (at == restBytes) {
            return false;
        }
        return matched == key.length || (bytes[restAt + at] & 0xFF) > (key[matched] & 0xFF);
    }

    // --- walking

    /** Decodes the first entry. */
    void first() {
        decode(restartAt(0));
        checkRestart();
    }

    /** Decodes the entry that follows the decoded one. */
    void following() {
        decode(nextAt);
    }

    /** Puts the decoded key together, given the one before it. */
    byte[] key(byte @Nullable [] previous) {
        int previousBytes = previous == null ? 0 : previous.length;
        if (shared > previousBytes) {
            throw damaged("a key shares " + shared + " bytes with one of " + previousBytes);
        }
        byte[] key = new byte[shared + restBytes];
        if (previous != null) {
            System.arraycopy(previous, 0, key, 0, shared);
        }
        System.arraycopy(bytes, restAt, key, shared, restBytes);
        if (previous != null && Arrays.compareUnsigned(previous, key) >= 0) {
            throw damaged("its keys are not in ascending order");
        }
        return key;
    }

    /** Copies the decoded value. */
    byte @Nullable [] value() {
        return valueBytes == NO_VALUE ? null : Arrays.copyOfRange(bytes, valueAt, valueAt + valueBytes);
    }

    private int restartAt(int restart) {
        int offset =
                LittleEndian.getU16(bytes, base + TableLayout.PAGE_BYTES - (restart + 1) * TableLayout.RESTART_BYTES);
        if (offset < TableLayout.NODE_HEADER_BYTES) {
            throw damaged("restart " + restart + " is at " + offset);
        }
        return base + offset;
    }

    private void checkRestart() {
        if (shared != 0) {
            throw damaged("the key of a restart is not whole");
        }
    }

    private void decode(int offset) {
        nextAt = offset;
        shared = varint();
        restBytes = varint();
        valueBytes = entries ? varint() - 1 : NO_VALUE;
        restAt = nextAt;
        valueAt = restAt + restBytes;
        nextAt = valueAt + Math.max(0, valueBytes);
        if (nextAt > limit
                || shared + restBytes > TableLayout.MAX_KEY_BYTES
                || (entries && shared + restBytes == 0)
                || valueBytes > TableLayout.MAX_VALUE_BYTES) {
            throw damaged("an entry at " + (offset - base) + " is out of bounds");
        }
    }

    private int varint() {
        if (nextAt >= limit) {
            throw damaged("an entry runs past the last one's end");
        }
        int low = bytes[nextAt++];
        if (low >= 0) {
            return low;
        }
        if (nextAt >= limit) {
            throw damaged("an entry runs past the last one's end");
        }
        int high = bytes[nextAt++];
        if (high <= 0) {
            throw damaged("a number is not in its shortest form, or too large");
        }
        return (low & 0x7F) | high << 7;
    }

    DamagedException damaged(String what) {
        return damaged(objectName, pageNumber, what);
    }

    static DamagedException damaged(String objectName, int pageNumber, String what) {
        return new DamagedException("catalog table " + objectName + ", page " + pageNumber + ": " + what
                + "; run fsck, or fall back to an older checkpoint");
    }
}
