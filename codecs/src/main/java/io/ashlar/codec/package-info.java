/**
 * What the codecs share. Each codec has a package of its own: {@link io.ashlar.codec.lz4.Lz4Codec} is the fast one, {@link
 * io.ashlar.codec.zstd.ZstdCodec} the one that makes pages smaller. The engine finds them through {@link
 * java.util.ServiceLoader}.
 *
 * <p>Everything works on byte arrays and within the bounds that the JVM checks: no native code, no unsafe memory access, so input
 * that somebody made up can at worst be refused.
 */
@NullMarked
package io.ashlar.codec;

import org.jspecify.annotations.NullMarked;
