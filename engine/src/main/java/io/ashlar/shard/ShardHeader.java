package io.ashlar.shard;

import static io.ashlar.format.ShardLayout.DIVISION_BLOCKS;
import static io.ashlar.format.ShardLayout.DIVISION_PAGES;
import static io.ashlar.format.ShardLayout.HEADER_BYTES;
import static io.ashlar.format.ShardLayout.HEADER_CRC_OFFSET;
import static io.ashlar.format.ShardLayout.IMAGE_BYTES_MAX;
import static io.ashlar.format.ShardLayout.MAGIC;
import static io.ashlar.format.ShardLayout.MAGIC_OFFSET;
import static io.ashlar.format.ShardLayout.NAME_BYTES_MAX;
import static io.ashlar.format.ShardLayout.PACKED_BYTES_MAX;
import static io.ashlar.format.ShardLayout.PACKING_DENSE;
import static io.ashlar.format.ShardLayout.PACKING_UNIFORM;
import static io.ashlar.format.ShardLayout.VERSION;
import static io.ashlar.format.ShardLayout.VERSION_OFFSET;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import io.ashlar.format.ShardLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The first 64 bytes of a shard, verified: every number is within its bounds, and they agree as far as they can by themselves. */
final class ShardHeader {
    private final ByteBuffer bytes;

    private ShardHeader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a header.
     *
     * @param source from its position on
     * @param expected the number of the shard that it should be, or unknown, for messages
     */
    static ShardHeader parse(ByteBuffer source, int expected, String place) {
        if (source.remaining() < HEADER_BYTES) {
            throw new ShardDamagedException(expected, place, "it ends after " + source.remaining() + " bytes");
        }
        byte[] copy = new byte[HEADER_BYTES];
        source.get(source.position(), copy);
        ShardHeader header = new ShardHeader(copy);
        String problem = header.problem();
        if (problem != null) {
            throw new ShardDamagedException(expected, place, problem);
        }
        // Only now: a flipped bit must not pass for a newer version.
        header.requireKnown(VERSION_OFFSET, VERSION, VERSION, "format version", place);
        header.requireKnown(ShardLayout.DIVISION_OFFSET, DIVISION_PAGES, DIVISION_BLOCKS, "division", place);
        header.requireKnown(ShardLayout.PACKING_OFFSET, 0, PACKING_DENSE | PACKING_UNIFORM, "packing", place);
        String contradiction = header.contradiction();
        if (contradiction != null) {
            throw new ShardDamagedException(expected, place, contradiction);
        }
        return header;
    }

    private @Nullable String problem() {
        if (bytes.getInt(MAGIC_OFFSET) != MAGIC) {
            return "it does not begin like a shard";
        }
        return Crc32c.of(bytes, 0, HEADER_CRC_OFFSET) == bytes.getInt(HEADER_CRC_OFFSET)
                ? null
                : "its header does not match its checksum";
    }

    private void requireKnown(int offset, int least, int most, String name, String place) {
        int value = u8(offset);
        if (value < least || value > most) {
            throw new UnsupportedFormatException("the shard in " + place + " has the " + name + " " + value
                    + ", which this engine does not know; read it with a newer version of the engine");
        }
    }

    private @Nullable String contradiction() {
        int k = u8(ShardLayout.DATA_SHARDS_OFFSET);
        int m = u8(ShardLayout.PARITY_SHARDS_OFFSET);
        if (!StripeShape.isPossible(k, m) || index() >= k + m) {
            return "its header tells of shard " + index() + " of " + k + "+" + m;
        }
        if (nameBytes() > NAME_BYTES_MAX) {
            return "its header tells of a name of " + nameBytes() + " bytes";
        }
        boolean lengths = isWithin(imageBytes(), 0, IMAGE_BYTES_MAX)
                && isWithin(columnBytes(), 0, imageBytes())
                && isWithin(payloadBytes(), 0, columnBytes());
        boolean metadata = isPaged()
                ? isWithin(metadataBytes(), ExtentLayout.HEADER_BYTES, imageBytes())
                        && isWithin(packedBytes(), ExtentLayout.HEADER_BYTES, PACKED_BYTES_MAX)
                : metadataBytes() == 0 && packedBytes() == 0 && packing() == 0;
        if (!lengths || !metadata) {
            return "the lengths in its header contradict each other";
        }
        if (u8(ShardLayout.RESERVED_OFFSET) != 0 || bytes.getLong(ShardLayout.RESERVED_TAIL_OFFSET) != 0) {
            return "its header has values where version 1 has zeros";
        }
        return null;
    }

    private static boolean isWithin(int value, int least, int most) {
        return value >= least && value <= most;
    }

    private int u8(int offset) {
        return bytes.get(offset) & 0xFF;
    }

    StripeShape shape() {
        return new StripeShape(u8(ShardLayout.DATA_SHARDS_OFFSET), u8(ShardLayout.PARITY_SHARDS_OFFSET));
    }

    int index() {
        return u8(ShardLayout.INDEX_OFFSET);
    }

    boolean isPaged() {
        return u8(ShardLayout.DIVISION_OFFSET) == DIVISION_PAGES;
    }

    int nameBytes() {
        return u8(ShardLayout.NAME_BYTES_OFFSET);
    }

    int packing() {
        return u8(ShardLayout.PACKING_OFFSET);
    }

    int imageBytes() {
        return bytes.getInt(ShardLayout.IMAGE_BYTES_OFFSET);
    }

    int metadataBytes() {
        return bytes.getInt(ShardLayout.METADATA_BYTES_OFFSET);
    }

    int columnBytes() {
        return bytes.getInt(ShardLayout.COLUMN_BYTES_OFFSET);
    }

    int payloadBytes() {
        return bytes.getInt(ShardLayout.PAYLOAD_BYTES_OFFSET);
    }

    int packedBytes() {
        return bytes.getInt(ShardLayout.PACKED_BYTES_OFFSET);
    }

    long generation() {
        return bytes.getLong(ShardLayout.GENERATION_OFFSET);
    }

    int contentCrc() {
        return bytes.getInt(ShardLayout.CONTENT_CRC_OFFSET);
    }

    int descriptionCrc() {
        return bytes.getInt(ShardLayout.DESCRIPTION_CRC_OFFSET);
    }

    int checksumsCrc() {
        return bytes.getInt(ShardLayout.CHECKSUMS_CRC_OFFSET);
    }

    int checksumsOffset() {
        return ShardLayout.checksumsOffset(nameBytes(), packedBytes());
    }

    int payloadOffset() {
        return ShardLayout.payloadOffset(nameBytes(), packedBytes(), columnBytes());
    }
}
