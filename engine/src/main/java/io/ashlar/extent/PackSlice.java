package io.ashlar.extent;

import io.ashlar.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The image of a member of a pack, read by way of the pack's reader: the pages of the pack that it lies in are verified as well
 * as its own. As thread-safe as the reader.
 */
public final class PackSlice implements ExtentSource {
    private final ExtentReader pack;
    private final int offset;
    private final int length;

    /**
     * Names a member by its place.
     *
     * @param pack the pack
     * @param offset where the member's image begins, in bytes
     * @param length how long it is, in bytes
     * @throws DamagedException if the extent is no pack, or ends before the member does
     */
    public PackSlice(ExtentReader pack, int offset, int length) {
        if (pack.kind() != ExtentKind.PACK || offset < 0 || length < 0 || offset > pack.plainBytes() - length) {
            throw pack.where()
                    .damaged("a pack with " + length + " bytes at " + offset + " was expected, not " + pack.kind()
                            + " of " + pack.plainBytes() + " bytes");
        }
        this.pack = pack;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public int read(long from, ByteBuffer target) throws IOException {
        if (from >= length || !target.hasRemaining()) {
            return 0;
        }
        int count = Math.min(target.remaining(), length - (int) from);
        int limit = target.limit();
        target.limit(target.position() + count);
        try {
            pack.readRange(offset + from, target);
        } finally {
            target.limit(limit);
        }
        return count;
    }

    @Override
    public String describe() {
        return "bytes " + offset + " to " + (offset + length) + " of pack " + pack.id() + " in "
                + pack.where().place();
    }
}
