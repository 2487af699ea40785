package io.ashlar.catalog.table;

import io.ashlar.DamagedException;
import io.ashlar.ExtentId;
import io.ashlar.extent.ExtentKind;
import io.ashlar.format.TableLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pages without checksums: what a decoder would get to see if everything before it failed. Inputs leave out the zeros in the
 * middle of each page, as a fuzzer would only waste its time on them.
 */
final class FuzzedPages implements PageSource {
    private static final int PAGE = TableLayout.PAGE_BYTES;

    private final Map<String, byte[]> images = new TreeMap<>();
    private byte[] last = new byte[0];

    void put(String name, byte[] image) {
        images.put(name, image);
    }

    byte[] last() {
        return last;
    }

    StoredObject sink(ExtentKind kind, ByteBuffer plain) {
        last = new byte[plain.remaining()];
        plain.get(last);
        byte[] digest = new byte[16];
        digest[0] = (byte) images.size();
        String name = kind.letter() + "-" + images.size();
        put(name, last);
        return new StoredObject(name, ExtentId.of(ExtentId.Hash.XXH3_128, digest, 0), last.length);
    }

    /** Each page as: length of its beginning, two bytes; length of its end, one; both. */
    static byte[] packed(byte[] image) {
        ByteBuffer packed = ByteBuffer.allocate(2 * image.length + 16);
        for (int at = 0; at < image.length; at += PAGE) {
            int end = at + PAGE;
            while (end > at && image[end - 1] != 0) {
                end--;
            }
            end = Math.max(end, at + PAGE - 0xFF);
            // Two bytes more, as the offsets of restarts have zeros.
            end = Math.max(at, end - 1);
            int middle = end;
            while (middle > at && image[middle - 1] == 0) {
                middle--;
            }
            packed.putShort((short) (middle - at)).put((byte) (at + PAGE - end));
            packed.put(image, at, middle - at).put(image, end, at + PAGE - end);
        }
        return Arrays.copyOf(packed.array(), packed.position());
    }

    static byte[] unpacked(byte[] input, int pages) {
        byte[] image = new byte[pages * PAGE];
        ByteBuffer packed = ByteBuffer.wrap(input);
        for (int at = 0; at < image.length && packed.remaining() >= 3; at += PAGE) {
            int front = Math.min(PAGE, packed.getShort() & 0xFFFF);
            int back = packed.get() & 0xFF;
            packed.get(image, at, Math.min(front, packed.remaining()));
            back = Math.min(back, packed.remaining());
            packed.get(image, at + PAGE - back, back);
        }
        return image;
    }

    @Override
    public Pages open(StoredObject object) throws IOException {
        byte[] image = images.get(object.name());
        if (image == null) {
            throw new NoSuchFileException(object.name());
        }
        return new Pages() {
            @Override
            public int pageCount() {
                return image.length / PAGE;
            }

            @Override
            public int heapBytes() {
                return 64;
            }

            @Override
            public void read(int firstPage, int count, byte[] target, int offset) {
                if (firstPage < 0 || count < 1 || firstPage + count > pageCount()) {
                    throw new DamagedException("no page " + firstPage);
                }
                System.arraycopy(image, firstPage * PAGE, target, offset, count * PAGE);
            }
        };
    }
}
