package io.ashlar.extent;

import java.nio.ByteBuffer;

/** An image in memory. */
record BufferSource(ByteBuffer image, String describe) implements ExtentSource {

    @Override
    public int read(long offset, ByteBuffer target) {
        if (offset >= image.limit()) {
            return 0;
        }
        int length = Math.min(target.remaining(), image.limit() - (int) offset);
        target.put(target.position(), image, (int) offset, length);
        target.position(target.position() + length);
        return length;
    }
}
