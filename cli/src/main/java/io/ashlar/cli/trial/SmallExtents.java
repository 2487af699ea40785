package io.ashlar.cli.trial;

import io.ashlar.Durability;
import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** Many small extents, all different. */
final class SmallExtents {
    private static final int WINDOW = 256;
    private static final int BYTES = 100;

    private SmallExtents() {}

    static byte[] extent(long number) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(number * 0x9E37_79B9_7F4A_7C15L + bytes.position());
        }
        return bytes.array();
    }

    /** Puts extents; all are durable on return. */
    static void put(ExtentStore store, long from, long count) {
        ArrayDeque<CompletableFuture<ExtentId>> window = new ArrayDeque<>();
        for (long i = from; i < from + count; i++) {
            if (window.size() == WINDOW) {
                window.remove().join();
            }
            window.add(store.put(ByteBuffer.wrap(extent(i)), Durability.GROUPED));
        }
        window.forEach(CompletableFuture::join);
    }
}
