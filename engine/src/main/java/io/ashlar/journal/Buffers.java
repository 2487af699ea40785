package io.ashlar.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers of the journal. */
final class Buffers {
    /** Below this a heap buffer is cheaper: it costs no cleaner, and the copy that the system call needs is short. */
    private static final int DIRECT_BYTES_MIN = 128 << 10;

    private Buffers() {}

    static ByteBuffer allocate(int bytes) {
        ByteBuffer buffer = bytes < DIRECT_BYTES_MIN ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
}
