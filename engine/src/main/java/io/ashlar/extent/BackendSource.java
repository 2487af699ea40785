package io.ashlar.extent;

import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An image that is an object of a backend. As thread-safe as the backend.
 *
 * @param backend where it is
 * @param name the object
 */
public record BackendSource(ExtentBackend backend, String name) implements ExtentSource {

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
        return backend.read(name, offset, target);
    }

    @Override
    public String describe() {
        return "object " + name + " of " + backend;
    }
}
