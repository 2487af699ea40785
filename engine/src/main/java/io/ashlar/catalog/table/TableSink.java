package io.ashlar.catalog.table;

import io.ashlar.extent.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Stores extents of tables and manifests. The engine implements it: it encodes the image, gives it a name that was never used
 * before, and puts it to the backend. Making it durable is the caller's business: the names are in the descriptor or the
 * list that the writing ended with.
 */
@FunctionalInterface
public interface TableSink {

    /**
     * Stores an extent.
     *
     * @param kind what it holds
     * @param plain its content, a whole number of pages of 4 KiB in at most 2 MiB, from position to limit; the position may
     *     change. Only valid during the call
     * @return where it lies now
     * @throws IOException if it could not be stored; the writer that called must be dropped
     */
    StoredObject write(ExtentKind kind, ByteBuffer plain) throws IOException;
}
