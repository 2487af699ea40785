package io.ashlar.extent;

import io.ashlar.ExtentId;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ExtentLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Images to test with. */
final class ExtentTesting {
    private ExtentTesting() {}

    static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A copy of {@code bytes} in a heap or direct buffer, not at its beginning. */
    static ByteBuffer buffer(byte[] bytes, boolean direct, int lead) {
        ByteBuffer buffer = allocate(bytes.length + lead, direct);
        buffer.put(lead, bytes);
        return buffer.position(lead);
    }

    static ByteBuffer allocate(int capacity, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    }

    static byte[] image(ExtentKind kind, int pageBytes, byte[] plain, ExtentId.Hash hash) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plain.length, pageBytes));
        new ExtentEncoder().encode(kind, pageBytes, ByteBuffer.wrap(plain), hash, image);
        return bytes(image);
    }

    static byte[] sparseImage(int pageBytes, int plainBytes, BitSet present, byte[] pages) {
        ByteBuffer image = ByteBuffer.allocate(ExtentLayout.maxImageBytes(plainBytes, pageBytes));
        SparseContent content = SparseContent.of(pageBytes, plainBytes, present, ByteBuffer.wrap(pages));
        new ExtentEncoder().encode(ExtentKind.DATA, content, ExtentId.Hash.XXH3_128, image);
        return bytes(image);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    static ExtentSource source(byte[] image) {
        return ExtentSource.of(ByteBuffer.wrap(image), "test");
    }

    static ExtentReader open(byte[] image) {
        try {
            return ExtentReader.open(source(image), image.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] readAll(ExtentReader reader) {
        ByteBuffer plain = ByteBuffer.allocate(reader.plainBytes());
        try {
            reader.readAll(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.array();
    }

    /** Makes the checksums of header, bitmap and directory right, as far as the image reaches. */
    static void reseal(byte[] image) {
        ByteBuffer bytes = ByteBuffer.wrap(image);
        int slots = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PAGE_SLOTS_OFFSET);
        int present = LittleEndian.getUnsignedShort(bytes, ExtentLayout.PRESENT_PAGES_OFFSET);
        int end = ExtentLayout.metadataBytes(slots, present, image[ExtentLayout.CIPHER_OFFSET]);
        if (end <= image.length) {
            int crc = Crc32c.of(image, ExtentLayout.HEADER_BYTES, end - ExtentLayout.HEADER_BYTES);
            LittleEndian.putInt(bytes, ExtentLayout.METADATA_CRC_OFFSET, crc);
        }
        LittleEndian.putInt(bytes, ExtentLayout.HEADER_CRC_OFFSET, Crc32c.of(image, 0, ExtentLayout.HEADER_CRC_OFFSET));
    }

    static BitSet randomPages(SplittableRandom random, int slots) {
        BitSet present = new BitSet();
        int density = random.nextInt(1, 100);
        for (int i = 0; i < slots; i++) {
            present.set(i, random.nextInt(100) < density);
        }
        return present;
    }

    /** Cuts the pages that are present out of {@code plain}. */
    static byte[] presentOf(byte[] plain, int pageBytes, BitSet present) {
        ByteBuffer pages = ByteBuffer.allocate(plain.length);
        present.stream().forEach(page -> {
            int from = page * pageBytes;
            pages.put(plain, from, Math.min(pageBytes, plain.length - from));
        });
        return bytes(pages.flip());
    }
}
