package io.ashlar.spi;

/** The only source of randomness in the engine: store identifiers, sampling, jitter. Safe for use by many threads. */
public interface Entropy {

    /**
     * Draws 64 random bits.
     *
     * @return any {@code long}, uniformly
     */
    long nextLong();
}
