package io.ashlar.shard;

import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentEncoder;
import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.SparseContent;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Images to test with. */
final class ShardImages {
    private ShardImages() {}

    static byte[] anyBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] dense(SplittableRandom random, int plainBytes, int pageBytes) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plainBytes, pageBytes));
        ByteBuffer plain = ByteBuffer.wrap(anyBytes(random, plainBytes));
        new ExtentEncoder().encode(ExtentKind.DATA, pageBytes, plain, ExtentId.Hash.XXH3_128, image);
        return bytes(image);
    }

    static byte[] sparse(SplittableRandom random, int plainBytes, int pageBytes) {
        int slots = (plainBytes + pageBytes - 1) / pageBytes;
        BitSet present = new BitSet();
        int storedBytes = 0;
        for (int slot = 0; slot < slots; slot++) {
            if (random.nextInt(3) > 0) {
                present.set(slot);
                storedBytes += Math.min(pageBytes, plainBytes - slot * pageBytes);
            }
        }
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plainBytes, pageBytes));
        SparseContent content =
                SparseContent.of(pageBytes, plainBytes, present, ByteBuffer.wrap(anyBytes(random, storedBytes)));
        new ExtentEncoder().encode(ExtentKind.DATA, content, ExtentId.Hash.SHA_256, image);
        return bytes(image);
    }

    /** What a codec to come makes of an extent: pages in 1 to as many bytes as they have. */
    static byte[] compressed(SplittableRandom random, int plainBytes, int pageBytes, boolean hasHoles) {
        byte[] plain = hasHoles ? sparse(random, plainBytes, pageBytes) : dense(random, plainBytes, pageBytes);
        ByteBuffer from = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        int slots = from.getShort(ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = from.getShort(ExtentLayout.PRESENT_PAGES_OFFSET);
        int metadataBytes = ExtentLayout.metadataBytes(slots, present);
        ByteBuffer image = ByteBuffer.allocate(plain.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(plain, 0, metadataBytes);
        int entry = metadataBytes - present * ExtentLayout.ENTRY_BYTES;
        for (int page = 0; page < present; page++, entry += ExtentLayout.ENTRY_BYTES) {
            int length = random.nextInt(1, from.getInt(entry + ExtentLayout.ENTRY_STORED_BYTES_OFFSET) + 1);
            image.putInt(entry + ExtentLayout.ENTRY_PAGE_OFFSET, image.position());
            image.putInt(entry + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, length);
            byte[] bytes = anyBytes(random, length);
            image.putInt(entry + ExtentLayout.ENTRY_CRC_OFFSET, Crc32c.of(bytes, 0, length));
            image.put(bytes);
        }
        image.put(ExtentLayout.CODEC_OFFSET, (byte) 1);
        byte[] done = bytes(image.flip());
        reseal(done, metadataBytes);
        return done;
    }

    /** Pages of 4,096 bytes, stored in so many. */
    static byte[] pages(SplittableRandom random, int... lengths) {
        int metadataBytes = ExtentLayout.metadataBytes(lengths.length, lengths.length);
        int imageBytes = metadataBytes + Arrays.stream(lengths).sum();
        ByteBuffer image = ByteBuffer.wrap(anyBytes(random, imageBytes)).order(ByteOrder.LITTLE_ENDIAN);
        image.put(dense(random, lengths.length * 4096, 4096), 0, metadataBytes);
        int entry = metadataBytes - lengths.length * ExtentLayout.ENTRY_BYTES;
        int offset = metadataBytes;
        for (int length : lengths) {
            image.putInt(entry + ExtentLayout.ENTRY_PAGE_OFFSET, offset);
            image.putInt(entry + ExtentLayout.ENTRY_STORED_BYTES_OFFSET, length);
            entry += ExtentLayout.ENTRY_BYTES;
            offset += length;
        }
        reseal(image.array(), metadataBytes);
        return image.array();
    }

    /** Makes the checksums of an image's metadata right. */
    static void reseal(byte[] image, int metadataBytes) {
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int length = metadataBytes - ExtentLayout.HEADER_BYTES;
        bytes.putInt(ExtentLayout.METADATA_CRC_OFFSET, Crc32c.of(image, ExtentLayout.HEADER_BYTES, length));
        bytes.putInt(ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(image, 0, ExtentLayout.HEADER_CRC_OFFSET));
    }

    /** An image of any kind, mostly small. */
    static byte[] any(SplittableRandom random) {
        int pageBytes = 512 << random.nextInt(8);
        int plainBytes = random.nextInt(4) == 0
                ? random.nextInt(4) * pageBytes
                : random.nextInt(Math.min(ExtentLayout.PLAIN_BYTES_MAX, 20 * pageBytes));
        return switch (random.nextInt(5)) {
            case 0 -> dense(random, plainBytes, pageBytes);
            case 1 -> sparse(random, plainBytes, pageBytes);
            case 2 -> compressed(random, plainBytes, pageBytes, false);
            case 3 -> compressed(random, plainBytes, pageBytes, true);
            default -> anyBytes(random, random.nextInt(1 << random.nextInt(18)));
        };
    }

    static StripeShape shape(SplittableRandom random) {
        return random.nextInt(4) > 0
                ? new StripeShape(random.nextInt(1, 8), random.nextInt(4))
                : new StripeShape(random.nextInt(1, 33), random.nextInt(17));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
