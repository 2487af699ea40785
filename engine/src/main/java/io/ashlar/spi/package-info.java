/**
 * What the engine needs from the world: backends that hold extents, and the seams through which time, threads, randomness
 * and files come in.
 *
 * <p>Entry points are {@link io.ashlar.spi.ExtentBackend} with its {@link io.ashlar.spi.BackendProvider}, and {@link
 * io.ashlar.spi.Disk}, {@link io.ashlar.spi.Clock}, {@link io.ashlar.spi.Threads}, {@link io.ashlar.spi.Entropy} and
 * {@link io.ashlar.spi.Probe}; {@link io.ashlar.spi.PageCodec} makes pages smaller, {@link io.ashlar.spi.KeyProvider} knows the
 * keys that they are encrypted with. The production implementations live in {@code io.ashlar.runtime}; a simulator supplies its
 * own and runs the same engine.
 */
@NullMarked
package io.ashlar.spi;

import org.jspecify.annotations.NullMarked;
