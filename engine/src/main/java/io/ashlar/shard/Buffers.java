package io.ashlar.shard;

import java.nio.ByteBuffer;

/** What is asked of buffers to be written to. */
final class Buffers {
    private Buffers() {}

    static void requireRoom(ByteBuffer target, int length) {
        if (target.isReadOnly() || target.remaining() < length) {
            throw new IllegalArgumentException("a buffer with room for " + length + " bytes is needed, not "
                    + (target.isReadOnly() ? "one that is read-only" : target.remaining()));
        }
    }
}
