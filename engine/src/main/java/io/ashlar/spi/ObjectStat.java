package io.ashlar.spi;

/**
 * What a backend knows about an object.
 *
 * @param name its name
 * @param sizeBytes its size
 * @param modifiedMillis when it was put, in milliseconds since the epoch of 1970, by the backend's clock
 */
public record ObjectStat(String name, long sizeBytes, long modifiedMillis) {}
