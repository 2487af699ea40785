package io.ashlar.shard;

/**
 * Whole blocks of a shard's payload: what has to be read so that every byte of it can be checked.
 *
 * @param shard the number of the shard
 * @param offset where in the payload they begin, in bytes; a multiple of 4,096
 * @param length their length in bytes: a multiple of 4,096, or up to the end of the payload; 0 if there is nothing to read
 * @param objectOffset where in the object that holds the shard they begin, in bytes
 */
public record BlockRange(int shard, int offset, int length, int objectOffset) {}
