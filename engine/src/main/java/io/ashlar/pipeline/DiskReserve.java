package io.ashlar.pipeline;

import io.ashlar.spi.DiskFullException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leaves a part of the disk to the engine: what a user puts is refused once no more than the reserve is free. Checkpoints, moves
 * and sweeps do not ask, so that a disk which is full for users can be emptied by them: a checkpoint needs room for what it
 * packs before it gives back the journal.
 *
 * <p>Asks the disk seldom while much is free, and at each put when little is; what other processes write is noticed within an
 * eighth of what was free. Safe for use by many threads.
 */
public final class DiskReserve {
    /** Tells how much is free. */
    @FunctionalInterface
    public interface FreeSpace {
        /**
         * Asks the disk.
         *
         * @return bytes that can be written
         * @throws IOException if that cannot be found out
         */
        long usableBytes() throws IOException;
    }

    private static final int ASK_AGAIN_SHIFT = 3;

    private final FreeSpace disk;
    private final long reserveBytes;

    /** What may be put until the disk is asked again. */
    private final AtomicLong allowance = new AtomicLong();

    /**
     * Makes a guard that lets nothing pass before it has asked the disk.
     *
     * @param disk knows how much is free
     * @param reserveBytes how much of that is the engine's; 0 for none
     */
    public DiskReserve(FreeSpace disk, long reserveBytes) {
        this.disk = disk;
        this.reserveBytes = reserveBytes;
    }

    /**
     * Asks for room.
     *
     * @param bytes how much is to be put
     * @throws DiskFullException if that would go into the reserve
     * @throws IOException if free space cannot be found out
     */
    void take(long bytes) throws IOException {
        if (reserveBytes == 0 || allowance.addAndGet(-bytes) >= 0) {
            return;
        }
        long freeBytes = disk.usableBytes();
        long restBytes = freeBytes - reserveBytes - bytes;
        if (restBytes < 0) {
            throw new DiskFullException("only " + freeBytes + " bytes are free on the disk, of which " + reserveBytes
                    + " are held in reserve for checkpoints and sweeps (diskReserveBytes)");
        }
        allowance.set(restBytes >> ASK_AGAIN_SHIFT);
    }
}
