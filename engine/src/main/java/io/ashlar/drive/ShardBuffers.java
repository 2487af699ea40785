package io.ashlar.drive;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers that are used over and over, in sizes of powers of two: making one costs more than filling it. What is idle is
 * bounded; what is in use is bounded by who uses it. Safe for use by many threads.
 */
final class ShardBuffers {
    private static final int SMALLEST_LOG2 = 13;
    private static final int SIZES = 32 - SMALLEST_LOG2;

    private final long idleBytesMax;

    // Guarded by this.
    private final ArrayDeque<ByteBuffer>[] idle = sizes();
    private long idleBytes;

    ShardBuffers(long idleBytesMax) {
        this.idleBytesMax = idleBytesMax;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ArrayDeque<ByteBuffer>[] sizes() {
        ArrayDeque[] sizes = new ArrayDeque[SIZES];
        for (int i = 0; i < SIZES; i++) {
            sizes[i] = new ArrayDeque<ByteBuffer>();
        }
        return sizes;
    }

    private static int size(int bytes) {
        return Math.max(0, 32 - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1) - SMALLEST_LOG2);
    }

    /** A cleared buffer with room for so many bytes at least. */
    ByteBuffer take(int bytes) {
        int size = size(bytes);
        synchronized (this) {
            ByteBuffer buffer = idle[size].pollLast();
            if (buffer != null) {
                idleBytes -= buffer.capacity();
                return buffer.clear();
            }
        }
        return ByteBuffer.allocateDirect(1 << (size + SMALLEST_LOG2));
    }

    /** Takes one back that nobody uses any more. */
    synchronized void give(ByteBuffer buffer) {
        if (idleBytes + buffer.capacity() <= idleBytesMax) {
            idle[size(buffer.capacity())].addLast(buffer);
            idleBytes += buffer.capacity();
        }
    }
}
