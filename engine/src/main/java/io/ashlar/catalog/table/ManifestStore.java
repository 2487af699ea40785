package io.ashlar.catalog.table;

import io.ashlar.DamagedException;
import io.ashlar.UnsupportedFormatException;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.Crc32c;
import io.ashlar.format.ManifestLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes manifests to extents and reads them back. One extent is enough for some 13,000 extents of tables, which is three
 * quarters of a billion entries; larger manifests go on in further ones, written from the last to the first since each names
 * the next.
 */
public final class ManifestStore {
    private ManifestStore() {}

    /**
     * A manifest and where it lies.
     *
     * @param manifest the manifest
     * @param objects its extents; the superblock names the first
     */
    public record Stored(Manifest manifest, List<StoredObject> objects) {}

    /**
     * Stores a manifest.
     *
     * @param manifest the manifest
     * @param sink takes its extents
     * @return the extents, stored but not synced; the superblock is to name the first
     * @throws IllegalArgumentException if it is too large for {@value ManifestLayout#MAX_IMAGES} extents
     * @throws IOException if an extent could not be stored
     */
    public static List<StoredObject> write(Manifest manifest, TableSink sink) throws IOException {
        return write(manifest, sink, ManifestLayout.MAX_IMAGE_BYTES);
    }

    /** As {@link #write(Manifest, TableSink)}, with images of at most so many bytes. */
    static List<StoredObject> write(Manifest manifest, TableSink sink, int maxImageBytes) throws IOException {
        ByteBuffer stream = ManifestCodec.encode(manifest);
        int streamBytes = stream.remaining();
        int streamCrc = Crc32c.of(stream, 0, streamBytes);
        int capacity = maxImageBytes - ManifestLayout.HEADER_BYTES - ManifestLayout.MAX_REFERENCE_BYTES;
        int images = (streamBytes + capacity - 1) / capacity;
        if (images > ManifestLayout.MAX_IMAGES) {
            throw new IllegalArgumentException("a manifest of " + streamBytes + " bytes takes " + images
                    + " extents, more than " + ManifestLayout.MAX_IMAGES);
        }
        List<StoredObject> objects = new ArrayList<>();
        StoredObject next = null;
        for (int i = images - 1; i >= 0; i--) {
            int from = i * capacity;
            int partBytes = Math.min(capacity, streamBytes - from);
            int nextBytes = next == null ? 0 : next.encodedBytes();
            int used = ManifestLayout.HEADER_BYTES + nextBytes + partBytes;
            int pages = (used + ManifestLayout.PAGE_BYTES - 1) / ManifestLayout.PAGE_BYTES;
            ByteBuffer image =
                    ByteBuffer.allocate(pages * ManifestLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            image.putInt(ManifestLayout.MAGIC_OFFSET, ManifestLayout.MAGIC);
            image.putShort(ManifestLayout.VERSION_OFFSET, (short) ManifestLayout.VERSION);
            image.putInt(ManifestLayout.IMAGE_OFFSET, i);
            image.putInt(ManifestLayout.IMAGES_OFFSET, images);
            image.putInt(ManifestLayout.STREAM_BYTES_OFFSET, streamBytes);
            image.putInt(ManifestLayout.STREAM_CRC_OFFSET, streamCrc);
            image.putInt(ManifestLayout.PART_BYTES_OFFSET, partBytes);
            image.putShort(ManifestLayout.NEXT_BYTES_OFFSET, (short) nextBytes);
            image.position(ManifestLayout.HEADER_BYTES);
            if (next != null) {
                next.writeTo(image);
            }
            image.put(stream.slice(from, partBytes));
            next = sink.write(ExtentKind.MANIFEST, image.clear());
            objects.add(next);
        }
        Collections.reverse(objects);
        return List.copyOf(objects);
    }

    /**
     * Reads a manifest.
     *
     * @param first its first extent, as the superblock names it
     * @param source opens extents
     * @return the manifest, and all its extents
     * @throws DamagedException if it is not what was written
     * @throws UnsupportedFormatException if a newer version of the engine wrote it
     * @throws IOException if it cannot be read
     */
    public static Stored read(StoredObject first, PageSource source) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        // Grows with what is there: how long it is said to be decides nothing before that is.
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        int streamBytes = 0;
        int streamCrc = 0;
        int images = 1;
        StoredObject object = first;
        for (int i = 0; i < images; i++) {
            if (object == null) {
                throw damaged(first, "it ends after " + i + " of " + images + " extents", null);
            }
            ByteBuffer image = load(object, source);
            if (i == 0) {
                streamBytes = image.getInt(ManifestLayout.STREAM_BYTES_OFFSET);
                images = image.getInt(ManifestLayout.IMAGES_OFFSET);
                streamCrc = image.getInt(ManifestLayout.STREAM_CRC_OFFSET);
                long largest = (long) Math.max(0, images) * ManifestLayout.MAX_IMAGE_BYTES;
                if (images < 1 || images > ManifestLayout.MAX_IMAGES || streamBytes < 0 || streamBytes > largest) {
                    throw damaged(object, "it has " + streamBytes + " bytes in " + images + " extents", null);
                }
            }
            if (image.getInt(ManifestLayout.IMAGE_OFFSET) != i
                    || image.getInt(ManifestLayout.IMAGES_OFFSET) != images
                    || image.getInt(ManifestLayout.STREAM_CRC_OFFSET) != streamCrc
                    || image.getInt(ManifestLayout.STREAM_BYTES_OFFSET) != streamBytes) {
                throw damaged(object, "it is not number " + i + " of the " + images + " extents", null);
            }
            objects.add(object);
            object = decodeImage(object, image, parts, streamBytes - parts.size(), i == images - 1);
        }
        byte[] stream = parts.toByteArray();
        if (stream.length != streamBytes || Crc32c.of(stream, 0, streamBytes) != streamCrc) {
            throw damaged(first, "its extents do not make up what was written", null);
        }
        try {
            return new Stored(
                    ManifestCodec.decode(ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN)), List.copyOf(objects));
        } catch (IllegalArgumentException e) {
            throw damaged(first, e.getMessage(), e);
        }
    }

    private static ByteBuffer load(StoredObject object, PageSource source) throws IOException {
        PageSource.Pages pages = source.open(object);
        int count = pages.pageCount();
        if (count < 1 || count > ManifestLayout.MAX_IMAGE_BYTES / ManifestLayout.PAGE_BYTES) {
            throw damaged(object, "it has " + count + " pages", null);
        }
        byte[] bytes = new byte[count * ManifestLayout.PAGE_BYTES];
        pages.read(0, count, bytes, 0);
        ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (image.getInt(ManifestLayout.MAGIC_OFFSET) != ManifestLayout.MAGIC) {
            throw damaged(object, "it does not begin as a manifest does", null);
        }
        int version = Short.toUnsignedInt(image.getShort(ManifestLayout.VERSION_OFFSET));
        if (version > ManifestLayout.VERSION) {
            throw new UnsupportedFormatException("manifest " + object.name() + " has version " + version
                    + "; this engine reads versions up to " + ManifestLayout.VERSION
                    + ". Nothing was changed: open the store with a newer engine");
        }
        if (version != ManifestLayout.VERSION) {
            throw damaged(object, "there is no version " + version, null);
        }
        return image;
    }

    /** Appends an image's part, of at most so many bytes, to the others; gives the next object, null after the last. */
    private static @Nullable StoredObject decodeImage(
            StoredObject object, ByteBuffer image, ByteArrayOutputStream parts, int bytesLeft, boolean last) {
        int partBytes = image.getInt(ManifestLayout.PART_BYTES_OFFSET);
        int nextBytes = Short.toUnsignedInt(image.getShort(ManifestLayout.NEXT_BYTES_OFFSET));
        if (partBytes < 0
                || partBytes > bytesLeft
                || partBytes > image.capacity() - ManifestLayout.HEADER_BYTES - nextBytes
                || last != (nextBytes == 0)) {
            throw damaged(object, "it holds " + partBytes + " bytes and a reference of " + nextBytes, null);
        }
        StoredObject next = null;
        try {
            if (!last) {
                ByteBuffer reference =
                        image.slice(ManifestLayout.HEADER_BYTES, nextBytes).order(ByteOrder.LITTLE_ENDIAN);
                next = StoredObject.readFrom(reference);
                if (reference.hasRemaining()) {
                    throw new IllegalArgumentException("a reference has " + reference.remaining() + " bytes too many");
                }
            }
        } catch (IllegalArgumentException e) {
            throw damaged(object, e.getMessage(), e);
        }
        parts.write(image.array(), image.arrayOffset() + ManifestLayout.HEADER_BYTES + nextBytes, partBytes);
        return next;
    }

    private static DamagedException damaged(StoredObject object, @Nullable String what, @Nullable Throwable cause) {
        String message = "manifest " + object.name() + " is damaged: " + what
                + "; the superblock's other copy names an older one";
        return cause == null ? new DamagedException(message) : new DamagedException(message, cause);
    }
}
