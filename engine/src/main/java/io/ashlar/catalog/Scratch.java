package io.ashlar.catalog;

import java.nio.ByteBuffer;

/** A buffer on the heap that grows to the largest extent it was asked to hold. For one thread. */
final class Scratch {
    private static final int SMALLEST_BYTES = 4096;

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** Room for so many bytes, and for nothing else until the next call. */
    ByteBuffer of(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(SMALLEST_BYTES, Integer.highestOneBit(bytes - 1) << 1));
        }
        return buffer.clear().limit(bytes);
    }
}
