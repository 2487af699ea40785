package io.ashlar.catalog.table;

import static io.ashlar.fuzz.Seeds.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ManifestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Manifests, as a stream and as a chain of images. */
final class ManifestFuzzing {
    private static final ExtentId ID = ExtentId.of(ExtentId.Hash.XXH3_128, new byte[16], 0);

    /** The tag of a chain's input: whether its checksums stay as they are. The rest of it is the number of images. */
    private static final int LEAVE_CHECKSUMS = 0x80;

    private static final int IMAGES_MAX = 7;

    private final TableDescriptor table;

    ManifestFuzzing(TableDescriptor table) {
        this.table = table;
    }

    byte[] stream() {
        return TableFuzzing.encoded(TableFuzzing.manifest(table, 2));
    }

    List<byte[]> chains() throws IOException {
        List<byte[]> chains = new ArrayList<>();
        for (int parts : new int[] {0, 10}) {
            List<byte[]> images = new ArrayList<>();
            ManifestStore.write(
                    TableFuzzing.manifest(table, parts),
                    (kind, plain) -> {
                        byte[] image = new byte[plain.remaining()];
                        plain.get(image);
                        images.add(image);
                        return new StoredObject("m-" + images.size(), ID, image.length);
                    },
                    700);
            Collections.reverse(images);
            // Names count backwards, as images are written backwards: see chain.
            ByteBuffer all = ByteBuffer.allocate(images.size() * ManifestLayout.PAGE_BYTES);
            images.forEach(all::put);
            chains.add(tagged(images.size(), FuzzedPages.packed(all.array())));
            chains.add(tagged(images.size() | LEAVE_CHECKSUMS, FuzzedPages.packed(all.array())));
        }
        return chains;
    }

    static boolean stream(byte[] input) {
        try {
            Manifest manifest = ManifestCodec.decode(ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN));
            assertThat(TableFuzzing.encoded(manifest)).isEqualTo(input);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean chain(byte[] input) throws IOException {
        if (input.length == 0) {
            return false;
        }
        int count = input[0] & IMAGES_MAX;
        byte[] pages = FuzzedPages.unpacked(Arrays.copyOfRange(input, 1, input.length), count);
        List<ByteBuffer> images = new ArrayList<>();
        FuzzedPages source = new FuzzedPages();
        for (int i = 0; i < count; i++) {
            int at = i * ManifestLayout.PAGE_BYTES;
            byte[] image = Arrays.copyOfRange(pages, at, at + ManifestLayout.PAGE_BYTES);
            images.add(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
            source.put("m-" + (count - i), image);
        }
        if ((input[0] & LEAVE_CHECKSUMS) == 0) {
            reseal(images);
        }
        try {
            StoredObject first = new StoredObject("m-" + Math.max(1, count), ID, ManifestLayout.PAGE_BYTES);
            ManifestStore.Stored read = ManifestStore.read(first, source);
            assertThat(read.objects()).hasSizeBetween(1, Math.max(1, count));
            byte[] encoded = TableFuzzing.encoded(read.manifest());
            assertThat(stream(encoded)).isTrue();
            return true;
        } catch (DamagedException | UnsupportedFormatException e) {
            assertThat(e).hasMessageContaining("manifest m-");
            return false;
        } catch (NoSuchFileException e) {
            return false; // the source's own: the chain leads to what is not there
        }
    }

    /** Makes the checksum of the stream right, as far as the images tell where its parts are. */
    private static void reseal(List<ByteBuffer> images) {
        int crcBytes = 0;
        for (ByteBuffer image : images) {
            crcBytes += image.capacity();
        }
        ByteBuffer stream = ByteBuffer.allocate(crcBytes);
        for (ByteBuffer image : images) {
            int from = ManifestLayout.HEADER_BYTES + (image.getShort(ManifestLayout.NEXT_BYTES_OFFSET) & 0xFFFF);
            int length = image.getInt(ManifestLayout.PART_BYTES_OFFSET);
            if (length >= 0 && length <= image.capacity() - from) {
                stream.put(image.slice(from, length));
            }
        }
        int crc = Crc32c.of(stream.array(), 0, stream.position());
        for (ByteBuffer image : images) {
            image.putInt(ManifestLayout.STREAM_CRC_OFFSET, crc);
        }
    }
}
