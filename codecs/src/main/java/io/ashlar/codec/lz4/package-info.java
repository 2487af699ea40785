/** LZ4: blocks of the LZ4 block format, one for each page. Entry point: {@link io.ashlar.codec.lz4.Lz4Codec}. */
@NullMarked
package io.ashlar.codec.lz4;

import org.jspecify.annotations.NullMarked;
