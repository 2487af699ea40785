package io.ashlar.shard;

/**
 * A part of an image that lies in one data shard.
 *
 * @param shard the number of the shard
 * @param offset where in that shard's payload it begins, in bytes
 * @param length its length in bytes, at least 1
 * @param imageOffset where in the image it begins, in bytes
 */
public record Piece(int shard, int offset, int length, int imageOffset) {}
