package io.ashlar.kernels.vector;

import com.backblaze.erasure.CodingLoop;
import io.ashlar.erasure.Kernels;
import io.ashlar.erasure.Xxh3;
import jdk.incubator.vector.ByteVector;

/** Kernels on the Vector API, with the longest vectors that there are. Safe for use by many threads. */
public final class VectorKernels implements Kernels {

    /** Makes them, whether they are worth it or not: {@link VectorKernelProvider} asks that. */
    public VectorKernels() {}

    static int vectorBytes() {
        return ByteVector.SPECIES_PREFERRED.length();
    }

    @Override
    public String name() {
        return "vector (" + vectorBytes() * Byte.SIZE + " bits)";
    }

    @Override
    public CodingLoop newCodingLoop() {
        return new ShuffleCodingLoop();
    }

    @Override
    public Xxh3 newXxh3() {
        return new VectorXxh3();
    }
}
