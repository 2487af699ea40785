package io.ashlar.erasure;

import com.backblaze.erasure.Galois;
import com.backblaze.erasure.Matrix;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A systematic Reed-Solomon code over GF(2^8): any {@code k} of {@code k + m} shards give the others.
 *
 * <p>Shards are numbered from 0; the first {@code k} are the data itself. All are the same, byte for byte, as those of Backblaze
 * JavaReedSolomon: the generator is the Vandermonde matrix whose row {@code r} holds the powers of {@code r}, times the inverse of
 * its upper square (Plank and Ding, "Note: Correction to the 1997 Tutorial on Reed-Solomon Coding", 2005). Bytes at one position of
 * all shards belong together, and to no others, so a range of a shard is made of the same range of {@code k} others.
 *
 * <p>Immutable, but for a bounded cache of plans; safe for use by many threads.
 */
public final class ReedSolomonCode {
    /** The most shards that the field has room for. */
    public static final int SHARDS_MAX = 256;

    private static final int PLANS_CACHED = 256;

    private final int dataShards;
    private final int parityShards;
    private final Matrix generator;
    private final CodingPlan parity;
    private final AtomicReferenceArray<CodingPlan> plans = new AtomicReferenceArray<>(PLANS_CACHED);

    /**
     * Makes a code.
     *
     * @param dataShards how many shards hold the data, {@code k}; at least 1
     * @param parityShards how many more there are, {@code m}; at least 1
     * @throws IllegalArgumentException if one of them is less, or together they are more than {@value #SHARDS_MAX}
     */
    public ReedSolomonCode(int dataShards, int parityShards) {
        // In this order: the sum of two large numbers is negative.
        if (dataShards < 1 || parityShards < 1 || dataShards > SHARDS_MAX - parityShards) {
            throw new IllegalArgumentException(dataShards + "+" + parityShards
                    + " shards: there must be one of each at least, and " + SHARDS_MAX + " together at most");
        }
        this.dataShards = dataShards;
        this.parityShards = parityShards;
        int shards = dataShards + parityShards;
        Matrix powers = new Matrix(shards, dataShards);
        for (int row = 0; row < shards; row++) {
            for (int column = 0; column < dataShards; column++) {
                powers.set(row, column, Galois.exp((byte) row, column));
            }
        }
        generator = powers.times(powers.submatrix(0, 0, dataShards, dataShards).invert());
        parity = plan(range(0, dataShards), range(dataShards, shards));
    }

    /**
     * How many shards hold the data: {@code k}.
     *
     * @return at least 1
     */
    public int dataShards() {
        return dataShards;
    }

    /**
     * How many shards may be lost: {@code m}.
     *
     * @return at least 1
     */
    public int parityShards() {
        return parityShards;
    }

    /**
     * How many shards there are.
     *
     * @return {@code k + m}
     */
    public int shards() {
        return dataShards + parityShards;
    }

    /**
     * How to make all parity of all data.
     *
     * @return the plan; always the same
     */
    public CodingPlan parityPlan() {
        return parity;
    }

    /**
     * How to make shards of others, data or parity of either. Plans that were asked for lately are found again without
     * allocating; a new one costs the inversion of a matrix of {@code k} rows.
     *
     * @param sources the numbers of {@code k} shards that are there, ascending
     * @param wanted the numbers of those to be made, each once, in any order; at least one
     * @return the plan; may be kept and used by many threads
     * @throws IllegalArgumentException if these are not {@code k} different shards in ascending order, or if a shard is wanted that
     *     is there, that is wanted twice or that there cannot be
     */
    public CodingPlan rebuildPlan(int[] sources, int[] wanted) {
        int slot = Math.floorMod(31 * Arrays.hashCode(sources) + Arrays.hashCode(wanted), PLANS_CACHED);
        CodingPlan cached = plans.get(slot);
        if (cached != null && cached.is(sources, wanted)) {
            return cached;
        }
        CodingPlan plan = plan(sources.clone(), wanted.clone());
        plans.set(slot, plan);
        return plan;
    }

    private CodingPlan plan(int[] sources, int[] wanted) {
        requirePossible(sources, wanted);
        // What is there is K times the data, what is wanted W times the data, hence W times the inverse of K times what
        // is there.
        Matrix coefficients = rowsOf(wanted).times(rowsOf(sources).invert());
        byte[][] rows = new byte[wanted.length][];
        Arrays.setAll(rows, coefficients::getRow);
        return new CodingPlan(sources, wanted, rows);
    }

    private Matrix rowsOf(int[] shards) {
        Matrix rows = new Matrix(shards.length, dataShards);
        for (int row = 0; row < shards.length; row++) {
            for (int column = 0; column < dataShards; column++) {
                rows.set(row, column, generator.get(shards[row], column));
            }
        }
        return rows;
    }

    private void requirePossible(int[] sources, int[] wanted) {
        boolean possible = sources.length == dataShards && wanted.length > 0;
        boolean[] seen = new boolean[shards()];
        for (int i = 0; possible && i < sources.length; i++) {
            possible = isNew(sources[i], seen) && (i == 0 || sources[i - 1] < sources[i]);
        }
        for (int i = 0; possible && i < wanted.length; i++) {
            possible = isNew(wanted[i], seen);
        }
        if (!possible) {
            throw new IllegalArgumentException("shards " + Arrays.toString(wanted) + " from shards "
                    + Arrays.toString(sources) + ": it takes " + dataShards + " different ones of " + shards()
                    + ", ascending, and wanted ones that are not among them, each once");
        }
    }

    private static boolean isNew(int shard, boolean[] seen) {
        if (shard < 0 || shard >= seen.length || seen[shard]) {
            return false;
        }
        seen[shard] = true;
        return true;
    }

    private static int[] range(int from, int to) {
        int[] numbers = new int[to - from];
        Arrays.setAll(numbers, i -> from + i);
        return numbers;
    }
}
