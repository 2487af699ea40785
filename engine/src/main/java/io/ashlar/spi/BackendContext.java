package io.ashlar.spi;

/**
 * What a backend gets from the engine that opens it.
 *
 * @param disk files
 * @param clock time
 * @param threads threads and waiting
 * @param entropy randomness
 * @param readOnly whether nothing may be created, changed or locked
 */
public record BackendContext(Disk disk, Clock clock, Threads threads, Entropy entropy, boolean readOnly) {}
