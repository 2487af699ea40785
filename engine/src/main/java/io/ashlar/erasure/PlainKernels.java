package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoop;

/** Kernels that need no flag and run everywhere: {@link XorCodingLoop}, and the XXH3-128 of zero-allocation-hashing. */
public final class PlainKernels implements Kernels {
    /** The only one. */
    public static final PlainKernels INSTANCE = new PlainKernels();

    private PlainKernels() {}

    @Override
    public String name() {
        return "plain Java";
    }

    @Override
    public CodingLoop newCodingLoop() {
        return new XorCodingLoop();
    }

    @Override
    public Xxh3 newXxh3() {
        return new LibraryXxh3();
    }
}
