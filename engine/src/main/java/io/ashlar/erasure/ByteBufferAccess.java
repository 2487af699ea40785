package io.ashlar.erasure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.openhft.hashing.Access;

/**
 * Lets the hash functions read a buffer at absolute offsets, be it heap, direct or read-only: the library's own access
 * reaches into the JDK for direct and read-only ones, which the module system refuses.
 */
final class ByteBufferAccess extends Access<ByteBuffer> {
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static final ByteBufferAccess INSTANCE = new ByteBufferAccess();

    private ByteBufferAccess() {}

    @Override
    public long getLong(ByteBuffer input, long offset) {
        return (long) LONG.get(input, (int) offset);
    }

    @Override
    public long getUnsignedInt(ByteBuffer input, long offset) {
        return getInt(input, offset) & 0xFFFF_FFFFL;
    }

    @Override
    public int getInt(ByteBuffer input, long offset) {
        return (int) INT.get(input, (int) offset);
    }

    @Override
    public int getUnsignedShort(ByteBuffer input, long offset) {
        return getShort(input, offset) & 0xFFFF;
    }

    @Override
    public int getShort(ByteBuffer input, long offset) {
        return (short) SHORT.get(input, (int) offset);
    }

    @Override
    public int getUnsignedByte(ByteBuffer input, long offset) {
        return input.get((int) offset) & 0xFF;
    }

    @Override
    public int getByte(ByteBuffer input, long offset) {
        return input.get((int) offset);
    }

    @Override
    public ByteOrder byteOrder(ByteBuffer input) {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    protected Access<ByteBuffer> reverseAccess() {
        throw new UnsupportedOperationException("content is hashed as little-endian numbers everywhere");
    }
}
