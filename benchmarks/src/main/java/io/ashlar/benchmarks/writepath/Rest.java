package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Waits until the disk has done what was left to do: deleting files of the last turn, preallocating those of the next. */
final class Rest {
    private static final long TIMEOUT_NANOS = 2_000_000_000L;
    private static final long QUICK_NANOS = 400_000;
    private static final int QUICK_IN_A_ROW = 50;

    private Rest() {}

    /** Forces small writes until many in a row are quick; returns whether that came about in time. */
    static boolean await(Path probe) throws IOException {
        try (FileChannel channel = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer page = ByteBuffer.allocateDirect(4096);
            RawAppend.writeFully(channel, page.clear(), 0);
            channel.force(true);
            long start = System.nanoTime();
            int quick = 0;
            while (quick < QUICK_IN_A_ROW) {
                long before = System.nanoTime();
                if (before - start > TIMEOUT_NANOS) {
                    return false;
                }
                RawAppend.writeFully(channel, page.clear(), 0);
                channel.force(false);
                quick = System.nanoTime() - before < QUICK_NANOS ? quick + 1 : 0;
            }
            return true;
        }
    }
}
