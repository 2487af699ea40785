package io.ashlar.catalog;

import io.ashlar.ExtentId;
import io.ashlar.catalog.table.StoredObject;
import io.ashlar.catalog.table.TableSink;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.ExtentBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores the engine's own extents, those of checkpoints and packs, under fresh names. For one thread. What was written is
 * under way until {@link #settle} or {@link #abandon}.
 */
final class ObjectSink implements TableSink {
    private final ExtentBackend backend;
    private final NameSource names;
    private final ExtentId.Hash hash;
    private final int pageBytes;
    private final ExtentEncoder encoder = new ExtentEncoder();
    private final List<String> written = new ArrayList<>();
    private @Nullable ByteBuffer image;

    ObjectSink(ExtentBackend backend, NameSource names, ExtentId.Hash hash, int pageBytes) {
        this.backend = backend;
        this.names = names;
        this.hash = hash;
        this.pageBytes = pageBytes;
    }

    @Override
    public StoredObject write(ExtentKind kind, ByteBuffer plain) throws IOException {
        ByteBuffer encoded = image(ExtentLayout.maxImageBytes(plain.remaining(), pageBytes));
        ExtentId id = encoder.encode(kind, pageBytes, plain, hash, encoded);
        return put(backend, kind, id, names.nextCounter(), encoded);
    }

    /** Stores an image that is encoded already, by way of the backend of its domain. */
    StoredObject put(ExtentBackend to, ExtentKind kind, ExtentId id, long counter, ByteBuffer encoded)
            throws IOException {
        String name = ObjectName.of(kind, id, names.life(), counter);
        names.begin(name);
        written.add(name);
        to.put(name, encoded);
        return new StoredObject(name, id, encoded.remaining());
    }

    /** A buffer for an image, large enough and empty. Direct, since it goes to a file. */
    ByteBuffer image(int bytes) {
        ByteBuffer present = image;
        if (present == null || present.capacity() < bytes) {
            present = ByteBuffer.allocateDirect(bytes);
            image = present;
        }
        return present.clear();
    }

    /** Makes durable what was written. */
    void sync() throws IOException {
        if (!written.isEmpty()) {
            backend.sync(written);
        }
    }

    /** What was written is named by a record or a checkpoint now. */
    void settle() {
        written.forEach(names::end);
        written.clear();
    }

    /** What was written is not needed. Best effort: what cannot be deleted now is found as an orphan later. */
    void abandon(System.Logger log) {
        for (String name : written) {
            try {
                backend.delete(name);
            } catch (IOException e) {
                log.log(System.Logger.Level.DEBUG, "object {0} stays behind as an orphan: {1}", name, e);
            }
            names.end(name);
        }
        written.clear();
    }

    List<String> written() {
        return written;
    }
}
