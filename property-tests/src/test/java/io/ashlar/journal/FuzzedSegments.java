package io.ashlar.journal;

import io.ashlar.format.Crc32c;
import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Segments as a fuzzer writes them: a list of pieces, each with a byte that says what it is. Checksums are made right unless
 * the piece says otherwise, since no fuzzer finds them.
 *
 * <pre>
 *   0 SEGMENT  number of the file u8 | whether the checksum is to be wrong u8 | the first 80 bytes of a header
 *   1 FRAME    whether the checksum is to be wrong u8 | the 32 bytes of a frame's header | as much payload as it says
 *   2 BYTES    count u8 | bytes, as they are
 *   3 ZEROS    sixteenths u8
 * </pre>
 */
final class FuzzedSegments {
    private static final int SEGMENT = 0;
    private static final int FRAME = 1;
    private static final int BYTES = 2;
    private static final int ZEROS = 3;

    private static final int SEGMENTS_MAX = 16;
    /** Files are no longer than this, whatever their headers say. */
    private static final int FILE_BYTES = 8 << 10;

    private FuzzedSegments() {}

    static byte[] packed(Disk disk) throws IOException {
        ByteBuffer packed = ByteBuffer.allocate(1 << 16);
        ByteBuffer file = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Disk.DirectoryEntry entry : disk.list(JournalFuzzing.DIRECTORY, "", 100)) {
            try (DiskFile open = disk.open(JournalFuzzing.DIRECTORY.resolve(entry.name()), Disk.Mode.READ)) {
                open.read(file.clear(), 0);
            }
            SegmentHeader header = SegmentHeader.decode(file);
            packed.put((byte) SEGMENT).put((byte) header.segment()).put((byte) 0);
            packed.put(file.array(), 0, SegmentLayout.ZEROS_OFFSET);
            int at = SegmentLayout.HEADER_BYTES;
            while (at + FrameLayout.HEADER_BYTES <= FILE_BYTES) {
                int payloadBytes = file.getInt(at + FrameLayout.PAYLOAD_BYTES_OFFSET);
                int frameBytes = (int) Math.min(FILE_BYTES, FrameLayout.frameBytes(payloadBytes));
                if (at + frameBytes > FILE_BYTES
                        || !FrameLayout.check(header.seedA(), header.seedB(at), file, at, frameBytes)) {
                    break;
                }
                packed.put((byte) FRAME).put((byte) 0);
                packed.put(file.array(), at, FrameLayout.HEADER_BYTES + payloadBytes);
                at += frameBytes;
            }
        }
        byte[] bytes = new byte[packed.position()];
        packed.flip().get(bytes);
        return bytes;
    }

    static void unpack(byte[] input, Disk disk) throws IOException {
        ByteBuffer pieces = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer file = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SegmentHeader header = SegmentHeader.decode(file);
        long number = 0;
        int segments = 0;
        while (pieces.hasRemaining()) {
            int kind = pieces.get() & 3;
            if (kind == SEGMENT) {
                save(disk, number, file);
                if (++segments > SEGMENTS_MAX || pieces.remaining() < 2 + SegmentLayout.ZEROS_OFFSET) {
                    return;
                }
                number = pieces.get() & 0xFF;
                file = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                int wrong = pieces.get() & 1;
                pieces.get(file.array(), 0, SegmentLayout.ZEROS_OFFSET);
                header = SegmentHeader.decode(file);
                int crc = Crc32c.of(file, 0, SegmentLayout.CHECKSUM_OFFSET);
                file.putInt(SegmentLayout.CHECKSUM_OFFSET, crc + wrong).position(SegmentLayout.HEADER_BYTES);
            } else if (kind == FRAME) {
                frame(pieces, file, header);
            } else if (kind == BYTES && pieces.hasRemaining()) {
                int count = Math.min(pieces.get() & 0xFF, Math.min(pieces.remaining(), file.remaining()));
                file.put(pieces.slice(pieces.position(), count));
                pieces.position(pieces.position() + count);
            } else if (kind == ZEROS && pieces.hasRemaining()) {
                int count = (pieces.get() & 0xFF) * FrameLayout.ALIGNMENT_BYTES;
                file.position(file.position() + Math.min(count, file.remaining()));
            }
        }
        save(disk, number, file);
    }

    private static void frame(ByteBuffer pieces, ByteBuffer file, SegmentHeader header) {
        if (pieces.remaining() <= FrameLayout.HEADER_BYTES || file.remaining() < FrameLayout.HEADER_BYTES) {
            return;
        }
        int wrong = pieces.get() & 1;
        int at = file.position();
        file.put(pieces.slice(pieces.position(), FrameLayout.HEADER_BYTES));
        pieces.position(pieces.position() + FrameLayout.HEADER_BYTES);
        long claimed = file.getInt(at + FrameLayout.PAYLOAD_BYTES_OFFSET);
        int payloadBytes = (int) Math.max(0, Math.min(claimed, Math.min(pieces.remaining(), file.remaining())));
        ByteBuffer payload = pieces.slice(pieces.position(), payloadBytes);
        pieces.position(pieces.position() + payloadBytes);
        int crc = FrameLayout.checksum(header.seedA(), header.seedB(at), file, at, payload, 0, payloadBytes);
        file.putInt(at + FrameLayout.CHECKSUM_OFFSET, crc + wrong);
        file.put(payload);
        long end = Math.min(FILE_BYTES, at + FrameLayout.frameBytes(payloadBytes));
        file.position((int) end);
    }

    private static void save(Disk disk, long number, ByteBuffer file) throws IOException {
        if (number == 0) {
            return;
        }
        Path path = new SegmentFiles(disk, JournalFuzzing.DIRECTORY).segment(number);
        if (disk.exists(path)) {
            return;
        }
        try (DiskFile open = disk.open(path, Disk.Mode.CREATE)) {
            open.writeFully(file.clear(), 0);
        }
    }
}
