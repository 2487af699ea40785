package io.ashlar.backend.local;

import io.ashlar.spi.BackendContext;
import io.ashlar.spi.BackendProvider;
import io.ashlar.spi.ExtentBackend;
import java.net.URI;

/**
 * Opens {@code mem:} URIs, such as {@code mem:scratch?maxBytes=67108864}: objects in memory, for tests and for caches.
 *
 * <p>Every open gives a fresh, empty backend, shared with nobody; the name is only for messages. So nothing depends on who
 * closes first, and two tests with one name do not meet. {@code maxBytes} limits the bytes held, objects with their overhead; without
 * it a quarter of the largest size of the heap.
 */
public final class MemoryBackendProvider implements BackendProvider {
    private static final String OPTION = "maxBytes=";

    /** For {@link java.util.ServiceLoader}. */
    public MemoryBackendProvider() {}

    @Override
    public String scheme() {
        return "mem";
    }

    @Override
    public ExtentBackend open(URI uri, BackendContext context) {
        if (!scheme().equalsIgnoreCase(uri.getScheme()) || uri.getRawFragment() != null) {
            throw malformed(uri);
        }
        // Without a slash after the scheme a URI is opaque, and its query is for us to find.
        String specific = uri.getSchemeSpecificPart();
        int mark = specific.indexOf('?');
        String label = mark < 0 ? specific : specific.substring(0, mark);
        long capacityBytes = Runtime.getRuntime().maxMemory() / 4;
        if (mark >= 0) {
            capacityBytes = capacityBytes(uri, specific.substring(mark + 1));
        }
        return new MemoryBackend(label, capacityBytes, context.clock(), context.readOnly());
    }

    private static long capacityBytes(URI uri, String query) {
        if (!query.startsWith(OPTION)) {
            throw malformed(uri);
        }
        try {
            long bytes = Long.parseLong(query.substring(OPTION.length()));
            if (bytes <= MemoryBackend.OVERHEAD_BYTES) {
                throw malformed(uri);
            }
            return bytes;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(malformed(uri).getMessage(), e);
        }
    }

    private static IllegalArgumentException malformed(URI uri) {
        return new IllegalArgumentException("expected mem:NAME or mem:NAME?maxBytes=NUMBER with more than "
                + MemoryBackend.OVERHEAD_BYTES + " bytes, not " + uri);
    }
}
