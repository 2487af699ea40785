package io.ashlar.shard;

import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What all shards of a stripe have in common. An encoder fills one over and over; inside a {@link Stripe} it never changes
 * again.
 */
final class StripeFields {
    final byte[] name;
    final PackedMetadata metadata;
    final Columns columns;
    int nameBytes;
    StripeShape shape = new StripeShape(1, 0);
    long generation;
    int division;
    int imageBytes;
    int contentCrc;

    StripeFields(int nameBytesMax, int packedBytesMax, int columnsMax) {
        name = new byte[nameBytesMax];
        metadata = new PackedMetadata(packedBytesMax);
        columns = new Columns(columnsMax);
    }

    /** Takes an ASCII name. */
    void setName(String newName) {
        nameBytes = newName.length();
        for (int i = 0; i < nameBytes; i++) {
            name[i] = (byte) newName.charAt(i);
        }
    }

    /** Finds the columns, once shape, metadata and the length of the image are known. */
    void divide() {
        division = metadata.length() > 0 ? ShardLayout.DIVISION_PAGES : ShardLayout.DIVISION_BLOCKS;
        if (division == ShardLayout.DIVISION_PAGES) {
            columns.divide(shape.dataShards(), metadata);
        } else {
            columns.divide(shape.dataShards(), imageBytes);
        }
    }

    int columnBytes() {
        return columns.longestBytes();
    }

    int columnBlocks() {
        return ShardLayout.blocks(columnBytes());
    }

    int checksumsOffset() {
        return ShardLayout.checksumsOffset(nameBytes, metadata.length());
    }

    int payloadOffset() {
        return ShardLayout.payloadOffset(nameBytes, metadata.length(), columnBytes());
    }

    int payloadBytes(int shard) {
        return shape.isData(shard) ? columns.bytes(shard) : columnBytes();
    }

    int shardBytes(int shard) {
        return payloadOffset() + payloadBytes(shard);
    }

    boolean isSame(StripeFields other) {
        return generation == other.generation
                && contentCrc == other.contentCrc
                && imageBytes == other.imageBytes
                && shape.equals(other.shape)
                && Arrays.equals(name, 0, nameBytes, other.name, 0, other.nameBytes)
                && metadata.isSame(other.metadata);
    }

    /** Writes all before the payload of a shard to a heap buffer; its checksums begin at {@code from} of {@code crcs}. */
    void writeHead(int shard, int[] crcs, int from, ByteBuffer head, CRC32C crc) {
        int end = payloadOffset();
        int checksums = checksumsOffset();
        byte[] bytes = head.array();
        int start = head.arrayOffset();
        Arrays.fill(bytes, start, start + end, (byte) 0);
        head.putInt(ShardLayout.MAGIC_OFFSET, ShardLayout.MAGIC);
        head.put(ShardLayout.VERSION_OFFSET, (byte) ShardLayout.VERSION);
        head.put(ShardLayout.DIVISION_OFFSET, (byte) division);
        head.put(ShardLayout.DATA_SHARDS_OFFSET, (byte) shape.dataShards());
        head.put(ShardLayout.PARITY_SHARDS_OFFSET, (byte) shape.parityShards());
        head.put(ShardLayout.INDEX_OFFSET, (byte) shard);
        head.put(ShardLayout.NAME_BYTES_OFFSET, (byte) nameBytes);
        head.put(ShardLayout.PACKING_OFFSET, (byte) metadata.packing());
        head.putInt(ShardLayout.IMAGE_BYTES_OFFSET, imageBytes);
        head.putInt(ShardLayout.METADATA_BYTES_OFFSET, metadata.metadataBytes());
        head.putInt(ShardLayout.COLUMN_BYTES_OFFSET, columnBytes());
        head.putInt(ShardLayout.PAYLOAD_BYTES_OFFSET, payloadBytes(shard));
        head.putInt(ShardLayout.PACKED_BYTES_OFFSET, metadata.length());
        head.putLong(ShardLayout.GENERATION_OFFSET, generation);
        head.putInt(ShardLayout.CONTENT_CRC_OFFSET, contentCrc);
        head.put(ShardLayout.HEADER_BYTES, name, 0, nameBytes);
        metadata.writeTo(head, ShardLayout.HEADER_BYTES + nameBytes);
        int blocks = ShardLayout.blocks(payloadBytes(shard));
        for (int block = 0; block < blocks; block++) {
            head.putInt(checksums + block * ShardLayout.CHECKSUM_BYTES, crcs[from + block]);
        }
        int description = checksums - ShardLayout.HEADER_BYTES;
        head.putInt(
                ShardLayout.DESCRIPTION_CRC_OFFSET,
                Checksums.of(crc, bytes, start + ShardLayout.HEADER_BYTES, description));
        head.putInt(ShardLayout.CHECKSUMS_CRC_OFFSET, Checksums.of(crc, bytes, start + checksums, end - checksums));
        head.putInt(ShardLayout.HEADER_CRC_OFFSET, Checksums.of(crc, bytes, start, ShardLayout.HEADER_CRC_OFFSET));
    }
}
