package io.ashlar.drive;

/**
 * How long things took lately: counts in buckets an eighth of their width apart, halved now and then so that what is long ago counts
 * less. A percentile is right within an eighth. Safe for use by many threads.
 */
final class LatencyHistogram {
    private static final int SUB_BITS = 3;
    private static final int SUBS = 1 << SUB_BITS;
    private static final int BUCKETS = 64 * SUBS;

    /** After so many, all counts are halved. */
    private static final int MEMORY = 4_096;

    // Guarded by this.
    private final int[] counts = new int[BUCKETS];
    private int total;

    synchronized void add(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
        if (++total == MEMORY) {
            total = 0;
            for (int i = 0; i < BUCKETS; i++) {
                counts[i] /= 2;
                total += counts[i];
            }
        }
    }

    synchronized int samples() {
        return total;
    }

    /** The time that a share of all did not take longer than; 0 if there are none. */
    synchronized long percentileNanos(double share) {
        int wanted = (int) Math.ceil(total * share);
        int seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return upperBound(i);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        if (nanos < SUBS) {
            return (int) nanos;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (exponent - SUB_BITS)) & (SUBS - 1);
        return (exponent - SUB_BITS + 1) * SUBS + sub;
    }

    private static long upperBound(int bucket) {
        if (bucket < SUBS) {
            return bucket;
        }
        int shift = bucket / SUBS - 1;
        return ((long) (SUBS + bucket % SUBS) << shift) + (1L << shift) - 1;
    }
}
