/**
 * The face of Ashlar: what a program that links the engine sees.
 *
 * <p>{@link io.ashlar.StorageEngine} is the entry point. Interfaces, value types, settings and exceptions live here and know
 * nothing of how they are implemented; the builder is the one door upward.
 */
@NullMarked
package io.ashlar;

import org.jspecify.annotations.NullMarked;
