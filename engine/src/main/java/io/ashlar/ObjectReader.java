package io.ashlar;

import java.nio.ByteBuffer;

/** Reads an object at any place. For one thread. Holds a pin, so that the object stays readable although it is released. */
public interface ObjectReader extends AutoCloseable {

    /**
     * Tells how long the object is.
     *
     * @return the length in bytes
     */
    long length();

    /**
     * Reads until {@code target} is full or the object ends.
     *
     * @param offset where to begin, in bytes; at or past the end reads nothing
     * @param target where to; its position advances by what was read
     * @return how many bytes were read, all of them verified
     * @throws DamagedException if bytes of it are lost
     * @throws PinExpiredException if the reader was open for longer than the setting {@code pinMaxMillis}
     */
    int read(long offset, ByteBuffer target);

    /** Lets go of the pin. Closing again does nothing. */
    @Override
    void close();
}
