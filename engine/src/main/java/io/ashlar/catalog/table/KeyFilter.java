package io.ashlar.catalog.table;

import io.ashlar.format.TableLayout;
import net.openhft.hashing.LongHashFunction;

/** The arithmetic of the blocked Bloom filter: see {@link TableLayout}. A key touches one block, hence one page. */
final class KeyFilter {
    private static final LongHashFunction XXH3 = LongHashFunction.xx3();
    private static final int BIT_NUMBER_BITS = 9;
    private static final int BIT_NUMBER_MASK = TableLayout.FILTER_BLOCK_BYTES * Byte.SIZE - 1;

    private KeyFilter() {}

    static long hash(byte[] key) {
        return XXH3.hashBytes(key);
    }

    static int block(long hash, int blocks) {
        return (int) (((hash >>> 32) * blocks) >>> 32);
    }

    /** Sets a key's bits; {@code base} is where the filter begins. */
    static void add(byte[] image, int base, int blocks, long hash) {
        int block = base + block(hash, blocks) * TableLayout.FILTER_BLOCK_BYTES;
        long mixed = hash * TableLayout.FILTER_MIX;
        for (int n = 1; n <= TableLayout.FILTER_PROBES; n++) {
            int bit = (int) (mixed >>> (64 - BIT_NUMBER_BITS * n)) & BIT_NUMBER_MASK;
            image[block + (bit >>> 3)] |= (byte) (1 << (bit & 7));
        }
    }

    /** Whether all bits of a key are set; {@code block} is where its block begins. */
    static boolean mightContain(byte[] page, int block, long hash) {
        long mixed = hash * TableLayout.FILTER_MIX;
        for (int n = 1; n <= TableLayout.FILTER_PROBES; n++) {
            int bit = (int) (mixed >>> (64 - BIT_NUMBER_BITS * n)) & BIT_NUMBER_MASK;
            if ((page[block + (bit >>> 3)] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }
}
