package io.ashlar.spi;

/**
 * The only source of randomness in the engine: store identifiers, sampling, jitter, salts. Safe for use by many threads.
 *
 * <p>In production it must not repeat itself, whatever is restarted or cloned: that no two encrypted extents have one key rests on
 * it.
 */
public interface Entropy {

    /**
     * Draws 64 random bits.
     *
     * @return any {@code long}, uniformly
     */
    long nextLong();
}
