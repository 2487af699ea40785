package io.ashlar.benchmarks.writepath;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes that never come twice and do not compress: a random block with a counter stamped into it. For one thread. */
public final class Content {
    private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

    private final ByteBuffer block;
    private long counter;

    /** Makes a block in memory outside the heap. */
    public Content(int bytes) {
        block = ByteBuffer.allocateDirect(bytes);
        SplittableRandom random = new SplittableRandom(SEEDS.incrementAndGet());
        while (block.hasRemaining()) {
            block.putLong(random.nextLong());
        }
        block.clear();
    }

    /** The next content; the last one has changed then. */
    public ByteBuffer next() {
        block.putLong(0, ++counter);
        return block.clear();
    }
}
