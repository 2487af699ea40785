package io.ashlar.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli) over ranges of buffers and arrays: the checksum of every page, record and struct.
 *
 * <p>All ranges are absolute: no buffer's position moves, so that threads may share a buffer that nobody writes. The 32 bits
 * of the checksum come back as an {@code int}, as they are stored.
 */
public final class Crc32c {

    private Crc32c() {}

    /**
     * Checksums a range of a buffer, heap or direct.
     *
     * @param source the buffer; its position and limit stay as they are
     * @param from index of the first byte
     * @param length how many bytes
     * @return the checksum
     * @throws IndexOutOfBoundsException if the range is not within the buffer's limit
     */
    public static int of(ByteBuffer source, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(source.slice(from, length));
        return (int) crc.getValue();
    }

    /**
     * Checksums a range of an array.
     *
     * @param source the array
     * @param from index of the first byte
     * @param length how many bytes
     * @return the checksum
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public static int of(byte[] source, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(source, from, length);
        return (int) crc.getValue();
    }

    /**
     * Checksums a range of a buffer as if two seeds, little-endian, stood before it. Seeds tie bytes to their place: what was
     * written under other seeds does not check out. Seeds that differ within 32 neighbouring bits always give different
     * checksums of the same bytes; others do but for one chance in 2<sup>32</sup>.
     *
     * @param seedA the first seed
     * @param seedB the second seed
     * @param source the buffer; its position and limit stay as they are
     * @param from index of the first byte
     * @param length how many bytes
     * @return the checksum
     * @throws IndexOutOfBoundsException if the range is not within the buffer's limit
     */
    public static int seeded(long seedA, long seedB, ByteBuffer source, int from, int length) {
        ByteBuffer range = source.slice(from, length);
        CRC32C crc = new CRC32C();
        seed(crc, seedA, seedB);
        crc.update(range);
        return (int) crc.getValue();
    }

    /**
     * Begins a seeded checksum of bytes that do not lie in one range: feeding them to {@code crc} afterwards gives what {@link
     * #seeded} gives for all of them together.
     *
     * @param crc a checksum that nothing has been fed to
     * @param seedA the first seed
     * @param seedB the second seed
     */
    public static void seed(CRC32C crc, long seedA, long seedB) {
        byte[] seeds = new byte[2 * Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            seeds[i] = (byte) (seedA >>> (8 * i));
            seeds[Long.BYTES + i] = (byte) (seedB >>> (8 * i));
        }
        crc.update(seeds);
    }
}
