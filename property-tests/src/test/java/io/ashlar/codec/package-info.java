/** Codecs, given anything at all. */
@NullMarked
package io.ashlar.codec;

import org.jspecify.annotations.NullMarked;
