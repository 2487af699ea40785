/**
 * Assembles the engine and runs it on a real machine.
 *
 * <p>The classes named {@code System…} are the production implementations of the seams in {@code io.ashlar.spi}; they are
 * the only ones in the engine that touch the clock, threads, randomness or files. {@link io.ashlar.runtime.SystemDisk}
 * is where an interrupt of the caller's thread is kept from closing a file.
 */
@NullMarked
package io.ashlar.runtime;

import org.jspecify.annotations.NullMarked;
