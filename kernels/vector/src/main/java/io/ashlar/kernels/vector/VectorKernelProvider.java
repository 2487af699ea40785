package io.ashlar.kernels.vector;

import io.ashlar.erasure.KernelProvider;
import io.ashlar.erasure.Kernels;
import java.nio.ByteOrder;

/** Offers the vector kernels where the JVM has the Vector API and the processor has long vectors. */
public final class VectorKernelProvider implements KernelProvider {
    private static final String MODULE = "jdk.incubator.vector";

    /** With less, shuffles of bytes are slow or the plain loops are as fast. */
    private static final int VECTOR_BYTES_MIN = 64;

    /** For the service loader. */
    public VectorKernelProvider() {}

    @Override
    public Kernels open() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            throw new UnsupportedOperationException(
                    "erasure coding and hashing are several times as fast with the flag --add-modules " + MODULE
                            + " on processors with AVX-512; plain Java is used");
        }
        int vectorBytes = VectorKernels.vectorBytes();
        if (vectorBytes < VECTOR_BYTES_MIN || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("vectors of this processor have " + vectorBytes
                    + " bytes, of which plain Java makes as much; plain Java is used, and --add-modules " + MODULE
                    + " is of no use here");
        }
        return new VectorKernels();
    }
}
