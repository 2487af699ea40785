package io.ashlar.runtime;

import io.ashlar.spi.Entropy;
import java.security.SecureRandom;

/**
 * Randomness from the operating system, without a seed that could repeat: two stores created in the same instant on cloned
 * machines still get different identifiers. Safe for use by many threads, which take turns; a draw costs about a
 * microsecond, so whoever samples on a hot path draws once and steps a generator of its own.
 */
public final class SystemEntropy implements Entropy {
    private final SecureRandom random = new SecureRandom();

    /** Connects to the operating system's source. */
    public SystemEntropy() {}

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}
