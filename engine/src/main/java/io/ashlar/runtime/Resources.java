package io.ashlar.runtime;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What an open engine must let go of, in the reverse of the order in which it took it. For one thread. */
public final class Resources implements AutoCloseable {
    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    /** Begins with nothing. */
    public Resources() {}

    <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    /** Closes everything on account of a failure, to which failures to close are added. */
    void closeAfter(Throwable failure) {
        Throwable second = closeAll();
        if (second != null) {
            failure.addSuppressed(second);
        }
    }

    /**
     * Closes everything, also if something cannot be closed.
     *
     * @throws io.ashlar.StorageException if something could not be; the first such
     */
    @Override
    public void close() {
        Throwable failure = closeAll();
        if (failure instanceof java.io.IOException io) {
            throw Errors.typed("close the store", io);
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private @Nullable Throwable closeAll() {
        Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}
