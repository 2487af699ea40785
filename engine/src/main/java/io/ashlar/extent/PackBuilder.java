package io.ashlar.extent;

import io.ashlar.ExtentId;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.PackLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts images of small extents together as the plain content of an extent of the kind {@link ExtentKind#PACK}, in a buffer of
 * the caller's. Not thread-safe.
 */
public final class PackBuilder {
    private final ByteBuffer plain;
    private final List<PackIndex.Member> members = new ArrayList<>();
    private int end;
    private int indexBytes = PackLayout.TRAILER_BYTES;
    private boolean finished;

    /**
     * Begins a pack.
     *
     * @param plain where the pack goes: from its position, to its limit at most, and never more than 2 MiB
     * @throws IllegalArgumentException if there is not even room for an empty pack
     */
    public PackBuilder(ByteBuffer plain) {
        ByteBuffer slice = plain.slice();
        this.plain = slice.limit(Math.min(slice.limit(), PackLayout.PACK_BYTES_MAX));
        if (this.plain.limit() < PackLayout.TRAILER_BYTES || plain.isReadOnly()) {
            throw new IllegalArgumentException("no room for a pack in " + plain);
        }
    }

    /**
     * Adds an image, if there is room.
     *
     * @param id its extent
     * @param life the life of the process under which the extent is known in the catalog, 0 or more
     * @param counter the counter likewise, 0 or more
     * @param image the whole image, from position to limit; the position is unchanged
     * @return its offset in the pack, in bytes; -1 if there was no room
     * @throws IllegalArgumentException if the image is shorter than the header of an extent, or a number is negative
     * @throws IllegalStateException if the pack is finished
     */
    public int add(ExtentId id, int life, long counter, ByteBuffer image) {
        if (finished) {
            throw new IllegalStateException("the pack is finished");
        }
        int length = image.remaining();
        if (length < ExtentLayout.HEADER_BYTES || life < 0 || counter < 0) {
            throw new IllegalArgumentException(
                    "an image of " + length + " bytes, life " + life + ", counter " + counter);
        }
        int offset = PackLayout.align(end);
        int entryBytes = id.encodedBytes() + PackLayout.ENTRY_TAIL_BYTES;
        if (length > plain.limit() - offset
                || PackLayout.align(offset + length) + indexBytes + entryBytes > plain.limit()) {
            return -1;
        }
        zero(end, offset);
        plain.put(offset, image, image.position(), length);
        members.add(new PackIndex.Member(id, life, counter, offset, length));
        end = offset + length;
        indexBytes += entryBytes;
        return offset;
    }

    /**
     * Counts the members.
     *
     * @return how many there are
     */
    public int count() {
        return members.size();
    }

    /**
     * Tells the room that images take so far.
     *
     * @return in bytes, without index
     */
    public int imageBytes() {
        return end;
    }

    /**
     * Writes the index.
     *
     * @return a view of the pack, from position to limit; encode it as {@link ExtentKind#PACK}
     * @throws IllegalStateException if it was written before
     */
    public ByteBuffer finish() {
        if (finished) {
            throw new IllegalStateException("the pack is finished");
        }
        finished = true;
        int indexOffset = PackLayout.align(end);
        zero(end, indexOffset);
        plain.position(indexOffset);
        for (PackIndex.Member member : members) {
            member.id().writeTo(plain);
            int at = plain.position();
            LittleEndian.putInt(plain, at + PackLayout.ENTRY_LIFE_OFFSET, member.life());
            LittleEndian.putLong(plain, at + PackLayout.ENTRY_COUNTER_OFFSET, member.counter());
            LittleEndian.putInt(plain, at + PackLayout.ENTRY_IMAGE_OFFSET, member.offset());
            LittleEndian.putInt(plain, at + PackLayout.ENTRY_LENGTH_OFFSET, member.length());
            plain.position(at + PackLayout.ENTRY_TAIL_BYTES);
        }
        int at = plain.position();
        LittleEndian.putInt(plain, at + PackLayout.TRAILER_COUNT_OFFSET, members.size());
        LittleEndian.putInt(plain, at + PackLayout.TRAILER_INDEX_OFFSET, indexOffset);
        LittleEndian.putInt(plain, at + PackLayout.TRAILER_MAGIC_OFFSET, PackLayout.MAGIC);
        return plain.position(at + PackLayout.TRAILER_BYTES).flip().slice();
    }

    private void zero(int from, int to) {
        for (int i = from; i < to; i++) {
            plain.put(i, (byte) 0);
        }
    }
}
