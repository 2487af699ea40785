package io.ashlar.journal;

import io.ashlar.format.FrameLayout;
import io.ashlar.format.SegmentLayout;
import io.ashlar.spi.Disk;
import io.ashlar.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Checks every frame of the durable part of an open journal. What is truncated meanwhile is skipped. */
final class JournalVerifier {
    private final SegmentFiles files;
    private final LongSupplier firstRetained;
    private final LongConsumer throttle;
    private final Consumer<JournalDamage> damage;
    private final FrameScanner scanner;
    private final ByteBuffer headerBuffer = Buffers.allocate(SegmentLayout.HEADER_BYTES);
    private long checkedBytes;

    JournalVerifier(
            SegmentFiles files, LongSupplier firstRetained, LongConsumer throttle, Consumer<JournalDamage> damage) {
        this.files = files;
        this.firstRetained = firstRetained;
        this.throttle = throttle;
        this.damage = damage;
        this.scanner = new FrameScanner(throttle);
    }

    long verify(Journal.View view) throws IOException {
        for (Journal.Closed closed : view.closed()) {
            segment(closed.header(), closed.end());
        }
        segment(view.active(), view.activeEnd());
        return checkedBytes;
    }

    private void segment(SegmentHeader header, long end) throws IOException {
        JournalDamage found;
        try {
            found = check(header, end);
        } catch (IOException e) {
            if (truncated(header)) {
                return;
            }
            throw e;
        }
        // Truncated and overwritten while it was read: see PayloadReader.
        if (found != null && !truncated(header)) {
            damage.accept(found);
        }
    }

    private @Nullable JournalDamage check(SegmentHeader header, long end) throws IOException {
        boolean readable = files.readHeader(header.segment(), headerBuffer);
        throttle.accept(SegmentLayout.HEADER_BYTES);
        if (!readable
                || SegmentLayout.check(headerBuffer) != SegmentLayout.Check.VALID
                || !SegmentHeader.decode(headerBuffer).equals(header)) {
            return new JournalDamage(header.segment(), 0, header.firstSequence(), "the header is damaged");
        }
        checkedBytes += SegmentLayout.HEADER_BYTES;
        long sequence = header.firstSequence();
        try (DiskFile file = files.disk.open(files.segment(header.segment()), Disk.Mode.READ)) {
            scanner.open(file, header);
            for (long at = SegmentLayout.HEADER_BYTES; at < end; at = scanner.end()) {
                if (!scanner.load(at, end, sequence, sequence)) {
                    return new JournalDamage(header.segment(), at, sequence, "there is no valid frame");
                }
                checkedBytes += scanner.end() - at;
                if ((scanner.flags() & FrameLayout.LAST) != 0) {
                    sequence++;
                }
            }
        }
        return null;
    }

    private boolean truncated(SegmentHeader header) {
        return header.segment() < firstRetained.getAsLong();
    }
}
