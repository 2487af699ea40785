package io.ashlar.erasure;

import java.nio.ByteBuffer;
import java.util.Objects;
import net.openhft.hashing.LongTupleHashFunction;

/** The XXH3-128 of zero-allocation-hashing. The reference that all others must equal. */
final class LibraryXxh3 implements Xxh3 {
    private static final LongTupleHashFunction XXH3 = LongTupleHashFunction.xx128();

    @Override
    public void hash128(ByteBuffer bytes, int from, int length, long[] halves) {
        Objects.checkFromIndexSize(from, length, bytes.limit());
        Objects.checkIndex(1, halves.length);
        // Arrays too: the library's own way for them is faster, but two kinds of access in one process make the
        // compiled loop call
        // instead of inline, at less than half the speed for buffers of either kind that come later.
        XXH3.hash(bytes, ByteBufferAccess.INSTANCE, from, length, halves);
    }
}
