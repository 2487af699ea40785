package io.ashlar.runtime;

import io.ashlar.extent.PageCodecs;
import io.ashlar.extent.Unsealer;
import io.ashlar.spi.Entropy;
import io.ashlar.spi.KeyProvider;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to compress and encrypt.
 *
 * @param codecs the codecs that there are
 * @param keys the keys; null if there are none
 * @param entropy what encrypted images differ by
 * @param unsealer opens what was sealed
 */
record Sealing(PageCodecs codecs, @Nullable KeyProvider keys, Entropy entropy, Unsealer unsealer) {
    static Sealing of(PageCodecs codecs, @Nullable KeyProvider keys, Entropy entropy) {
        return new Sealing(codecs, keys, entropy, keys == null ? Unsealer.of(codecs) : Unsealer.of(codecs, keys));
    }
}
