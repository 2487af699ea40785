package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoop;

/**
 * Loops over very many bytes, written for one kind of machine. All kernels give the same bytes; they differ in how soon. Safe for
 * use by many threads; what it makes is not.
 */
public interface Kernels {

    /**
     * Names these kernels, for logs.
     *
     * @return such as {@code plain Java}
     */
    String name();

    /**
     * Makes a loop for erasure coding. It writes the given range of its outputs and no byte beside it, whatever was there before; it
     * looks at no argument but to use it.
     *
     * @return a new one, for one thread; outputs must not overlap inputs
     */
    CodingLoop newCodingLoop();

    /**
     * Makes a hash function.
     *
     * @return a new one, for one thread
     */
    Xxh3 newXxh3();
}
