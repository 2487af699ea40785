package io.ashlar.extent;

import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Random access to one image of an extent, wherever it lies: an object of a backend, a payload in the journal, a part of a
 * pack. Promises nothing of the bytes: {@link ExtentReader} verifies them.
 *
 * <p>Implementations may be used by many threads at once, unless they say otherwise.
 */
public interface ExtentSource {

    /**
     * Reads until {@code target} is full or the image ends.
     *
     * @param offset where in the image to begin, in bytes, 0 or more; at or past the end reads nothing
     * @param target where to; its position advances by what was read
     * @return how many bytes were read, 0 or more
     * @throws IOException if reading failed
     */
    int read(long offset, ByteBuffer target) throws IOException;

    /**
     * Tells where the image lies, for messages.
     *
     * @return such as {@code object e-… of file:/data}
     */
    String describe();

    /**
     * An image in memory.
     *
     * @param image from its position to its limit; neither may it change, nor are the buffer's position and limit looked at
     *     again
     * @param description where the bytes come from, for messages
     * @return the source
     */
    static ExtentSource of(ByteBuffer image, String description) {
        return new BufferSource(image.slice(), description);
    }

    /**
     * An image that is an object of a backend.
     *
     * @param backend which one
     * @param name the object's name
     * @return the source
     */
    static ExtentSource of(ExtentBackend backend, String name) {
        return new BackendSource(backend, name);
    }
}
