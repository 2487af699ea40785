package io.ashlar.pipeline;

import io.ashlar.extent.ExtentSealer;
import io.ashlar.spi.Entropy;
import java.nio.ByteBuffer;

/** What it takes to compress and encrypt an image, and room for the result. For one put at a time. */
final class SealBench {
    /** Images of up to so many bytes have benches of their own, so that small puts do not hold on to large buffers. */
    private static final int SMALL_BYTES = 64 << 10;

    final ExtentSealer sealer;
    private final boolean small;
    private ByteBuffer sealed = ByteBuffer.allocate(0);

    private SealBench(Entropy entropy, boolean small) {
        sealer = new ExtentSealer(entropy);
        this.small = small;
    }

    /** Room for an image. */
    ByteBuffer room(int bytes) {
        if (sealed.capacity() < bytes) {
            // What is large goes to a file, to which heap buffers would be copied once more.
            sealed = small ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
        }
        return sealed.duplicate().clear();
    }

    /** Benches for all who put at the same time, kept until the next. */
    static final class Pool {
        private static final int SMALL_IDLE_MAX = 64;
        private static final int LARGE_IDLE_MAX = 8;

        private final Reused<SealBench> small;
        private final Reused<SealBench> large;

        Pool(Entropy entropy) {
            small = new Reused<>(SMALL_IDLE_MAX, () -> new SealBench(entropy, true));
            large = new Reused<>(LARGE_IDLE_MAX, () -> new SealBench(entropy, false));
        }

        SealBench take(int bytes) {
            return (bytes <= SMALL_BYTES ? small : large).take();
        }

        void give(SealBench bench) {
            (bench.small ? small : large).give(bench);
        }
    }
}
