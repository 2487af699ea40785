/**
 * Feeds any bytes to every decoder of the engine. {@link io.ashlar.fuzz.FuzzTargets} lists them; {@link
 * io.ashlar.fuzz.DecoderFuzzTest} tries each for a moment in every build, {@code scripts/fuzz.sh} for as long as one likes,
 * guided by coverage. The decoders that are private to their packages are reached by classes of those packages, called
 * {@code …Fuzzing}.
 */
package io.ashlar.fuzz;
