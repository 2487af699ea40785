/** The face of the engine. */
@NullMarked
package io.ashlar;

import org.jspecify.annotations.NullMarked;
