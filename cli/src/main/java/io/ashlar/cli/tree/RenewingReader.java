package io.ashlar.cli.tree;

import io.ashlar.ExtentId;
import io.ashlar.ExtentStore;
import io.ashlar.ObjectReader;
import io.ashlar.PinExpiredException;
import java.nio.ByteBuffer;

/** Reads an object for longer than a pin may last: where it expired, the object is opened again. For one thread. */
final class RenewingReader implements AutoCloseable {
    private final ExtentStore store;
    private final ExtentId root;
    private ObjectReader reader;

    RenewingReader(ExtentStore store, ExtentId root) {
        this.store = store;
        this.root = root;
        reader = store.openObject(root);
    }

    long length() {
        return reader.length();
    }

    /**
     * Reads until {@code target} is full.
     *
     * @throws TreeFormatException if the object ends before
     */
    void read(long offset, ByteBuffer target) {
        int start = target.position();
        try {
            reader.read(offset, target);
        } catch (PinExpiredException e) {
            reader.close();
            reader = store.openObject(root);
            target.position(start);
            reader.read(offset, target);
        }
        if (target.hasRemaining()) {
            throw new TreeFormatException("the object of the tree ends at byte " + (offset + target.position() - start)
                    + ", where its manifest expects " + target.remaining() + " more bytes");
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
