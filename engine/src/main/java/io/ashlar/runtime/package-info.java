/**
 * Assembles the engine and drives it: the production clock, disk, threads and randomness, and recovery in explicit steps.
 * {@link io.ashlar.runtime.EngineAssembly} is the entry point, called by the builder of the face.
 */
@NullMarked
package io.ashlar.runtime;

import org.jspecify.annotations.NullMarked;
