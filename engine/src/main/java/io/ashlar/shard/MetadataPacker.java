package io.ashlar.shard;

import static io.ashlar.format.ExtentLayout.ENTRY_BYTES;
import static io.ashlar.format.ExtentLayout.ENTRY_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.ENTRY_PAGE_OFFSET;
import static io.ashlar.format.ExtentLayout.ENTRY_STORED_BYTES_OFFSET;
import static io.ashlar.format.ExtentLayout.HEADER_BYTES;
import static io.ashlar.format.ExtentLayout.HEADER_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.METADATA_CRC_OFFSET;
import static io.ashlar.format.ExtentLayout.PAGE_SIZE_LOG2_MAX;
import static io.ashlar.format.ExtentLayout.PAGE_SIZE_LOG2_OFFSET;
import static io.ashlar.format.ExtentLayout.PAGE_SLOTS_MAX;
import static io.ashlar.format.ExtentLayout.PAGE_SLOTS_OFFSET;
import static io.ashlar.format.ExtentLayout.PLAIN_BYTES_OFFSET;
import static io.ashlar.format.ExtentLayout.PRESENT_PAGES_OFFSET;

import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Recognizes the image of an extent, and packs its metadata. Does not mind what codec and cipher there are: only that the
 * directory says where pages lie. Whatever is not exactly an extent of version 1 is any bytes, and kept as such; a next version
 * of the format has to be made known here, or its pages may straddle shards.
 *
 * <p>Not thread-safe; allocates nothing after it was made.
 */
final class MetadataPacker {
    private final ByteBuffer raw =
            ByteBuffer.allocate(ExtentLayout.METADATA_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();

    /**
     * Packs the metadata of the image that begins at {@code from} of {@code image}, if it is an extent's.
     *
     * @return whether it is; otherwise the target says that there is no extent
     */
    boolean pack(ByteBuffer image, int from, int imageBytes, PackedMetadata target) {
        target.clear();
        if (imageBytes < HEADER_BYTES) {
            return false;
        }
        // From a copy: heap, of known order, and nobody else writes to it.
        image.get(from, raw.array(), 0, HEADER_BYTES);
        int metadataBytes = metadataBytes();
        if (metadataBytes < 0 || metadataBytes > imageBytes) {
            return false;
        }
        image.get(from + HEADER_BYTES, raw.array(), HEADER_BYTES, metadataBytes - HEADER_BYTES);
        if (crc(HEADER_BYTES, metadataBytes - HEADER_BYTES) != raw.getInt(METADATA_CRC_OFFSET)) {
            return false;
        }
        if (!isContiguous(metadataBytes, imageBytes) || !write(metadataBytes, target)) {
            target.clear();
            return false;
        }
        assert target.metadataBytes() == metadataBytes && metadataBytes + target.bodyBytes() == imageBytes;
        return true;
    }

    /** What the header says; negative if it is none, or tells of more than there can be. */
    private int metadataBytes() {
        int slots = raw.getShort(PAGE_SLOTS_OFFSET) & 0xFFFF;
        int present = raw.getShort(PRESENT_PAGES_OFFSET) & 0xFFFF;
        boolean isHeader = crc(0, HEADER_CRC_OFFSET) == raw.getInt(HEADER_CRC_OFFSET)
                && slots <= PAGE_SLOTS_MAX
                && present <= slots;
        return isHeader ? ExtentLayout.metadataBytes(slots, present) : -1;
    }

    private int crc(int from, int length) {
        crc.reset();
        crc.update(raw.array(), from, length);
        return (int) crc.getValue();
    }

    private boolean isContiguous(int metadataBytes, int imageBytes) {
        int offset = metadataBytes;
        for (int entry = firstEntry(); entry < metadataBytes; entry += ENTRY_BYTES) {
            int length = raw.getInt(entry + ENTRY_STORED_BYTES_OFFSET);
            if (raw.getInt(entry + ENTRY_PAGE_OFFSET) != offset || length < 1 || length > 1 << PAGE_SIZE_LOG2_MAX) {
                return false;
            }
            // At most 4,096 times 65,536.
            offset += length;
        }
        return offset == imageBytes;
    }

    private int firstEntry() {
        return HEADER_BYTES + ExtentLayout.bitmapBytes(raw.getShort(PAGE_SLOTS_OFFSET) & 0xFFFF);
    }

    private boolean write(int metadataBytes, PackedMetadata target) {
        int slots = raw.getShort(PAGE_SLOTS_OFFSET) & 0xFFFF;
        int present = raw.getShort(PRESENT_PAGES_OFFSET) & 0xFFFF;
        int packing = isFull(slots) ? ShardLayout.PACKING_DENSE : 0;
        packing |= isUniform(metadataBytes, slots) ? ShardLayout.PACKING_UNIFORM : 0;
        ByteBuffer packed = target.bytes();
        packed.put(0, raw.array(), 0, HEADER_BYTES);
        int at = HEADER_BYTES;
        if ((packing & ShardLayout.PACKING_DENSE) == 0) {
            packed.put(at, raw.array(), at, firstEntry() - at);
            at = firstEntry();
        }
        for (int entry = firstEntry(); entry < metadataBytes && (packing & ShardLayout.PACKING_UNIFORM) == 0; ) {
            packed.putShort(at, (short) (raw.getInt(entry + ENTRY_STORED_BYTES_OFFSET) - 1));
            at += ShardLayout.PACKED_LENGTH_BYTES;
            entry += ENTRY_BYTES;
        }
        for (int entry = firstEntry(); entry < metadataBytes; entry += ENTRY_BYTES) {
            packed.putInt(at, raw.getInt(entry + ENTRY_CRC_OFFSET));
            at += ShardLayout.CHECKSUM_BYTES;
        }
        assert at == ShardLayout.packedBytes(slots, present, packing) : at;
        // All checksums are right, but it may still be something else, or of another version or an impossible shape.
        return target.take(at, packing) == null;
    }

    /** Whether the bitmap is that of an extent without holes, to the last bit. */
    private boolean isFull(int slots) {
        for (int slot = 0; slot < (firstEntry() - HEADER_BYTES) << 3; slot++) {
            boolean isSet = (raw.get(HEADER_BYTES + (slot >> 3)) >> (slot & 7) & 1) != 0;
            if (isSet != slot < slots) {
                return false;
            }
        }
        return true;
    }

    /** Whether every page is stored in as many bytes as it has: only the last slot, if it is present, may have fewer. */
    private boolean isUniform(int metadataBytes, int slots) {
        int log2 = raw.get(PAGE_SIZE_LOG2_OFFSET) & 0xFF;
        int last = slots - 1;
        for (int entry = firstEntry(); entry < metadataBytes; entry += ENTRY_BYTES) {
            boolean isLast = entry + ENTRY_BYTES == metadataBytes
                    && (raw.get(HEADER_BYTES + (last >> 3)) >> (last & 7) & 1) != 0;
            int expected = isLast ? ExtentLayout.slotBytes(last, raw.getInt(PLAIN_BYTES_OFFSET), log2) : 1 << log2;
            if (raw.getInt(entry + ENTRY_STORED_BYTES_OFFSET) != expected) {
                return false;
            }
        }
        return true;
    }
}
