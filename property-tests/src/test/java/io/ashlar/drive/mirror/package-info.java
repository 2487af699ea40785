/** Codecs, given anything at all. */
@NullMarked
package io.ashlar.drive.mirror;

import org.jspecify.annotations.NullMarked;
