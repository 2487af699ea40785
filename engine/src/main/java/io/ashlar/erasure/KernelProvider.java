package io.ashlar.erasure;

/**
 * Offers kernels beside those of plain Java. Found through {@link java.util.ServiceLoader}; implementations have a public
 * constructor without parameters, and load no class there that this machine may not have.
 */
public interface KernelProvider {

    /**
     * Makes kernels for this machine.
     *
     * @return kernels that have a chance to be faster than plain Java here
     * @throws UnsupportedOperationException if they cannot run here, or it would be of no use; the message says why, and which flag
     *     of the JVM would change that, if there is one
     */
    Kernels open();
}
