package io.ashlar.catalog.table;

import io.ashlar.ExtentId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Counts references to extents within a fixed amount of memory, so that a check of all counts needs no memory in proportion to
 * the store: the ids are split into partitions by their hash, and each pass counts one. For one thread.
 *
 * <pre>{@code
 * for (int of = 1, partition = 0; partition < of; ) {
 *     counter.begin(partition, of);
 *     if (walkAllReferences(counter)) {    // every add returned true
 *         counter.forEach(check);
 *         partition++;
 *     } else {
 *         partition *= 2;                  // what is checked stays checked; the rest in smaller portions
 *         of *= 2;
 *     }
 * }
 * }</pre>
 *
 * <p>Ids of another partition are passed over. A table of longs with open addressing: the words of the digest, the
 * discriminator, the count.
 */
public final class PartitionedCounter {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LOAD_PERCENT = 70;
    private static final long PRESENT = 1L << 8;

    private final ExtentId.Hash hash;
    private final int words;
    private final int stride;
    private final int capacity;
    private final int idsMax;
    private final long[] slots;

    private int shift = Long.SIZE;
    private long partition;
    private int ids;
    private boolean overflown;

    /**
     * Reserves the memory.
     *
     * @param hash how the ids are hashed; others cannot be counted
     * @param maxBytes how much memory to take; 1 KiB to 8 GiB
     * @throws IllegalArgumentException if it is less or more
     */
    public PartitionedCounter(ExtentId.Hash hash, long maxBytes) {
        if (maxBytes < 1 << 10 || maxBytes > 8L << 30) {
            throw new IllegalArgumentException("a counter takes 1 KiB to 8 GiB, not " + maxBytes + " bytes");
        }
        this.hash = hash;
        this.words = hash.bytes() / Long.BYTES;
        this.stride = words + 2;
        this.capacity = (int) (maxBytes / Long.BYTES / stride);
        this.idsMax = (int) ((long) capacity * LOAD_PERCENT / 100);
        this.slots = new long[capacity * stride];
    }

    /** Takes what has been counted for an id. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes a count.
         *
         * @param id the id
         * @param count the sum of what was added, which may be zero or negative
         */
        void visit(ExtentId id, long count);
    }

    /**
     * Forgets all counts and begins with a partition.
     *
     * @param partitionIndex which one, from 0
     * @param of how many there are; a power of two up to 2<sup>30</sup>
     * @throws IllegalArgumentException if there is no such partition
     */
    public void begin(int partitionIndex, int of) {
        if (of < 1 || Integer.bitCount(of) != 1 || partitionIndex < 0 || partitionIndex >= of) {
            throw new IllegalArgumentException("there is no partition " + partitionIndex + " of " + of);
        }
        shift = Long.SIZE - Integer.numberOfTrailingZeros(of);
        partition = partitionIndex;
        ids = 0;
        overflown = false;
        Arrays.fill(slots, 0);
    }

    /**
     * Counts, if the id is of this partition.
     *
     * @param id the id
     * @param delta what to add
     * @return whether there was room so far; once there was not, the counts are of no use and {@link #begin} must be called
     *     with more partitions
     * @throws IllegalArgumentException if the id is hashed in another way
     */
    public boolean add(ExtentId id, long delta) {
        if (id.hash() != hash) {
            throw new IllegalArgumentException(id + " is not hashed by " + hash);
        }
        long prefix = id.digestPrefix();
        // A shift by 64 is one by 0.
        if (overflown || (shift < Long.SIZE && prefix >>> shift != partition)) {
            return !overflown;
        }
        byte[] digest = id.digest();
        long tag = PRESENT | id.discriminator();
        // The partition is in the upper bits: the place comes from all of them, mixed.
        long mixed = prefix * 0x9E3779B97F4A7C15L;
        int slot = (int) (((mixed >>> 32) * capacity) >>> 32);
        while (true) {
            int at = slot * stride;
            if (slots[at + words] == 0) {
                if (ids == idsMax) {
                    overflown = true;
                    return false;
                }
                ids++;
                for (int i = 0; i < words; i++) {
                    slots[at + i] = word(digest, i);
                }
                slots[at + words] = tag;
                slots[at + words + 1] = delta;
                return true;
            }
            if (slots[at + words] == tag && isAt(at, digest)) {
                slots[at + words + 1] += delta;
                return true;
            }
            slot = slot + 1 == capacity ? 0 : slot + 1;
        }
    }

    /**
     * Visits everything that was counted, in no particular order.
     *
     * @param visitor takes the counts
     * @throws IllegalStateException if there was no room for all of them
     */
    public void forEach(Visitor visitor) {
        if (overflown) {
            throw new IllegalStateException("there are more than " + idsMax + " ids in this partition");
        }
        byte[] digest = new byte[hash.bytes()];
        for (int at = 0; at < slots.length; at += stride) {
            if (slots[at + words] != 0) {
                for (int i = 0; i < words; i++) {
                    WORD.set(digest, i * Long.BYTES, slots[at + i]);
                }
                visitor.visit(ExtentId.of(hash, digest, (int) slots[at + words] & 0xFF), slots[at + words + 1]);
            }
        }
    }

    private boolean isAt(int at, byte[] digest) {
        for (int i = 0; i < words; i++) {
            if (slots[at + i] != word(digest, i)) {
                return false;
            }
        }
        return true;
    }

    private static long word(byte[] digest, int index) {
        return (long) WORD.get(digest, index * Long.BYTES);
    }
}
