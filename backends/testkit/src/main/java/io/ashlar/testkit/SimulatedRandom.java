package io.ashlar.testkit;

/**
 * A SplitMix64 generator whose state can be copied, which {@link java.util.SplittableRandom} does not allow: a forked disk
 * must draw the same faults as its original, and forking must not disturb what the original draws.
 */
final class SimulatedRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SimulatedRandom(long seed) {
        this.state = seed;
    }

    SimulatedRandom copy() {
        return new SimulatedRandom(state);
    }

    /** The n-th output of the stream that begins at a seed; shared with {@link SimulatedEntropy}. */
    static long mix(long seed, long n) {
        long z = seed + n * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    long nextLong() {
        long out = mix(state, 1);
        state += GOLDEN_GAMMA;
        return out;
    }

    /** Uniform in [0, bound); the bound is positive. */
    int nextInt(int bound) {
        assert bound > 0 : bound;
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** Near enough uniform in [0, bound); the bound is positive. */
    long nextLong(long bound) {
        assert bound > 0 : bound;
        return Math.floorMod(nextLong(), bound);
    }

    double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    boolean nextBoolean() {
        return nextLong() < 0;
    }

    void nextBytes(byte[] target, int length) {
        for (int i = 0; i < length; ) {
            long bits = nextLong();
            for (int end = Math.min(length, i + Long.BYTES); i < end; i++) {
                target[i] = (byte) bits;
                bits >>>= Byte.SIZE;
            }
        }
    }
}
