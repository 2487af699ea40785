package io.ashlar.shard;

import java.util.List;

/**
 * What a {@link StripeChecker} found.
 *
 * @param damaged the numbers of shards that are missing, or whose blocks do not match their checksums, ascending: to be rebuilt
 * @param contradicting the numbers of parity shards that match their checksums and are not the parity of the data, ascending. If
 *     it is not all of them, these are wrong; if it is all, some data shard may be, and its pages tell which. Empty where data
 *     shards are damaged, since then nobody can say
 */
public record StripeVerdict(List<Integer> damaged, List<Integer> contradicting) {

    /**
     * Takes the numbers for good.
     *
     * @param damaged shards to be rebuilt
     * @param contradicting parity that is none
     */
    public StripeVerdict {
        damaged = List.copyOf(damaged);
        contradicting = List.copyOf(contradicting);
    }

    /**
     * Tells whether all is as it should be.
     *
     * @return whether both are empty
     */
    public boolean isGood() {
        return damaged.isEmpty() && contradicting.isEmpty();
    }
}
