package io.ashlar.testkit;

import io.ashlar.spi.Entropy;
import java.util.concurrent.atomic.AtomicLong;

/** Randomness that a seed repeats. Safe for use by many threads, though only one thread gets the same order each time. */
public final class SimulatedEntropy implements Entropy {
    private final long seed;
    private final AtomicLong drawn = new AtomicLong();

    /**
     * Begins a stream.
     *
     * @param seed which stream
     */
    public SimulatedEntropy(long seed) {
        this.seed = seed;
    }

    @Override
    public long nextLong() {
        return SimulatedRandom.mix(seed, drawn.incrementAndGet());
    }
}
